import { html, type Markup, raw } from '../platform/markup.ts';

/** Text of a heading, the groups of a number kept on one line (2 835 500). The characters stay what they are. */
export function keepFigures(text: string): Markup {
  const kept = html`${text}`.toString().replace(/\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)/g, '<span class="figures">$&</span>');
  return raw(kept);
}
