import { html, type Markup } from '../platform/markup.ts';

const NO_BREAK = '\u00a0';

/** A date as it stands in a line: day, month and year stay together, and "kl." or "at" with the hour, wherever the line ends. */
export function unbroken(date: string): string {
  return date
    .replace(/(?<!\d)(\d{1,2}) (\p{L}+) (?=\d{4})/gu, `$1${NO_BREAK}$2${NO_BREAK}`)
    .replace(/ (kl\.|at) (?=\d)/g, ` $1${NO_BREAK}`);
}

/** A moment in the words a reader sees. */
export function renderTime(moment: Date, words: string): Markup {
  return html`<time datetime="${moment.toISOString()}">${unbroken(words)}</time>`;
}
