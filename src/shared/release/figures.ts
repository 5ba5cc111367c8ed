import { html, type Markup, raw } from '../platform/markup.ts';

/** Text of a heading or an address, the groups of a number or postcode kept on one line (2 835 500, 900 00). The characters stay what they are. */
export function keepFigures(text: string): Markup {
  const kept = html`${text}`
    .toString()
    .replace(/(?<!\d)(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{3}[ \u00a0]\d{2})(?!\d)/g, '<span class="figures">$&</span>');
  return raw(kept);
}
