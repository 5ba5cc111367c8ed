import { html, type Markup, raw } from '../../shared/platform/markup.ts';
import type { DraftView } from '../../shared/publishing/draft-view.ts';
import type { ReleaseStatus } from '../../shared/publishing/status.ts';
import { releasePath } from '../../shared/release/addresses.ts';
import type { Change } from '../../shared/release/changes/diff.ts';
import { languageName } from '../../shared/release/words.ts';
import { type AuditView, renderAudit } from './audit-trail.ts';
import { renderDraftChanges } from './changes-panel.ts';
import type { DeskContext } from './context.ts';
import { mark } from './marks.ts';
import type { NextStep } from './next-step.ts';
import { type PreviewView, renderPreviews } from './previews.ts';
import { renderProblems } from './problems/problem-list.ts';
import { renderDesk } from './shell.ts';
import { renderLiveParts } from './status-panel.ts';
import { renderNext } from './steps-panel.ts';
import { renderTime } from './time.ts';

export type ReleasePage = {
  readonly status: ReleaseStatus;
  readonly draft: DraftView | undefined;
  readonly next: NextStep;
  /** Of the draft of a correction. */
  readonly changes: readonly Change[] | undefined;
  readonly preview: PreviewView;
  readonly audit: AuditView;
  readonly names: ReadonlyMap<string, string>;
  /** What was just done, or why it was not. */
  readonly message: Markup | undefined;
};

/** One release: where it stands, the next thing to do, how far each channel is, every channel's preview, and what has happened. */
export function renderRelease(context: DeskContext, page: ReleasePage): string {
  const { status, draft } = page;
  const title = draft?.content.title ?? status.title ?? status.slug;
  return renderDesk(context, {
    title,
    live: status.revision !== null,
    main: html`<p><a class="target back" href="/desk/"><span aria-hidden="true">←</span> ${context.words.allReleases}</a></p>
${page.message}
<h1 lang="${status.language}">${title}</h1>
${stateLine(context, page)}
<div class="columns">
<div class="work">
${renderNext(context, page)}
${draft && page.changes && renderDraftChanges(context, draft, page.changes)}
${draft && problems(context, draft, page.next)}
${status.revision !== null && live(context, status)}
${renderPreviews(context, page.preview)}
</div>
<div class="beside">
${facts(context, page)}
${renderAudit(context, page.audit)}
</div>
</div>`,
  });
}

function stateLine({ words, publisher }: DeskContext, { status, draft }: ReleasePage): Markup {
  const language =
    status.language !== publisher.newsroom.languages[0] && html` <span class="small">${languageName(status.language)}</span>`;
  const correction =
    draft &&
    status.state === 'public' &&
    html` ${mark(draft.state, `${words.correctionOpen}, ${words.states[draft.state].toLowerCase()}`)}`;
  return html`<p class="state-line">${mark(status.state, words.states[status.state])}${correction}${language}</p>`;
}

/** Each leads to its box for those who may change the text. */
function problems({ words }: DeskContext, draft: DraftView, next: NextStep): Markup | undefined {
  if (draft.problems.length === 0) return undefined;
  const errors = draft.problems.filter((problem) => problem.severity === 'error');
  const advice = draft.problems.filter((problem) => problem.severity === 'advice');
  const { release } = words;
  const form = next.others.includes('edit') ? `/desk/releases/${draft.release}/edit` : undefined;
  return html`${errors.length > 0 && folded(`${release.errors} (${errors.length})`, 'errors', renderProblems(words, errors, { form }))}${
    advice.length > 0 &&
    folded(
      `${release.advice} (${advice.length})`,
      'advice',
      html`<p class="small">${release.adviceNote}</p>
${renderProblems(words, advice, { form })}`,
    )
  }`;
}

function folded(heading: string, kind: 'errors' | 'advice', content: Markup): Markup {
  return html`<details class="problems problems-${kind}"${kind === 'errors' && html` open`}>
<summary class="target">${heading}</summary>
${content}</details>
`;
}

/** What changes by itself: the script refreshes each data-live element, a reload does the same. */
function live(context: DeskContext, status: ReleaseStatus): Markup {
  const parts = renderLiveParts(context, status);
  return html`<section class="live" aria-labelledby="channels" data-events="/desk/releases/${status.slug}/events">
<h2 id="channels">${context.words.channels.title}</h2>
<p class="small" role="status" data-live="summary">${raw(parts.summary)}</p>
<div data-live="channels">${raw(parts.channels)}</div>
<div data-live="letters">${raw(parts.letters)}</div>
</section>`;
}

function facts(context: DeskContext, page: ReleasePage): Markup {
  const { words } = context;
  const { status, draft, names } = page;
  const time = (at: Date) => renderTime(context, at);
  const person = (account: string | null) => account && html`${names.get(account) ?? account}`;
  const hash = draft?.hash ?? status.hash;
  const rows: [string, Markup | string | null | undefined | false][] = [
    [words.release.since[status.kind ?? 'first'], status.publishedAt !== null && time(new Date(status.publishedAt))],
    [
      words.release.scheduled,
      draft?.publishAt &&
        html`${time(draft.publishAt)}${draft.publishLatest && html`, ${words.release.latest} ${time(draft.publishLatest)}`}`,
    ],
    [words.release.written, person(draft?.author ?? status.author)],
    [words.release.approved, person(draft ? draft.approver : status.approver)],
    [words.release.revision, status.revision !== null && html`${status.revision}`],
    [words.release.registration, draft?.content.registration ?? status.registration],
    [
      words.release.address,
      status.state === 'public'
        ? html`<a class="target" href="${releasePath(status.slug)}">${releasePath(status.slug)}</a>`
        : html`<code>${releasePath(status.slug)}</code>`,
    ],
    [words.release.hash, hash !== null && html`<code class="hash">${hash}</code>`],
  ];
  return html`<section class="facts-of" aria-labelledby="facts">
<h2 id="facts">${words.release.facts}</h2>
<dl>
${rows.map(([term, value]) => value && html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
</section>`;
}
