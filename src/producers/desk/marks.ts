import { html, type Markup, raw } from '../../shared/platform/markup.ts';
import type { ReleaseState } from '../../shared/publishing/releases.ts';
import type { ReceiptState } from '../../shared/schema/tables.ts';

/** A state is told by word and shape; colour only repeats it. */
export type MarkName = ReleaseState | ReceiptState;

/** Drawn in a square of 16; lines and fills take the text's colour. */
const SHAPES: Readonly<Record<MarkName, string>> = {
  editing: '<circle cx="8" cy="8" r="6" fill="none" stroke-dasharray="2.6 2.1"/>',
  submitted: '<circle cx="8" cy="8" r="6" fill="none"/><path class="solid" d="M8 2a6 6 0 0 1 0 12z"/>',
  approved: '<circle cx="8" cy="8" r="6" fill="none"/><path fill="none" d="m5.2 8.2 2 2.1 3.6-4.4"/>',
  scheduled: '<circle cx="8" cy="8" r="6" fill="none"/><path fill="none" d="M8 4.6V8l2.4 1.6"/>',
  missed: '<path fill="none" d="M8 2.2 14.4 13.6H1.6z"/><path fill="none" d="M8 6.4v3.4m0 1.6v.2"/>',
  public: '<circle class="solid" cx="8" cy="8" r="6"/>',
  withdrawn: '<circle cx="8" cy="8" r="6" fill="none"/><path fill="none" d="m3.8 12.2 8.4-8.4"/>',
  owed: '<path fill="none" d="M8 2a6 6 0 1 1-6 6"/><path fill="none" d="M8 5v3l2 1.4"/>',
  done: '<path fill="none" d="m2.6 8.6 3.6 3.8 7.2-8.6"/>',
  failed: '<path fill="none" d="M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM5.6 5.6l4.8 4.8m0-4.8-4.8 4.8"/>',
};

/** The shape and its word. */
export function mark(name: MarkName, word: string): Markup {
  return html`<span class="mark mark-${name}"><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${raw(SHAPES[name])}</svg> ${word}</span>`;
}
