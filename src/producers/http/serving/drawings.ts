import { RecentlyUsed } from '../../../shared/platform/recently-used.ts';
import type { Services } from '../../../shared/services.ts';
import { draw } from '../../../shared/site/draw.ts';
import { type Drawing, nameOfDrawing } from '../../../shared/site/drawing.ts';
import { DRAWING_BYTES, DRAWINGS_AT_ONCE, MOST_DRAWINGS_WAITING } from '../limits.ts';
import { Busy } from '../problem.ts';
import { cacheControlOf } from './cache-control.ts';
import { type Document, encodableOf } from './document.ts';

/**
 * Draws cards and icons, each once for all who ask meanwhile, and keeps them; `of` is asked only about those that are public at this moment, with the path
 * they have now. It throws Busy when too many wait already.
 */
export function openDrawings({ config }: { readonly config: Pick<Services['config'], 'dataDir'> }, paint = draw) {
  const kept = new RecentlyUsed<Document>(DRAWING_BYTES, ({ body }) => body.length);
  const underWay = new Map<string, Promise<Document>>();
  let drawing = 0;
  const waiting: (() => void)[] = [];

  async function make(wish: Drawing, path: string): Promise<Document> {
    if (drawing < DRAWINGS_AT_ONCE) drawing += 1;
    else if (waiting.length >= MOST_DRAWINGS_WAITING) throw new Busy('busy', 'too many pictures are being drawn just now');
    // Whoever is done hands its turn on.
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      const { body, type } = await paint(wish, config.dataDir);
      return { ...encodableOf(body), status: 200, type, modifiedAt: undefined, cacheControl: cacheControlOf(path) };
    } finally {
      const next = waiting.shift();
      if (next) next();
      else drawing -= 1;
    }
  }

  async function makeAndKeep(name: string, wish: Drawing, path: string): Promise<Document> {
    try {
      const document = await make(wish, path);
      kept.keep(name, document);
      return document;
    } finally {
      underWay.delete(name);
    }
  }

  return {
    async of(wish: Drawing, path: string): Promise<Document> {
      const name = nameOfDrawing(wish);
      const known = kept.find(name) ?? underWay.get(name);
      if (known) return known;
      const document = makeAndKeep(name, wish, path);
      underWay.set(name, document);
      return document;
    },
  };
}
