/*
 * What programs in a browser need to read our feeds and our public API from any site (CORS, https://fetch.spec.whatwg.org/). Both are public, and nothing
 * personal rides along.
 */

/** On the answers: who may read them, and which headers beside those every script may see. */
export const FOR_OTHER_SITES = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Date, ETag, Link, Retry-After',
};

/** On the answer to the question before: a script that keeps feeds itself sends its own conditions, and a browser asks first whether it may. */
export const PREFLIGHT = {
  ...FOR_OTHER_SITES,
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'If-None-Match, If-Modified-Since',
  'access-control-max-age': '86400',
};

/** Whether a file of this media type is made for programs: feeds, lists of feeds, JSON. */
export function isForPrograms(type: string): boolean {
  return /(\+xml|json|opml)\b/.test(type);
}
