/** What a client remembers of an earlier answer. */
export type Conditions = { readonly ifNoneMatch: string | undefined; readonly ifModifiedSince: string | undefined };
/** What it is held against: the representation chosen for this request. */
export type Validators = { readonly etag: string; readonly lastModified: Date | undefined };

/**
 * True when a GET or HEAD gets 304 (RFC 9110 13.2.2): If-None-Match decides alone when it is there;
 * only without it does If-Modified-Since count.
 */
export function isNotModified(conditions: Conditions, validators: Validators): boolean {
  if (conditions.ifNoneMatch !== undefined) return matchesAny(conditions.ifNoneMatch, validators.etag);
  if (conditions.ifModifiedSince === undefined || !validators.lastModified) return false;
  const since = Date.parse(conditions.ifModifiedSince);
  // An HTTP date has whole seconds; a file's time has more.
  return Number.isFinite(since) && Math.floor(validators.lastModified.getTime() / 1_000) * 1_000 <= since;
}

/** Whether If-None-Match names the tag. Weak comparison (RFC 9110 13.1.2): a proxy that recompressed may have made our tag weak. */
export function matchesAny(header: string, etag: string): boolean {
  if (header === etag || header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag.replace(/^W\//, '') === etag);
}
