/** How a file is announced, and whether compressing it saves anything. */
export type MediaType = { readonly type: string; readonly compressible: boolean };

const TEXT = (type: string): MediaType => ({ type: `${type}; charset=utf-8`, compressible: true });
const BINARY = (type: string): MediaType => ({ type, compressible: false });

/** By the end of the name. Feeds have types of their own: a reader given text/xml may guess another charset (RFC 7303). */
const BY_EXTENSION: Readonly<Record<string, MediaType>> = {
  html: TEXT('text/html'),
  css: TEXT('text/css'),
  js: TEXT('text/javascript'),
  txt: TEXT('text/plain'),
  md: TEXT('text/markdown'),
  csv: TEXT('text/csv'),
  ics: TEXT('text/calendar'),
  vcf: TEXT('text/vcard'),
  json: TEXT('application/json'),
  webmanifest: TEXT('application/manifest+json'),
  xml: TEXT('application/xml'),
  opml: TEXT('text/x-opml'),
  svg: TEXT('image/svg+xml'),
  avif: BINARY('image/avif'),
  webp: BINARY('image/webp'),
  jpg: BINARY('image/jpeg'),
  jpeg: BINARY('image/jpeg'),
  png: BINARY('image/png'),
  gif: BINARY('image/gif'),
  ico: BINARY('image/x-icon'),
  pdf: BINARY('application/pdf'),
};

const BY_NAME: Readonly<Record<string, MediaType>> = {
  'rss.xml': TEXT('application/rss+xml'),
  'atom.xml': TEXT('application/atom+xml'),
  'feed.json': TEXT('application/feed+json'),
};

/** The media type of a path; unknown ends are bytes to be saved, never something a browser would run. */
export function mediaTypeOf(path: string): MediaType {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return BY_NAME[name] ?? BY_EXTENSION[extension] ?? BINARY('application/octet-stream');
}

/** True for types that shrink when compressed. */
export function isCompressible(type: string): boolean {
  return /^text\/|[/+](json|xml|javascript)\b|^image\/svg/.test(type);
}
