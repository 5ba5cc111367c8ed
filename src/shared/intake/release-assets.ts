import { InvalidInput, problemWith } from '../platform/failure.ts';
import type { Resolve } from './files.ts';
import type { Raw } from './raw-release.ts';

/** Stands in for a file that could not be read, so that the rest is checked all the same. */
const NO_FILE = { asset: '0'.repeat(64), name: 'missing' };

/** Puts assets where files are named; a file that cannot be used is a problem of the release. */
export async function resolveFiles(raw: Raw, resolve: Resolve | undefined): Promise<Raw> {
  if (!resolve) return refuseFiles(raw);
  const value = { ...raw.value };
  for (const [field, kind] of [
    ['images', 'image'],
    ['attachments', 'attachment'],
  ] as const) {
    const entries = value[field];
    if (!Array.isArray(entries)) continue;
    const resolved: unknown[] = [];
    for (const [index, entry] of entries.entries())
      resolved.push(await resolveEntry(entry, { field: `${field}[${index}]`, kind, raw, resolve }));
    value[field] = resolved;
  }
  return { ...raw, value };
}

type EntryPlace = { readonly field: string; readonly kind: 'image' | 'attachment'; readonly raw: Raw; readonly resolve: Resolve };

async function resolveEntry(entry: unknown, { field, kind, raw, resolve }: EntryPlace): Promise<unknown> {
  if (typeof entry !== 'object' || entry === null) return entry;
  const { file, ...rest } = entry as Record<string, unknown>;
  const stored = kind === 'image' ? NO_FILE : { ...NO_FILE, mediaType: 'application/octet-stream', bytes: 0 };
  const report = (message: string, remedy: string) => raw.problems.push(raw.locate(problemWith(`${field}.file`, message, remedy)));
  if (typeof file !== 'string' || file.trim() === '') {
    if ('asset' in rest) return rest;
    report('is missing.', 'Name the file, its path read from this one: file: bilder/namn.jpg');
    return { ...stored, ...rest };
  }
  try {
    const { asset, name, mediaType, bytes } = await resolve(file.trim(), kind);
    return { asset, name, ...(kind === 'attachment' ? { mediaType, bytes } : {}), ...rest };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    for (const problem of error.problems) report(`${file.trim()} ${problem.message}`, problem.remedy);
    return { ...stored, ...rest };
  }
}

/** For places without files, such as the API: a named file is a problem. */
export function refuseFiles(raw: Raw): Raw {
  const value = { ...raw.value };
  for (const field of ['images', 'attachments']) {
    const entries = value[field];
    if (!Array.isArray(entries)) continue;
    value[field] = entries.map((entry, index) => {
      if (typeof entry !== 'object' || entry === null || !('file' in entry)) return entry;
      const { file, ...rest } = entry;
      const remedy = 'Upload it first (POST /api/assets) and name what it answers: asset and name.';
      const problem = problemWith(`${field}[${index}].file`, `"${String(file)}" cannot be read from here.`, remedy);
      raw.problems.push(raw.locate(problem));
      return { ...NO_FILE, ...(field === 'images' ? {} : { mediaType: 'application/octet-stream', bytes: 0 }), ...rest };
    });
  }
  return { ...raw, value };
}
