import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { SuppressionLine } from '../../../shared/subscribers/suppression-list.ts';
import type { DeskContext } from '../context.ts';

type Row = readonly [string, Markup | string | undefined];

/** Why an address is suppressed, as rows of facts. The evidence holds no address. */
export function evidenceRows({ words }: DeskContext, line: SuppressionLine): Row[] {
  const { evidence: terms, ways, run, number } = words.suppressions;
  const text = (name: string) => {
    const value = line.evidence[name];
    return value === undefined || value === null || value === '' ? undefined : String(value);
  };
  const release = text('release');
  const bounce = text('bounce');
  const way = text('way');
  return [
    [terms.reply, text('reply') && html`<q lang="en">${text('reply')}</q>`],
    [terms.code, text('code')],
    [terms.relay, text('relay')],
    [terms.note, text('note')],
    [terms.account, text('account')],
    [terms.way, way && (ways[way] ?? way)],
    // The release stands there as its id, which its address takes as well.
    [
      terms.letter,
      release && html`<a class="target" href="/desk/releases/${release}/letters?run=${text('n')}">${run(text('n') ?? '')}</a>`,
    ],
    [terms.bounce, bounce && html`<a class="target" href="/desk/bounces/${bounce}">${number(bounce)}</a>`],
  ];
}

/** The same in one line, for lists: the server's words, else a note, else how it came about. */
export function evidenceText({ words }: DeskContext, line: SuppressionLine): Markup | undefined {
  const { code, reply, note, way } = line.evidence;
  if (typeof reply === 'string' && reply !== '')
    return html`<q lang="en">${typeof code === 'string' && !reply.includes(code) && code !== '' && `${code} `}${reply}</q>`;
  if (typeof note === 'string' && note !== '') return html`${note}`;
  if (typeof way === 'string') return html`${words.suppressions.ways[way] ?? way}`;
  return undefined;
}

/** Enough of a hash to know it again. */
export function shortHash(hash: string): Markup {
  return html`<code>${hash.slice(0, 12)}</code>`;
}
