import { renderTombstone } from '../shared/feeds/atom.ts';
import { FEED_LENGTH, type FeedInput, feedLists } from '../shared/feeds/feed.ts';
import { renderItems } from '../shared/feeds/items.ts';
import { FEED_FORMATS, renderFeed } from '../shared/feeds/render.ts';
import { sha256Hex } from '../shared/platform/canonical.ts';
import { messageOf, Permanent } from '../shared/platform/failure.ts';
import type { Log } from '../shared/platform/log.ts';
import { type OutputStep, type OwedReceipt, type SharedWork, writeSharedOutput } from '../shared/publishing/shared-output.ts';
import { feedPath, publicFile } from '../shared/release/addresses.ts';
import { loadFeedViews } from '../shared/release/lists.ts';
import type { RevisionView, WithdrawnView } from '../shared/release/view.ts';
import type { ChannelHandler } from './run.ts';

/** RSS, Atom and JSON Feed: of everything, of each language, of each listed topic. */
export const handler: ChannelHandler = {
  name: 'feeds',
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
    const feed = shown.keep(list, await loadFeedViews(tx, list, FEED_LENGTH));
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

/** What one pass shows of each release: the same view in every feed, so that it is rendered once, and what could not be rendered in none. */
class Shown {
  readonly #work: SharedWork;
  readonly #log: Log;
  readonly #views = new Map<string, RevisionView>();
  readonly #tombstones = new Map<string, WithdrawnView>();
  readonly #failures = new Map<string, Permanent>();

  constructor(work: SharedWork, log: Log) {
    this.#work = work;
    this.#log = log;
  }

  keep(list: string, loaded: Pick<FeedInput, 'live' | 'gone'>): FeedInput {
    for (const view of loaded.gone) this.#tombstones.set(view.id, view);
    return { list, gone: loaded.gone, live: loaded.live.flatMap((view) => this.#renderable(view) ?? []) };
  }

  /** Undefined when no feed shows this revision: it is superseded, or older than the feeds reach. */
  stepFor({ release, n }: OwedReceipt): OutputStep | undefined {
    const error = this.#failures.get(release);
    if (error) return { kind: 'failed', release, n, error };
    const hashes = this.#hashes(release, n);
    return (
      hashes && {
        kind: 'wrote',
        release,
        n,
        detail: { ...hashes, asOf: String(this.#work.publication), newsroom: this.#work.newsroomHash },
      }
    );
  }

  #hashes(release: string, n: number): Record<string, string> | undefined {
    const gone = this.#tombstones.get(release);
    if (gone?.n === n) return { atom: sha256Hex(renderTombstone(gone)) };
    const view = this.#views.get(release);
    if (view?.n !== n) return undefined;
    const items = renderItems(view, this.#work.publisher);
    return Object.fromEntries(FEED_FORMATS.map((format) => [format, sha256Hex(items[format])]));
  }

  #renderable(loaded: RevisionView): RevisionView | undefined {
    if (this.#failures.has(loaded.id)) return undefined;
    const view = this.#views.get(loaded.id) ?? loaded;
    this.#views.set(view.id, view);
    try {
      renderItems(view, this.#work.publisher);
      return view;
    } catch (error) {
      const failure = new Permanent('not_renderable', `${view.slug} cannot be rendered as a feed item: ${messageOf(error)}`, {
        cause: error,
      });
      this.#failures.set(view.id, failure);
      this.#log.error({ release: view.id, revision: view.n, reason: failure.message }, 'feeds.release_left_out');
      return undefined;
    }
  }
}
