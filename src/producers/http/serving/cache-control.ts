import { faviconPath, notFoundPath, readCardPath, touchIconPath } from '../../../shared/release/addresses.ts';

/**
 * Pages and feeds: a correction or a withdrawal reaches every reader and every shared cache within a minute, and nobody waits for the check
 * (stale-while-revalidate, RFC 5861).
 */
export const PAGE_CACHE_CONTROL = 'public, max-age=15, stale-while-revalidate=45';

/** Pictures, attachments and cards never change under their name but may be taken back: an hour without a question, then a cheap 304 or the end. */
export const ASSET_CACHE_CONTROL = 'public, max-age=3600, stale-while-revalidate=600';

/** Named after their own bytes, and never taken back. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Asked for by a fixed name, and changed when the newsroom changes its colour. */
const DAY = 'public, max-age=86400';

/** What is missing now may be there in a moment: a link in a letter can be opened before the page is written. */
const MISSING = 'public, max-age=5';

const NAMED_AFTER_BYTES =
  /^\/(?:(?:style|embed)\.[0-9a-f]{16}\.css|icon\.[0-9a-f]{16}\.svg|icon-[a-z0-9]+\.[0-9a-f]{16}\.png|page\.[0-9a-f]{16}\.js)$/;

/** How long the answer to a public path may be kept. */
export function cacheControlOf(path: string): string {
  if (path === notFoundPath()) return MISSING;
  if (path === faviconPath() || path === touchIconPath()) return DAY;
  if (readCardPath(path) !== undefined) return ASSET_CACHE_CONTROL;
  return NAMED_AFTER_BYTES.test(path) ? FOREVER : PAGE_CACHE_CONTROL;
}
