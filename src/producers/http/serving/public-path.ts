/** The one hidden folder the public may read (RFC 8615). */
const WELL_KNOWN = '.well-known';

/**
 * The path a request asks for, decoded once, or undefined when it can name nothing public: another folder (`..`), a hidden file,
 * an empty or dangerous segment, an encoding that is no UTF-8. What comes back always begins with `/` and is safe to join to a folder.
 */
export function parsePublicPath(target: string): string | undefined {
  const encoded = target.split(/[?#]/, 1)[0]!;
  if (!encoded.startsWith('/')) return undefined;
  const path = decode(encoded);
  if (path === undefined) return undefined;
  const segments = path.slice(1).split('/');
  const last = segments.length - 1;
  return segments.every((segment, index) => isPublicSegment(segment, index, last)) ? path : undefined;
}

/**
 * The target as path and query. A client may write the whole address (RFC 9112 3.2.2); whose name it puts there must not decide what it gets, nor
 * stand in a redirect of ours.
 */
export function originForm(target: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/i.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** The query of a request target with its question mark, or nothing. Redirects carry it along. */
export function queryOf(target: string): string {
  const start = target.indexOf('?');
  return start === -1 ? '' : target.slice(start);
}

function isPublicSegment(segment: string, index: number, last: number): boolean {
  // Only the end may be empty: `/topics/`. An empty segment in front would turn a redirect into a link to another host.
  if (segment === '') return index === last;
  if (segment.startsWith('.')) return index === 0 && segment === WELL_KNOWN;
  // Control characters, the separator of other systems, and a percent sign left after one decoding (a second decoder may wait behind us).
  return !/[\u0000-\u001f\u007f\\%]/.test(segment);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
