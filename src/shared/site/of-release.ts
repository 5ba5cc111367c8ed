import { type ReleaseFile, releasePath } from '../release/addresses.ts';
import { loadChanges } from '../release/changes/changes.ts';
import type { PagePath } from '../release/page-path.ts';
import { idsOfShortCode } from '../release/short-code.ts';
import { findPublicByIds, findPublicBySlug } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { PublicView, Publisher } from '../release/view.ts';
import { changesAt } from '../release/who-answers.ts';
import { renderBeside } from './beside.ts';
import { cardOf } from './card/card.ts';
import { renderChangesPage } from './changes-page.ts';
import type { Drawing } from './drawing.ts';
import { renderGonePage } from './gone.ts';
import { renderReleasePage } from './page.ts';

export type PublicDocument = {
  readonly body: string;
  readonly status: 200 | 404 | 410;
  readonly type: string;
  /** Until when it says the same, for what depends on the clock. */
  readonly until?: Date | undefined;
};

/** Where a reader finds what a short link means. */
export type Redirect = { readonly location: string };

const HTML = 'text/html; charset=utf-8';

/** A release's page, or the notice that stands in its place; as published when no moment is given. */
export function renderView(view: PublicView, publisher: Publisher, at: Date = view.publishedAt): PublicDocument {
  const until = changesAt(view, publisher, at);
  return view.kind === 'withdrawal'
    ? { body: renderGonePage(view, publisher, at), status: 410, type: HTML, until }
    : { body: renderReleasePage(view, publisher, at), status: 200, type: HTML, until };
}

/** What an address of one release names. */
export type OfRelease = Exclude<PagePath, { kind: 'list' | 'sitemap' }>;

/** A withdrawn release answers at each of its addresses with the same notice, which names none of them. */
export async function renderOfRelease(
  db: Connection,
  publisher: Publisher,
  { named, at, path }: { named: OfRelease; at: Date; path: string },
): Promise<PublicDocument | Redirect | Drawing | undefined> {
  const ids = named.kind === 'short' ? idsOfShortCode(named.code) : undefined;
  const view = named.kind !== 'short' ? await findPublicBySlug(db, named.slug) : ids && (await findPublicByIds(db, ids));
  if (!view || view.kind === 'withdrawal' || named.kind === 'release') return view && renderView(view, publisher, at);
  const until = changesAt(view, publisher, at);
  switch (named.kind) {
    case 'short':
      return { location: releasePath(view.slug) };
    case 'card': {
      const card = cardOf(view, publisher);
      // A link shared before a correction leads to the card as it is now.
      return card.path === path ? { card } : { location: card.path };
    }
    case 'changes':
      return view.history.length < 2
        ? undefined
        : { body: renderChangesPage(view, await loadChanges(db, view), publisher, at), status: 200, type: HTML, until };
    case 'file': {
      const body = renderBeside(view, publisher, { file: named.file, at });
      return body === undefined ? undefined : { body, status: 200, type: typeOfFile(named.file), until };
    }
  }
}

/** RFC 7111 lets the header line of a CSV be told; without it a program guesses. */
function typeOfFile(file: ReleaseFile): string {
  if (file === 'release.txt') return 'text/plain; charset=utf-8';
  if (file === 'event.ics') return 'text/calendar; charset=utf-8';
  return file === 'decisions.csv' ? 'text/csv; charset=utf-8; header=present' : 'text/vcard; charset=utf-8';
}
