import { notFoundPath } from '../../../shared/release/addresses.ts';

/**
 * Pages and feeds: a correction or a withdrawal reaches every reader and every shared cache within a minute, and nobody waits for the check
 * (stale-while-revalidate, RFC 5861).
 */
const PAGE = 'public, max-age=15, stale-while-revalidate=45';

/** Pictures and attachments never change under their name but may be taken back: an hour without a question, then a cheap 304 or the end. */
export const ASSET_CACHE_CONTROL = 'public, max-age=3600, stale-while-revalidate=600';

/** Named after their own bytes, and never taken back. */
const FOREVER = 'public, max-age=31536000, immutable';

/** What is missing now may be there in a moment: a link in a letter can be opened before the page is written. */
const MISSING = 'public, max-age=5';

/** How long the answer to a public path may be kept. */
export function cacheControlOf(path: string): string {
  if (path === notFoundPath()) return MISSING;
  return /^\/(?:(?:style|embed)\.[0-9a-f]{16}\.css|icon\.[0-9a-f]{16}\.svg|page\.[0-9a-f]{16}\.js)$/.test(path) ? FOREVER : PAGE;
}
