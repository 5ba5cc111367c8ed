import type { Card } from './card/card.ts';
import type { Icon } from './icon.ts';

/** A picture that is drawn when somebody asks for it (draw.ts): only few ever do, and it costs more than a page. */
export type Drawing = { readonly card: Card } | { readonly icon: Icon };

export type Drawn = { readonly body: Buffer; readonly type: string };

/** The same for drawings that look the same, whatever their paths say. */
export function nameOfDrawing(drawing: Drawing): string {
  if ('card' in drawing) return drawing.card.path;
  const { path, sign } = drawing.icon;
  return [path, sign.letter, sign.ground, sign.ink].join(' ');
}
