import { sha256Hex } from '../platform/canonical.ts';
import { messageOf, Permanent } from '../platform/failure.ts';
import type { FeedKeys } from '../release/feed-places.ts';
import { loadReadable, type ViewKey } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { PublicView, Publisher, RevisionView, WithdrawnView } from '../release/view.ts';
import { renderTombstone } from './atom.ts';
import { renderItems } from './items.ts';
import { FEED_FORMATS } from './render.ts';

/**
 * Views kept at once. A release stands in half a dozen feeds and neighbouring archive documents share most of theirs, so that nearly all are read and
 * rendered once; an archive of any size is made in this much memory (about 100 kB each).
 */
const MOST_KEPT = 300;

/** What became of a release: the hashes of its bytes by format, or why it cannot be shown. */
export type ShownResult = { readonly n: number; readonly hashes: Record<string, string> } | Permanent;

type ShownInput = {
  readonly db: Connection;
  readonly publisher: Publisher;
  /** Newest publication the output shows. */
  readonly asOf: number;
  /** Releases whose results are wanted afterwards. */
  readonly wanted: ReadonlySet<string>;
  leftOut(release: string, error: Permanent): void;
};

/** What one pass shows of each release: one view for every feed. What cannot be read or rendered is left out, and the rest goes on. */
export class Shown {
  readonly #input: ShownInput;
  /** In the order of their last use. */
  readonly #views = new Map<string, PublicView | Permanent>();
  readonly #results = new Map<string, ShownResult>();

  constructor(input: ShownInput) {
    this.#input = input;
  }

  /** The views of a document, in the order of its keys. */
  async viewsOf(keys: FeedKeys): Promise<{ live: RevisionView[]; gone: WithdrawnView[] }> {
    const all = [...keys.live, ...keys.gone];
    await this.#load(all.filter((key) => !this.#views.has(key.release)));
    const views = all.flatMap(({ release }) => {
      const view = this.#views.get(release);
      if (!view) return [];
      this.#views.delete(release);
      this.#views.set(release, view);
      return view instanceof Permanent ? [] : [view];
    });
    for (const oldest of this.#views.keys()) {
      if (this.#views.size <= MOST_KEPT) break;
      this.#views.delete(oldest);
    }
    return {
      live: views.filter((view): view is RevisionView => view.kind !== 'withdrawal'),
      gone: views.filter((view): view is WithdrawnView => view.kind === 'withdrawal'),
    };
  }

  /** Of a wanted release; undefined when no document held it. */
  resultOf(release: string): ShownResult | undefined {
    return this.#results.get(release);
  }

  async #load(keys: readonly ViewKey[]): Promise<void> {
    const { db, asOf, leftOut, wanted } = this.#input;
    for (const [release, view] of await loadReadable(db, keys, asOf)) {
      const shown = this.#tried(view);
      if (shown instanceof Permanent) leftOut(release, shown);
      this.#views.set(release, shown);
      if (wanted.has(release)) this.#results.set(release, shown instanceof Permanent ? shown : { n: shown.n, hashes: this.#hashes(shown) });
    }
  }

  #tried(view: PublicView | Permanent): PublicView | Permanent {
    if (view instanceof Permanent || view.kind === 'withdrawal') return view;
    try {
      renderItems(view, this.#input.publisher);
      return view;
    } catch (error) {
      return new Permanent('cannot_render', `the feed item of ${view.slug} cannot be made: ${messageOf(error)}`, { cause: error });
    }
  }

  #hashes(view: PublicView): Record<string, string> {
    if (view.kind === 'withdrawal') return { atom: sha256Hex(renderTombstone(view)) };
    const items = renderItems(view, this.#input.publisher);
    return Object.fromEntries(FEED_FORMATS.map((format) => [format, sha256Hex(items[format])]));
  }
}
