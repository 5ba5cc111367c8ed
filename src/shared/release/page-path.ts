import type { ReleaseFile } from './addresses.ts';

/* The other way round: what an address of addresses.ts means. */

/** What a path of the public site names, when it can name a page that depends on releases. */
export type PagePath =
  | { readonly kind: 'release'; readonly slug: string }
  | { readonly kind: 'file'; readonly slug: string; readonly file: ReleaseFile }
  | { readonly kind: 'changes'; readonly slug: string }
  | { readonly kind: 'card'; readonly slug: string }
  | { readonly kind: 'short'; readonly code: string }
  | { readonly kind: 'list'; readonly list: string; readonly page: number | undefined; readonly language: string | undefined }
  | { readonly kind: 'sitemap'; readonly shard: number };

/**
 * Reads a path of a release and what lies beside it, of a topic's or a month's list, or of a sitemap shard; undefined for everything else.
 * `language` is what stands before a list's path (pathIn): whether the newsroom has it is not asked here.
 */
export function readPagePath(path: string): PagePath | undefined {
  const release =
    /^\/releases\/([a-z0-9-]+)\/(?:(changes\/)|(event\.ics|decisions\.csv|release\.txt|contact-[1-9]\d?\.vcf)|(card\.[0-9a-f]{16}\.jpg))?$/.exec(
      path,
    );
  if (release) {
    const [, slug = '', changes, file, card] = release;
    if (file) return { kind: 'file', slug, file: file as ReleaseFile };
    if (card) return { kind: 'card', slug };
    return changes ? { kind: 'changes', slug } : { kind: 'release', slug };
  }
  // Telephones begin with a capital letter; which letters are digits is decided by short-code.ts.
  const short = /^\/r\/([0-9a-z]{1,20})$/i.exec(path);
  if (short) return { kind: 'short', code: short[1]! };
  const shard = /^\/sitemap-([1-9]\d{0,5})\.xml$/.exec(path);
  if (shard) return { kind: 'sitemap', shard: Number(shard[1]) };
  const list = /^(?:\/([a-z]{2,3}(?:-[A-Z]{2})?))?\/(?:topics\/([a-z0-9-]+)|archive\/(\d{4})\/(\d{2}))\/(?:page\/([1-9]\d{0,5})\/)?$/.exec(
    path,
  );
  if (!list) return undefined;
  const [, language, topic, year, month, page] = list;
  return {
    kind: 'list',
    list: topic ? `topic:${topic}` : `month:${year}-${month}`,
    page: page === undefined ? undefined : Number(page),
    language,
  };
}
