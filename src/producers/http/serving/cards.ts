import type { Services } from '../../../shared/services.ts';
import type { Card } from '../../../shared/site/card/card.ts';
import { drawCard } from '../../../shared/site/card/draw-card.ts';
import { CARD_BYTES, CARDS_AT_ONCE } from '../limits.ts';
import { ASSET_CACHE_CONTROL } from './cache-control.ts';
import { type Document, encodableOf } from './document.ts';

/** Draws cards of public releases and keeps the latest; `of` is asked only about cards that are public at this moment. */
export function openCards(services: Pick<Services, 'config'>) {
  const kept = new Map<string, Document>();
  let bytes = 0;
  let drawing = 0;
  const waiting: (() => void)[] = [];

  async function draw(card: Card): Promise<Document> {
    if (drawing < CARDS_AT_ONCE) drawing += 1;
    // Whoever is done hands its turn on.
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      const body = await drawCard(card, services.config.dataDir);
      return { ...encodableOf(body), status: 200, type: 'image/jpeg', modifiedAt: undefined, cacheControl: ASSET_CACHE_CONTROL };
    } finally {
      const next = waiting.shift();
      if (next) next();
      else drawing -= 1;
    }
  }

  function keep(path: string, document: Document): void {
    kept.set(path, document);
    bytes += document.body.length;
    for (const [oldest, { body }] of kept) {
      if (bytes <= CARD_BYTES) return;
      kept.delete(oldest);
      bytes -= body.length;
    }
  }

  return {
    async of(card: Card): Promise<Document> {
      const known = kept.get(card.path);
      if (known) return known;
      const document = await draw(card);
      if (!kept.has(card.path)) keep(card.path, document);
      return document;
    },
  };
}
