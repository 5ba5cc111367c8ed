import { FEED_LENGTH, type FeedInput } from '../shared/feeds/feed.ts';
import { KeptMembers } from '../shared/feeds/kept-members.ts';
import { hashesOf } from '../shared/feeds/member.ts';
import { ARCHIVED_FORMATS, FEED_FORMATS, renderFeed } from '../shared/feeds/render.ts';
import { Shown } from '../shared/feeds/shown.ts';
import { Permanent } from '../shared/platform/failure.ts';
import type { Log } from '../shared/platform/log.ts';
import { type OutputStep, type OwedReceipt, type SharedWork, writeSharedOutput } from '../shared/publishing/shared-output.ts';
import { type FeedFormat, feedPath, publicFile } from '../shared/release/addresses.ts';
import { feedLists } from '../shared/release/lists/feed-lists.ts';
import {
  type ArchiveDocument,
  countArchives,
  everyArchive,
  findArchiveKeys,
  findFeedKeys,
  findTouchedArchives,
} from '../shared/release/lists/feed-places.ts';
import type { Services } from '../shared/services.ts';
import type { ChannelHandler } from './run.ts';

/** Documents whose members are held in memory at once, about a megabyte each. */
const PORTION = 10;

/** RSS, Atom, JSON Feed and ninjs: of everything, of each language, of each listed topic, of each topic in each language. */
export const handler: ChannelHandler = {
  name: 'feeds',
  shared: true,
  async handle(_job, { services }) {
    await writeSharedOutput(services, 'feeds', (work) => renderFeeds(work, keptFor(services), services.log));
    return { kind: 'closed' };
  },
};

/** Of each newsroom's database; a worker has one, a test may have several. */
const keptOf = new WeakMap<Services, KeptMembers>();

function keptFor(services: Services): KeptMembers {
  const kept = keptOf.get(services) ?? new KeptMembers();
  keptOf.set(services, kept);
  return kept;
}

/** Every document the owed receipts touch, or all of them; then what each receipt may say of itself. */
async function* renderFeeds(work: SharedWork, kept: KeptMembers, log: Log): AsyncGenerator<OutputStep> {
  const { tx, publisher, publication } = work;
  kept.begin(work);
  const shown = new Shown({
    db: tx,
    publisher,
    asOf: publication,
    kept,
    wanted: new Set(work.receipts.map((receipt) => receipt.release)),
    leftOut: (release, { code, message }) => log.error({ release, code, reason: message }, 'feeds.release_left_out'),
  });
  // Archive documents first: no subscription document ever names one that is not there.
  for (const portion of portions(await touchedArchives(work))) {
    const members = await shown.membersOf(await findArchiveKeys(tx, portion));
    for (const [index, document] of portion.entries()) {
      yield* renderDocument(work, { ...document, members: members[index]! }, ARCHIVED_FORMATS);
    }
  }
  for (const portion of portions(await touchedLists(work))) {
    const keys = await findFeedKeys(tx, portion, FEED_LENGTH);
    const members = await shown.membersOf(keys);
    for (const [index, list] of portion.entries()) {
      yield* renderDocument(work, { list, archives: keys[index]!.archives, members: members[index]! }, FEED_FORMATS);
    }
  }
  if (work.rebuild) yield* removeOldFeeds(work);
  for (const receipt of work.receipts) {
    const step = stepFor(receipt, shown, work);
    if (step) yield step;
  }
}

function* portions<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += PORTION) yield items.slice(start, start + PORTION);
}

function* renderDocument({ publisher }: SharedWork, feed: FeedInput, formats: readonly FeedFormat[]): Generator<OutputStep> {
  for (const format of formats) {
    // Not to be parsed again as a whole: its parts have been (feeds/well-formed.ts).
    yield { kind: 'file', path: publicFile(feedPath(feed.list, format, feed.archive)), data: renderFeed(format, feed, publisher) };
  }
}

async function touchedArchives({ tx, rebuild, receipts, publisher }: SharedWork): Promise<ArchiveDocument[]> {
  const wanted = new Set(feedLists(publisher.newsroom));
  const documents = rebuild ? await everyArchive(tx) : await findTouchedArchives(tx, releasesOf(receipts));
  return documents.filter(({ list }) => wanted.has(list));
}

/** Lists with a feed that hold one of these releases, or held it before a correction moved it. */
async function touchedLists({ tx, rebuild, receipts, publisher }: SharedWork): Promise<string[]> {
  const lists = feedLists(publisher.newsroom);
  if (rebuild) return lists;
  const rows = await tx.selectFrom('list_entries').select('list').distinct().where('release', 'in', releasesOf(receipts)).execute();
  const touched = new Set(rows.map((row) => row.list));
  return lists.filter((list) => touched.has(list));
}

function releasesOf(receipts: readonly OwedReceipt[]): string[] {
  return [...new Set(receipts.map((receipt) => receipt.release))];
}

/** A topic or language that left the newsroom file takes its feeds along. */
async function* removeOldFeeds({ tx, publisher }: SharedWork): AsyncGenerator<OutputStep> {
  const wanted = new Set(feedLists(publisher.newsroom));
  const rows = await tx.selectFrom('lists').select('list').where('list', 'not like', 'month:%').orderBy('list').execute();
  for (const list of rows.map((row) => row.list).filter((list) => !wanted.has(list))) {
    for (const format of FEED_FORMATS) yield { kind: 'remove', path: publicFile(feedPath(list, format)) };
    const [archives = 0] = await countArchives(tx, [list]);
    for (let archive = archives; archive > 0; archive -= 1) {
      for (const format of ARCHIVED_FORMATS) yield { kind: 'remove', path: publicFile(feedPath(list, format, archive)) };
    }
  }
}

/** Undefined when no document shows this revision: it is superseded, or stands in no list with feeds. */
function stepFor({ release, n }: OwedReceipt, shown: Shown, work: SharedWork): OutputStep | undefined {
  const result = shown.resultOf(release);
  if (result instanceof Permanent) return { kind: 'failed', release, n, error: result };
  if (result?.n !== n) return undefined;
  return { kind: 'wrote', release, n, detail: { ...hashesOf(result), asOf: String(work.publication), madeWith: work.madeWith } };
}
