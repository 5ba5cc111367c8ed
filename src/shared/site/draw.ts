import { drawCard } from './card/draw-card.ts';
import { drawIcon } from './draw-icon.ts';
import type { Drawing, Drawn } from './drawing.ts';

/** Draws a card or an icon, with the stored files of DATA_DIR. */
export async function draw(drawing: Drawing, dataDir: string): Promise<Drawn> {
  return 'card' in drawing ? { body: await drawCard(drawing.card, dataDir), type: 'image/jpeg' } : drawIcon(drawing.icon);
}
