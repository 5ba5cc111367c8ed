import { sql } from 'kysely';
import type { Permanent } from '../platform/failure.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { renderingHash } from '../release/rendering.ts';
import type { Publisher } from '../release/view.ts';
import type { Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import type { Channel } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { openOutputFolder, readMark } from './output-folder.ts';

/** Channels that write into DATA_DIR/public, where releases share pages, lists and feeds. */
export type SharedChannel = Extract<Channel, 'html' | 'feeds'>;

export type OwedReceipt = { readonly release: string; readonly n: number; readonly publication: number };

/** What a shared channel has to render now. */
export type SharedWork = {
  /** The transaction that holds the channel's lock; read everything through it. */
  readonly tx: Tx;
  /** Owed receipts in publication order, at most 200. */
  readonly receipts: readonly OwedReceipt[];
  /** The newest publication that the output will show: render as of it. */
  readonly publication: number;
  /** Everything is wanted, not only what the receipts touch. */
  readonly rebuild: boolean;
  readonly publisher: Publisher;
  /** What the bytes are made with, beside the revisions (rendering.ts); goes into `detail.madeWith`. */
  readonly madeWith: string;
};

export type OutputStep =
  /** A file below DATA_DIR/public; `check` parses it before it may replace the old one. */
  | { readonly kind: 'file'; readonly path: string; readonly data: string | Uint8Array; readonly check?: 'xml' | 'json' }
  | { readonly kind: 'remove'; readonly path: string }
  /** Hashes for the receipt of this revision; receipts not named are closed too, their revision being superseded. */
  | { readonly kind: 'wrote'; readonly release: string; readonly n: number; readonly detail: Record<string, string> }
  /** This release cannot be rendered: its receipt fails, its old output stays, the others go on. */
  | { readonly kind: 'failed'; readonly release: string; readonly n: number; readonly error: Permanent };

/** More than this at once would hold the lock for long; the sweep brings the rest. */
const MOST_RECEIPTS = 200;

/** A rebuild writes for minutes without a query; the connection must not count as idle meanwhile. */
const PROBE_EVERY_FILES = 200;

/**
 * Writes a shared output: lock → all owed receipts → render → aside, parsed, flushed → lock still held? → renames, mark last → receipts done → commit.
 * Later jobs find their receipt done, which is also how bursts are coalesced. Throws what render throws; then nothing has changed.
 */
export async function writeSharedOutput(
  services: Services,
  channel: SharedChannel,
  render: (work: SharedWork) => AsyncIterable<OutputStep>,
): Promise<void> {
  const { newsroom, hash } = await services.newsroom();
  const more = await services.database.transaction().execute(async (tx) => {
    await lock(tx, `channel:${channel}`);
    const work = await findWork(tx, { channel, newsroom, newsroomHash: hash, baseUrl: services.config.baseUrl });
    if (!work) return false;
    const folder = await openOutputFolder(services.config.dataDir, channel);
    const details = new Map<string, Record<string, string>>();
    const failures = new Map<string, Permanent>();
    let files = 0;
    for await (const step of render(work)) {
      switch (step.kind) {
        case 'file':
          await folder.write(step.path, step.data, step.check);
          files += 1;
          if (files % PROBE_EVERY_FILES === 0) await probe(tx);
          break;
        case 'remove':
          folder.remove(step.path);
          break;
        case 'wrote':
          details.set(key(step), step.detail);
          break;
        case 'failed':
          failures.set(key(step), step.error);
          break;
      }
    }
    await folder.flush();
    await probe(tx);
    // Made anew in part only, it is still the old whole: a rebuild that is due must not be taken for done.
    const madeWith = work.rebuild ? work.madeWith : ((await readMark(services.config.dataDir, channel))?.madeWith ?? null);
    await folder.swap({ publication: work.publication, madeWith });
    await closeReceipts(tx, { channel, receipts: work.receipts, details, failures });
    if (work.rebuild) await tx.deleteFrom('rebuilds').where('channel', '=', channel).execute();
    services.log.info(
      { channel, publication: work.publication, receipts: work.receipts.length, files, rebuild: work.rebuild },
      'output.written',
    );
    return work.receipts.length === MOST_RECEIPTS;
  });
  if (more) await services.dispatch.wake([{ queue: channel, payload: { rebuild: true } }]);
}

type WorkInput = { channel: SharedChannel; newsroom: Newsroom; newsroomHash: string; baseUrl: string };

async function findWork(tx: Tx, input: WorkInput): Promise<SharedWork | undefined> {
  // Read only after the lock is held: under READ COMMITTED this statement sees what the last holder committed.
  const receipts = await tx
    .selectFrom('receipts')
    .select(['release', 'n', 'publication'])
    .where('channel', '=', input.channel)
    .where('state', '=', 'owed')
    .orderBy('publication')
    .limit(MOST_RECEIPTS)
    .execute();
  const asked = await tx.selectFrom('rebuilds').select('channel').where('channel', '=', input.channel).executeTakeFirst();
  if (receipts.length === 0 && !asked) return undefined;
  const newest = receipts.at(-1)?.publication ?? 0;
  const done = await tx
    .selectFrom('receipts')
    .select((row) => row.fn.max('publication').as('publication'))
    .where('channel', '=', input.channel)
    .where('state', '=', 'done')
    .executeTakeFirstOrThrow();
  return {
    tx,
    receipts,
    publication: Math.max(newest, done.publication ?? 0),
    rebuild: asked !== undefined,
    publisher: { newsroom: input.newsroom, baseUrl: input.baseUrl },
    madeWith: renderingHash(input.newsroomHash, input.baseUrl),
  };
}

/** Fails when the connection, and with it the lock, was lost: then a newer writer may be at work and nothing may be renamed. */
async function probe(tx: Tx): Promise<void> {
  await sql`select 1`.execute(tx);
}

async function closeReceipts(
  tx: Tx,
  input: {
    channel: Channel;
    receipts: readonly OwedReceipt[];
    details: Map<string, Record<string, string>>;
    failures: Map<string, Permanent>;
  },
): Promise<void> {
  for (const receipt of input.receipts) {
    const error = input.failures.get(key(receipt));
    await tx
      .updateTable('receipts')
      .set(
        error
          ? { state: 'failed', code: error.code, error: error.message }
          : {
              state: 'done',
              done_at: sql`clock_timestamp()`,
              detail: JSON.stringify(input.details.get(key(receipt)) ?? {}),
              code: null,
              error: null,
            },
      )
      .where('release', '=', receipt.release)
      .where('n', '=', receipt.n)
      .where('channel', '=', input.channel)
      .execute();
  }
}

function key(at: { release: string; n: number }): string {
  return `${at.release}.${at.n}`;
}
