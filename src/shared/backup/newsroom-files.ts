import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { readYaml } from '../release/newsroom/yaml-file.ts';

/** A file to copy, and its name below `newsroom/` in the backup. */
export type NewsroomPart = { readonly source: string; readonly name: string };

/**
 * The newsroom file and what it names in its own folder (texts, logo). SQL has the newsroom as it was loaded, so a file that is not found holds up
 * nothing; it only spares people to write it again.
 */
export async function newsroomParts(path: string): Promise<NewsroomPart[]> {
  const folder = dirname(path);
  const { value } = readYaml(await readFile(path, 'utf8'), basename(path));
  const parts: NewsroomPart[] = [{ source: path, name: basename(path) }];
  for (const text of new Set(textsIn(value))) {
    const source = join(folder, text.trim());
    const name = relative(folder, source);
    if (name === '' || name.startsWith('..') || isAbsolute(text.trim()) || parts.some((part) => part.name === name)) continue;
    const found = await stat(source).catch(() => undefined);
    if (found?.isFile()) parts.push({ source, name });
  }
  return parts;
}

/** Every text in it, however deep, that could be a file's name. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length < 200 && !value.includes('\n') && /\.\w{1,5}\s*$/.test(value) ? [value] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
