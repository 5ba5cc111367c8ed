import { html, type Markup, raw } from '../platform/markup.ts';
import { changesPath } from '../release/addresses.ts';
import type { Change, Stretch } from '../release/changes/diff.ts';
import type { Place } from '../release/changes/passages.ts';
import type { LetterContext } from './letter-context.ts';
import { TEXT_WIDTH, wrapText } from './plain-text.ts';

/*
 * What a correction changed, in the first lines of its letter: each changed passage before and now, with the words that differ marked by more
 * than colour. Beyond the limits nobody compares any more, and the letter says so.
 */

const CHANGES_MOST = 12;
const CHARACTERS_MOST = 6_000;
/** How much of what stayed the same stands around a change, in characters. */
const AROUND = 70;

type Line = { readonly label: string; readonly stretches: readonly Stretch[] };
type Shown = { readonly place: Place; readonly lines: readonly Line[] };

export function renderChanges(context: LetterContext): Markup | undefined {
  const shown = shownChanges(context);
  if (shown === undefined) return undefined;
  if (shown === 'too-many')
    return html`<p>${context.words.muchChanged}. <a href="${allChanges(context)}">${context.words.allChanges}</a></p>\n`;
  return html`${shown.map(({ place, lines }, index) => {
    const name = place !== shown[index - 1]?.place && html`<p class="place"><strong>${context.words.places[place]}</strong></p>\n`;
    const line = ({ label, stretches }: Line, at: number) =>
      html`${at > 0 && raw('<br>')}<span class="quiet">${label}:</span> <span${context.own}>${stretches.map(renderStretch)}</span>`;
    return html`${name}<p class="change">${lines.map(line)}</p>\n`;
  })}`;
}

function renderStretch({ kind, text }: Stretch): Markup {
  switch (kind) {
    case 'same':
      return html`${text}`;
    case 'removed':
      return html`<del>${text}</del>`;
    case 'added':
      return html`<ins>${text}</ins>`;
  }
}

export function changeLines(context: LetterContext): string[] {
  const shown = shownChanges(context);
  if (shown === undefined) return [];
  if (shown === 'too-many') return [...wrapText(`${context.words.muchChanged}. ${context.words.allChanges}:`), allChanges(context)];
  return shown.flatMap(({ place, lines }, index) => [
    '',
    ...(place === shown[index - 1]?.place ? [] : [context.words.places[place]]),
    ...lines.flatMap((line) => hanging(line, Math.max(...lines.map(({ label }) => label.length)) + 2)),
  ]);
}

function hanging({ label, stretches }: Line, width: number): string[] {
  const text = wrapText(stretches.map(starred).join(''), TEXT_WIDTH - width);
  return text.map((line, index) => (index === 0 ? `${label}:` : '').padEnd(width) + line);
}

/** Between stars, the usual mark of plain mail for words that stand out. */
function starred({ kind, text }: Stretch): string {
  return kind === 'same'
    ? text
    : text.replace(/^(\s*)([\s\S]*?)(\s*)$/, (_, before, words, after) => (words ? `${before}*${words}*${after}` : text));
}

function allChanges({ view, at }: LetterContext): string {
  return at(changesPath(view.slug));
}

function shownChanges({ changes = [], words }: LetterContext): Shown[] | 'too-many' | undefined {
  if (changes.length === 0) return undefined;
  const shown = changes.slice(0, CHANGES_MOST).map((change) => ({ place: change.place, lines: linesOf(change, words) }));
  const characters = shown.flatMap(({ lines }) => lines).reduce((sum, line) => sum + lengthOfLine(line), 0);
  return changes.length > CHANGES_MOST || characters > CHARACTERS_MOST ? 'too-many' : shown;
}

function lengthOfLine({ stretches }: Line): number {
  return stretches.reduce((sum, { text }) => sum + text.length, 0);
}

function linesOf({ before, after, words: stretches }: Change, words: LetterContext['words']): Line[] {
  if (before === null) return [{ label: words.addedText, stretches: [{ kind: 'same', text: after ?? '' }] }];
  if (after === null) return [{ label: words.removedText, stretches: [{ kind: 'same', text: before }] }];
  const without = (kind: Stretch['kind'], whole: string) =>
    stretches ? shortened(stretches.filter((stretch) => stretch.kind !== kind)) : [{ kind: 'same' as const, text: whole }];
  return [
    { label: words.before, stretches: without('added', before) },
    { label: words.now, stretches: without('removed', after) },
  ];
}

/** Long stretches that stayed the same give way, at a space, to what stands next to a change. */
function shortened(stretches: readonly Stretch[]): Stretch[] {
  return stretches.map((stretch, index) => {
    if (stretch.kind !== 'same') return stretch;
    const head = index === 0 ? '' : beginningOf(stretch.text);
    const tail = index === stretches.length - 1 ? '' : endOf(stretch.text);
    return head.length + tail.length + AROUND / 2 > stretch.text.length ? stretch : { ...stretch, text: `${head}…${tail}` };
  });
}

function beginningOf(text: string): string {
  const end = text.indexOf(' ', AROUND);
  return end < 0 ? text : `${text.slice(0, end)} `;
}

function endOf(text: string): string {
  const start = text.lastIndexOf(' ', text.length - AROUND);
  return start < 0 ? text : text.slice(start);
}
