import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DraftView } from '../../shared/publishing/draft-view.ts';
import { type Change, diffContents } from '../../shared/release/changes/diff.ts';
import { freezeContent } from '../../shared/release/freeze.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { loadNewestView } from '../../shared/release/store.ts';
import type { Services } from '../../shared/services.ts';
import { renderCompared } from '../../shared/site/changes-page.ts';
import { spokenIn } from '../../shared/site/words.ts';
import type { DeskContext } from './context.ts';

/** What the draft of a correction would change; undefined for a draft of something that is not public. */
export async function loadDraftChanges(
  services: Services,
  draft: DraftView | undefined,
  newsroom: Newsroom,
): Promise<Change[] | undefined> {
  const view = draft && (await loadNewestView(services.database, draft.release));
  if (!draft || !view || view.kind === 'withdrawal') return undefined;
  return diffContents(view.content, freezeContent(draft.content, newsroom));
}

/** Whoever approves a correction sees what it changes before anything else. */
export function renderDraftChanges(context: DeskContext, draft: DraftView, changes: readonly Change[]): Markup {
  const { words, language } = context;
  const { language: written } = draft.content;
  const own = written === language ? undefined : html` lang="${written}"`;
  return html`<section class="changes" aria-labelledby="changes">
<h2 id="changes">${words.release.changes}</h2>
${changes.length === 0 ? html`<p>${words.release.noChanges}</p>\n` : renderCompared(changes, { ...spokenIn(language), own })}</section>`;
}
