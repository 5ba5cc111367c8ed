import { html, type Markup, raw } from '../../../shared/platform/markup.ts';
import type { DeliveryState } from '../../../shared/schema/tables.ts';

/** Left to right: what is settled for good first, what has not left last. */
export const BAR_ORDER = [
  'accepted',
  'rejected',
  'suppressed',
  'cancelled',
  'unknown',
  'deferred',
  'claimed',
  'pending',
] as const satisfies readonly DeliveryState[];

/** Each state has a pattern of its own, so that the bar can be read without colour. Eight pixels square. */
const PATTERNS: Readonly<Record<DeliveryState, string>> = {
  accepted: '<rect class="fill" width="8" height="8"/>',
  rejected: '<path class="line" d="M0 0l8 8M8 0 0 8"/>',
  suppressed: '<circle class="fill" cx="2" cy="2" r="1.3"/><circle class="fill" cx="6" cy="6" r="1.3"/>',
  cancelled: '<path class="line" d="M0 2h8M0 6h8"/>',
  unknown: '<path class="line" d="M0 4h8M4 0v8"/>',
  deferred: '<path class="line" d="M-2 6 6-2M2 10l8-8M-2 14 14-2"/>',
  claimed: '<path class="line" d="M2 0v8M6 0v8"/>',
  pending: '',
};

const WIDTH = 600;
const HEIGHT = 28;

type Counts = Readonly<Record<DeliveryState, number>>;

/** The delivery equation as one bar: every letter has its place in it, and the parts make the whole. `sentence` says the same in words. */
export function renderBar(counts: Counts, options: { id: string; sentence: string }): Markup {
  const total = BAR_ORDER.reduce((sum, state) => sum + counts[state], 0);
  let x = 0;
  const parts = BAR_ORDER.filter((state) => counts[state] > 0).map((state) => {
    const width = (counts[state] / Math.max(total, 1)) * WIDTH;
    const part = html`<rect class="part part-${state}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="${HEIGHT}" fill="url(#${options.id}-${state})"/>`;
    x += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${options.sentence}">
<defs>${BAR_ORDER.filter((state) => counts[state] > 0).map((state) => pattern(state, options.id))}</defs>
${parts}
</svg>`;
}

/** The same pattern beside its word in the list below the bar. */
export function renderSwatch(state: DeliveryState, id: string): Markup {
  const name = `${id}-swatch`;
  return html`<svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><defs>${pattern(state, name)}</defs><rect class="part part-${state}" x="0.5" y="0.5" width="15" height="15" fill="url(#${name}-${state})"/></svg>`;
}

function pattern(state: DeliveryState, id: string): Markup {
  return html`<pattern id="${id}-${state}" class="pattern pattern-${state}" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="ground" width="8" height="8"/>${raw(PATTERNS[state])}</pattern>`;
}
