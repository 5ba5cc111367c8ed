import { renderTombstone } from '../shared/feeds/atom.ts';
import { FEED_LENGTH, type FeedInput, feedLists } from '../shared/feeds/feed.ts';
import { renderItems } from '../shared/feeds/items.ts';
import { FEED_FORMATS, renderFeed } from '../shared/feeds/render.ts';
import { sha256Hex } from '../shared/platform/canonical.ts';
import { messageOf, Permanent } from '../shared/platform/failure.ts';
import type { Log } from '../shared/platform/log.ts';
import { type OutputStep, type OwedReceipt, type SharedWork, writeSharedOutput } from '../shared/publishing/shared-output.ts';
import { feedPath, publicFile } from '../shared/release/addresses.ts';
import { findFeedKeys } from '../shared/release/lists.ts';
import { loadReadable, type ViewKey } from '../shared/release/store.ts';
import type { PublicView, RevisionView, WithdrawnView } from '../shared/release/view.ts';
import type { ChannelHandler } from './run.ts';

/** RSS, Atom and JSON Feed: of everything, of each language, of each listed topic. */
export const handler: ChannelHandler = {
  name: 'feeds',
  shared: true,
  async handle(_job, { services }) {
    await writeSharedOutput(services, 'feeds', (work) => renderFeeds(work, services.log));
    return { kind: 'closed' };
  },
};

/** Every feed the owed receipts touch, or all of them; then what each receipt may say of itself. */
async function* renderFeeds(work: SharedWork, log: Log): AsyncGenerator<OutputStep> {
  const { tx, publisher } = work;
  const shown = new Shown(work, log);
  const lists = work.rebuild ? feedLists(publisher.newsroom) : await touchedLists(work);
  for (const list of lists) {
    const feed = await shown.feedOf(list, await findFeedKeys(tx, list, FEED_LENGTH));
    for (const format of FEED_FORMATS) {
      const data = renderFeed(format, feed, publisher);
      yield { kind: 'file', path: publicFile(feedPath(list, format)), data, check: format === 'json' ? 'json' : 'xml' };
    }
  }
  if (work.rebuild) yield* removeOldFeeds(work);
  for (const receipt of work.receipts) {
    const step = shown.stepFor(receipt);
    if (step) yield step;
  }
}

/** Lists with a feed that hold one of these releases, or held it before a correction moved it. */
async function touchedLists({ tx, receipts, publisher }: SharedWork): Promise<string[]> {
  const releases = [...new Set(receipts.map((receipt) => receipt.release))];
  const rows = await tx.selectFrom('list_entries').select('list').distinct().where('release', 'in', releases).execute();
  const touched = new Set(rows.map((row) => row.list));
  return feedLists(publisher.newsroom).filter((list) => touched.has(list));
}

/** A topic or language that left the newsroom file takes its feeds along. */
async function* removeOldFeeds({ tx, publisher }: SharedWork): AsyncGenerator<OutputStep> {
  const wanted = new Set(feedLists(publisher.newsroom));
  const rows = await tx.selectFrom('lists').select('list').where('list', 'not like', 'month:%').orderBy('list').execute();
  for (const { list } of rows.filter((row) => !wanted.has(row.list))) {
    for (const format of FEED_FORMATS) yield { kind: 'remove', path: publicFile(feedPath(list, format)) };
  }
}

/** What one pass shows of each release: one view for every feed, so that it is read and rendered once, and what could not be shown at all. */
class Shown {
  readonly #work: SharedWork;
  readonly #log: Log;
  readonly #views = new Map<string, PublicView | Permanent>();

  constructor(work: SharedWork, log: Log) {
    this.#work = work;
    this.#log = log;
  }

  async feedOf(list: string, keys: { live: readonly ViewKey[]; gone: readonly ViewKey[] }): Promise<FeedInput> {
    await this.#load([...keys.live, ...keys.gone]);
    return {
      list,
      live: this.#known(keys.live).filter((view): view is RevisionView => view.kind !== 'withdrawal'),
      gone: this.#known(keys.gone).filter((view): view is WithdrawnView => view.kind === 'withdrawal'),
    };
  }

  #known(keys: readonly ViewKey[]): PublicView[] {
    return keys.flatMap((key) => {
      const view = this.#views.get(key.release);
      return view === undefined || view instanceof Permanent ? [] : [view];
    });
  }

  /** Undefined when no feed shows this revision: it is superseded, or older than the feeds reach. */
  stepFor({ release, n }: OwedReceipt): OutputStep | undefined {
    const view = this.#views.get(release);
    if (view instanceof Permanent) return { kind: 'failed', release, n, error: view };
    if (view?.n !== n) return undefined;
    const detail = { ...this.#hashes(view), asOf: String(this.#work.publication), madeWith: this.#work.madeWith };
    return { kind: 'wrote', release, n, detail };
  }

  async #load(keys: readonly ViewKey[]): Promise<void> {
    const wanted = keys.filter((key) => !this.#views.has(key.release));
    for (const [release, view] of await loadReadable(this.#work.tx, wanted, this.#work.publication)) {
      const shown = view instanceof Permanent ? view : this.#tried(view);
      if (shown instanceof Permanent) this.#log.error({ release, code: shown.code, reason: shown.message }, 'feeds.release_left_out');
      this.#views.set(release, shown);
    }
  }

  #tried(view: PublicView): PublicView | Permanent {
    try {
      this.#hashes(view);
      return view;
    } catch (error) {
      return new Permanent('cannot_render', `the feed item of ${view.slug} cannot be made: ${messageOf(error)}`, { cause: error });
    }
  }

  #hashes(view: PublicView): Record<string, string> {
    if (view.kind === 'withdrawal') return { atom: sha256Hex(renderTombstone(view)) };
    const items = renderItems(view, this.#work.publisher);
    return Object.fromEntries(FEED_FORMATS.map((format) => [format, sha256Hex(items[format])]));
  }
}
