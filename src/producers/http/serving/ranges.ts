/** What part of a file a request gets: all of it, bytes from `start` to `end` (both inclusive), or nothing because it asks beyond the end. */
export type Part =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'beyond' };

const WHOLE: Part = { kind: 'whole' };

/**
 * Reads Range (RFC 9110 14.2). A header that is malformed, in another unit or with several parts is passed over, as a server may: players and
 * resumed downloads ask for one part. If-Range (13.1.5) holds only for the very bytes it names; a date says too little.
 */
export function readRange(
  headers: { readonly range: string | undefined; readonly ifRange: string | undefined },
  file: { readonly size: number; readonly etag: string },
): Part {
  const { range, ifRange } = headers;
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== file.etag)) return WHOLE;
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.replace(/[ \t]/g, '')) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return WHOLE;
  if (first === '') {
    const length = Math.min(Number(last), file.size);
    return length === 0 ? { kind: 'beyond' } : { kind: 'part', start: file.size - length, end: file.size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return WHOLE;
  if (start >= file.size) return { kind: 'beyond' };
  return { kind: 'part', start, end: last === '' ? file.size - 1 : Math.min(Number(last), file.size - 1) };
}
