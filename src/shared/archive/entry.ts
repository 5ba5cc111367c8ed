import { extname } from 'node:path';
import { canonicalJson, type Json, sha256Hex } from '../platform/canonical.ts';
import { Permanent } from '../platform/failure.ts';
import { VERSION } from '../platform/version.ts';
import { assetFile } from '../release/files/assets.ts';
import { renderingHash } from '../release/rendering.ts';
import type { PublicView, Publisher, RevisionView } from '../release/view.ts';
import type { RevisionRow } from '../schema/tables.ts';
import type { KeptFile, Manifest, ManifestFile } from './manifest.ts';

/** Names of the files of an entry; `verify` and people who open a folder find them by these. */
export const ENTRY_FILES = {
  content: 'content.json',
  record: 'record.json',
  page: 'page.html',
  rss: 'rss.xml',
  atom: 'atom.xml',
  json: 'feed.json',
  ninjs: 'ninjs.json',
  letterHtml: 'letter.html',
  letterText: 'letter.txt',
} as const;

/** One revision in every channel, as rendered for the archive: the names are those of preview.ts. */
export type KeptChannels = {
  readonly page: string;
  readonly rss: string;
  readonly atom: string;
  readonly json: string;
  readonly ninjs: string;
  readonly letterHtml: string;
  readonly letterText: string;
  readonly letterSubject: string;
};

export type EntryInput = {
  readonly view: PublicView;
  readonly revision: Pick<RevisionRow, 'content' | 'hash' | 'author' | 'approver' | 'change_note' | 'conceal'>;
  /** Account id → the person's name now; the record keeps both. */
  readonly names: ReadonlyMap<string, string>;
  readonly channels: KeptChannels;
  readonly publisher: Publisher;
  readonly newsroomHash: string;
  readonly dataDir: string;
};

const MEDIA_TYPES = {
  content: 'application/json',
  record: 'application/json',
  page: 'text/html; charset=utf-8',
  rss: 'application/rss+xml',
  atom: 'application/atom+xml',
  json: 'application/feed+json',
  ninjs: 'application/json',
  letterHtml: 'text/html; charset=utf-8',
  letterText: 'text/plain; charset=utf-8',
} as const satisfies Record<keyof typeof ENTRY_FILES, string>;

/**
 * The files of a revision's entry: what was approved, who did what when, and the bytes of every channel. A function of its input alone, so an
 * entry begun twice is the same folder. Throws Permanent when the content is not the one the hash names, or a picture's bytes are not known.
 */
export function entryFiles(input: EntryInput): KeptFile[] {
  const { view, channels } = input;
  const text = (name: keyof typeof ENTRY_FILES, data: string): KeptFile => ({
    name: ENTRY_FILES[name],
    mediaType: MEDIA_TYPES[name],
    data,
  });
  return [
    text('content', contentText(input)),
    text('record', canonicalJson(recordOf(input))),
    text('page', channels.page),
    text('rss', channels.rss),
    text('atom', channels.atom),
    text('json', channels.json),
    text('ninjs', channels.ninjs),
    text('letterHtml', channels.letterHtml),
    text('letterText', channels.letterText),
    ...(view.kind === 'withdrawal' ? [] : assetFiles(view, input.dataDir)),
  ];
}

/** The canonical JSON whose SHA-256 the revision carries: the content, or a withdrawal's reason. */
function contentText({ view, revision }: EntryInput): string {
  const value = view.kind === 'withdrawal' ? { withdrawal: revision.change_note } : (revision.content as Json);
  const text = canonicalJson(value);
  if (sha256Hex(text) !== revision.hash) {
    throw new Permanent('hash_differs', `revision ${view.n} of ${view.slug} does not have the hash it was published with`, {
      fields: { release: view.id, revision: view.n },
    });
  }
  return text;
}

function recordOf({ view, revision, names, publisher, newsroomHash, channels }: EntryInput): Json {
  const person = (account: string) => ({ account, name: names.get(account) ?? null });
  return {
    release: view.id,
    slug: view.slug,
    language: view.kind === 'withdrawal' ? view.language : view.content.language,
    revision: view.n,
    kind: view.kind,
    sha256: revision.hash,
    author: person(revision.author),
    approver: person(revision.approver),
    publication: view.publication,
    publishedAt: view.publishedAt.toISOString(),
    firstPublishedAt: view.firstPublishedAt.toISOString(),
    changeNote: revision.change_note,
    conceal: revision.conceal,
    registration: view.kind === 'withdrawal' ? null : (view.content.registration ?? null),
    letterSubject: channels.letterSubject,
    // What the channels were rendered with: who compares bytes must know that they were made from the same.
    newsroom: { name: publisher.newsroom.name, sha256: newsroomHash, baseUrl: publisher.baseUrl },
    program: `Depesch ${VERSION}`,
    madeWith: renderingHash(newsroomHash, publisher.baseUrl),
    asOf: view.publication,
  };
}

/** Every picture and attachment as stored; their sizes for screens are made from these. The same bytes named twice are kept once. */
function assetFiles(view: RevisionView, dataDir: string): KeptFile[] {
  const named = [...view.content.images, ...view.content.attachments];
  const byHash = new Map(named.map((file) => [file.asset, file.name]));
  return [...byHash].map(([hash, name]) => {
    const asset = view.assets.get(hash);
    if (!asset)
      throw new Permanent('asset_unknown', `${view.slug} names ${name}, whose bytes are not stored`, {
        fields: { release: view.id, asset: hash },
      });
    return {
      name: `assets/${hash}${endingOf(name)}`,
      mediaType: asset.mediaType,
      source: assetFile(dataDir, hash),
      sha256: hash,
      bytes: asset.bytes,
    };
  });
}

/** `.jpg` of `arena.JPG`, so that the file opens; nothing when the name has no plain ending. */
function endingOf(name: string): string {
  return /^\.[a-z0-9]{1,8}$/.exec(extname(name).toLowerCase())?.[0] ?? '';
}

/** The manifest of these files for that revision. */
export function manifestOf(kind: Manifest['kind'], of: ManifestSubject, files: readonly KeptFile[]): Manifest {
  return {
    format: 'depesch-archive-1',
    kind,
    release: of.release,
    revision: of.n,
    publication: of.publication,
    publishedAt: of.publishedAt.toISOString(),
    files: files.map(manifestFile),
  };
}

export type ManifestSubject = { readonly release: string; readonly n: number; readonly publication: number; readonly publishedAt: Date };

function manifestFile(file: KeptFile): ManifestFile {
  const { name, mediaType } = file;
  if ('data' in file) return { name, mediaType, bytes: Buffer.byteLength(file.data), sha256: sha256Hex(file.data) };
  return { name, mediaType, bytes: file.bytes, sha256: file.sha256 };
}
