import type { AssetVariant, Rendered, RevisionKind } from '../schema/tables.ts';
import type { ReleaseContent } from './content.ts';
import type { Newsroom } from './newsroom/newsroom.ts';

/** An asset as pages need it. */
export type AssetView = {
  readonly hash: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly variants: readonly AssetVariant[];
};

/** A link to another public release. */
export type ReleaseLink = { readonly slug: string; readonly language: string; readonly title: string; readonly publishedAt: Date };

/** One line of a release's public history. */
export type HistoryLine = {
  readonly n: number;
  readonly kind: RevisionKind;
  readonly publishedAt: Date;
  readonly changeNote: string | null;
  /** Its correction keeps all earlier texts from the public (promise 9). */
  readonly conceal: boolean;
};

/** What a letter, a page or a feed item is made of: one public revision and what it points to. A function of (release, n, asOf): store.ts loads it. */
export type RevisionView = {
  readonly id: string;
  readonly slug: string;
  readonly n: number;
  readonly kind: Exclude<RevisionKind, 'withdrawal'>;
  readonly hash: string;
  readonly publication: number;
  readonly publishedAt: Date;
  readonly firstPublishedAt: Date;
  /** Time of the newest revision up to this one that was not minor: `updated` of feeds. */
  readonly significantAt: Date;
  readonly changeNote: string | null;
  readonly conceal: boolean;
  readonly content: ReleaseContent;
  readonly rendered: Rendered;
  readonly assets: ReadonlyMap<string, AssetView>;
  /** Revisions 1…n, oldest first. Notes only; earlier texts are read by whoever shows a diff, unless concealed. */
  readonly history: readonly HistoryLine[];
  /** Other languages of the same release, public as of the loaded publication, by language. */
  readonly translations: readonly ReleaseLink[];
  /** Related releases that are public as of the loaded publication. */
  readonly related: readonly ReleaseLink[];
};

/** A withdrawn release: neither title nor text (promise 9). */
export type WithdrawnView = {
  readonly id: string;
  readonly slug: string;
  readonly n: number;
  readonly kind: 'withdrawal';
  readonly language: string;
  readonly publication: number;
  readonly publishedAt: Date;
  readonly firstPublishedAt: Date;
  readonly reason: string;
};

export type PublicView = RevisionView | WithdrawnView;

/** Who publishes, and where: the second parameter of everything that renders. */
export type Publisher = { readonly newsroom: Newsroom; readonly baseUrl: string };
