import type { ReleaseContent } from '../release/content.ts';
import { getAssets } from '../release/files/assets.ts';
import { freezeContent } from '../release/freeze.ts';
import { findTranslationRoot, loadLinks } from '../release/links.ts';
import { renderContent } from '../release/markdown/markdown.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { assetsOf, findRelease, loadView } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { AssetView, HistoryLine, ReleaseLink, RevisionView } from '../release/view.ts';

/** A draft to look at: what publishing keeps of it, or the fields of a file that was never stored. */
export type PreviewedDraft = { readonly release: string; readonly slug: string; readonly content: ReleaseContent; readonly hash: string };

/** How a draft of a public release would be published. */
export type PreviewedCorrection = { readonly kind: 'minor' | 'major'; readonly note: string };

export type PreviewInput = {
  readonly draft: PreviewedDraft;
  readonly newsroom: Newsroom;
  /** The moment it would be published at. */
  readonly at: Date;
  readonly correction?: PreviewedCorrection | undefined;
  readonly assets?: ReadonlyMap<string, AssetView>;
  /** Revisions that are public already, oldest first. */
  readonly history?: readonly HistoryLine[];
  readonly translations?: readonly ReleaseLink[];
  readonly related?: readonly ReleaseLink[];
};

/** The view a draft will have once it is published at that moment, with what the newsroom file fills in. Pure. */
export function previewView(input: PreviewInput): RevisionView {
  const { draft, newsroom, at, history = [] } = input;
  const content = freezeContent(draft.content, newsroom);
  const kind: RevisionView['kind'] = history.length === 0 ? 'first' : (input.correction?.kind ?? 'major');
  const changeNote = kind === 'first' ? null : (input.correction?.note ?? null);
  const lines: HistoryLine[] = [...history, { n: history.length + 1, kind, publishedAt: at, changeNote, conceal: false }];
  return {
    id: draft.release,
    slug: draft.slug,
    n: lines.length,
    kind,
    hash: draft.hash,
    // Its place in the order of publications is not known before it has one; nothing shows it.
    publication: 0,
    publishedAt: at,
    firstPublishedAt: lines[0]!.publishedAt,
    significantAt: lines.findLast((line) => line.kind !== 'minor')!.publishedAt,
    changeNote,
    conceal: false,
    content,
    rendered: renderContent(content),
    assets: input.assets ?? new Map(),
    history: lines,
    translations: input.translations ?? [],
    related: input.related ?? [],
  };
}

/** previewView of a stored draft, with its pictures, its earlier revisions and the public releases it points to. */
export async function loadDraftView(
  db: Connection,
  input: Pick<PreviewInput, 'draft' | 'newsroom' | 'at' | 'correction'>,
): Promise<RevisionView> {
  const { release, content } = input.draft;
  const row = await findRelease(db, release);
  const assets = await getAssets(db, assetsOf(content));
  const root = await findTranslationRoot(db, content.translationOf);
  const wish = { release, translationOf: root === undefined ? (row?.translation_of ?? null) : root, related: content.related };
  const links = (await loadLinks(db, [wish])).get(release)!;
  const newest = row?.newest_n ? await loadView(db, { release, n: row.newest_n }) : undefined;
  return previewView({ ...input, assets, history: newest && newest.kind !== 'withdrawal' ? newest.history : [], ...links });
}
