import type { LetterLine } from '../../../shared/delivery/history.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { DeskContext } from '../context.ts';
import { renderShortTime, shortTimeText } from '../time.ts';
import { renderSwatch } from './equation-bar.ts';

/** What a line of a run and a line of a person's letters have in common. */
type Line = Omit<LetterLine, 'slug'>;

/** A letter's state in a word, with the pattern it has in the bar, and when it came about. */
export function renderState(context: DeskContext, line: Line, id: string): Markup {
  const { letters } = context.words;
  const digest = letters.digests[line.frequency];
  return html`<span class="letter-state">${renderSwatch(line.state, id)} ${letters.one[line.state]}</span>${
    line.at && html`<span class="small">${renderShortTime(context, line.at)}</span>`
  }${digest && html`<span class="small">${digest}</span>`}`;
}

/** What the relay answered and what a later report said. A server's words stay in their language: administrators search for them. */
export function renderAnswer(context: DeskContext, line: Line): Markup {
  const { letters } = context.words;
  const known = line.code !== null && Object.hasOwn(letters.codes, line.code) ? letters.codes[line.code] : undefined;
  const report = line.report && letters.reports[line.report](line.reportedAt ? shortTimeText(context, line.reportedAt) : '');
  return html`${known ? html`<span>${known}</span>` : said(line.code, line.reply)}${line.relay && html`<span class="small">${line.relay}</span>`}${
    report && html`<span><strong>${report}</strong> ${said(line.reportCode, line.reportText)}</span>`
  }`;
}

/** A server's code is a number, ours is a word. A reply mostly begins with its own code, which is not said twice. */
function said(code: string | null, reply: string | null): Markup | undefined {
  if (!reply) return code ? html`<span lang="en">${code}</span>` : undefined;
  if (code && !/^\d/.test(code)) return html`<span lang="en">${reply}</span>`;
  return html`<q lang="en">${code && !reply.includes(code) && `${code} `}${reply}</q>`;
}

/** How often it was tried, and when it is tried next. */
export function renderTries(context: DeskContext, line: Line): Markup {
  const { letters } = context.words;
  const waits = line.state === 'deferred' || (line.state === 'pending' && line.dueAt.getTime() > Date.now());
  // Nobody tries a letter that somebody is not to have.
  if (line.attempts === 0 && (line.state === 'suppressed' || line.state === 'cancelled')) return html``;
  const next = line.attempts === 0 ? letters.waitsTill : letters.again;
  return html`<span>${letters.attempts(line.attempts)}</span>${waits && html`<span class="small">${next(shortTimeText(context, line.dueAt))}</span>`}`;
}
