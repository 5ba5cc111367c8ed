import { sql } from 'kysely';
import { monotonicMs } from '../platform/clock.ts';
import type { Permanent } from '../platform/failure.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { renderingHash } from '../release/rendering.ts';
import type { Publisher } from '../release/view.ts';
import type { Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import type { Channel } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { type OutputFolder, openOutputFolder, readMark } from './output-folder.ts';
import { closeRebuild, findDueRebuild, putOffRebuild } from './rebuilds.ts';

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
  | { readonly kind: 'file'; readonly path: string; readonly data: string | Uint8Array; readonly check?: 'xml' }
  | { readonly kind: 'remove'; readonly path: string }
  /** Hashes for the receipt of this revision; receipts not named are closed too, their revision being superseded. */
  | { readonly kind: 'wrote'; readonly release: string; readonly n: number; readonly detail: Record<string, string> }
  /** This release cannot be rendered: its receipt fails, its old output stays, the others go on. */
  | { readonly kind: 'failed'; readonly release: string; readonly n: number; readonly error: Permanent };

/** More than this at once would hold the lock for long; the sweep brings the rest. */
const MOST_RECEIPTS = 200;

/** Rendering, flushing and renaming may go on for minutes without a query; the connection must not count as idle (60 s) meanwhile. */
const PROBE_EVERY_MS = 10_000;

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
  let rebuild = false;
  try {
    const more = await services.database.transaction().execute(async (tx) => {
      await lock(tx, `channel:${channel}`);
      const found = await findWork(tx, { channel, newsroom, newsroomHash: hash, baseUrl: services.config.baseUrl });
      if (!found) return false;
      rebuild = found.work.rebuild;
      const { work } = found;
      const { files, details, failures } = await writeFiles(services, { channel, work, steps: render(work) });
      await closeReceipts(tx, { channel, receipts: work.receipts, details, failures });
      if (found.askedAt !== undefined) await closeRebuild(tx, { channel, askedAt: found.askedAt });
      services.log.info({ channel, publication: work.publication, receipts: work.receipts.length, files, rebuild }, 'output.written');
      return work.receipts.length === MOST_RECEIPTS;
    });
    if (more) await services.dispatch.wake([{ queue: channel, payload: { rebuild: true } }]);
  } catch (error) {
    // The next pass does without it: what was published meanwhile is not held up.
    if (rebuild) await putOffRebuild(services.database, { channel, error }).catch(() => undefined);
    throw error;
  }
}

type Written = {
  readonly files: number;
  /** By release and revision. */
  readonly details: Map<string, Record<string, string>>;
  readonly failures: Map<string, Permanent>;
};

type Writing = { channel: SharedChannel; work: SharedWork; steps: AsyncIterable<OutputStep> };

/** Everything aside and flushed, then, if the lock still holds, all renamed into place. */
async function writeFiles({ config: { dataDir } }: Services, { channel, work, steps }: Writing): Promise<Written> {
  const breathe = openProbe(work.tx);
  const folder = await openOutputFolder(dataDir, channel, breathe);
  try {
    const written = await writeAside(folder, steps, breathe);
    await folder.flush();
    await probe(work.tx);
    // Made anew in part only, it is still the old whole: a rebuild that is due must not be taken for done.
    const madeWith = work.rebuild ? work.madeWith : ((await readMark(dataDir, channel))?.madeWith ?? null);
    await folder.swap({ publication: work.publication, madeWith });
    return written;
  } finally {
    await folder.close();
  }
}

async function writeAside(folder: OutputFolder, steps: AsyncIterable<OutputStep>, breathe: () => Promise<void>): Promise<Written> {
  const details: Written['details'] = new Map();
  const failures: Written['failures'] = new Map();
  let files = 0;
  for await (const step of steps) {
    switch (step.kind) {
      case 'file':
        await folder.write(step.path, step.data, step.check);
        files += 1;
        await breathe();
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
  return { files, details, failures };
}

type WorkInput = { channel: SharedChannel; newsroom: Newsroom; newsroomHash: string; baseUrl: string };

/** The work, and when its rebuild was asked for. */
async function findWork(tx: Tx, input: WorkInput): Promise<{ work: SharedWork; askedAt: string | undefined } | undefined> {
  // Read only after the lock is held: under READ COMMITTED this statement sees what the last holder committed.
  const receipts = await tx
    .selectFrom('receipts')
    .select(['release', 'n', 'publication'])
    .where('channel', '=', input.channel)
    .where('state', '=', 'owed')
    .orderBy('publication')
    .limit(MOST_RECEIPTS)
    .execute();
  const askedAt = await findDueRebuild(tx, input.channel);
  if (receipts.length === 0 && askedAt === undefined) return undefined;
  const newest = receipts.at(-1)?.publication ?? 0;
  const done = await tx
    .selectFrom('receipts')
    .select((row) => row.fn.max('publication').as('publication'))
    .where('channel', '=', input.channel)
    .where('state', '=', 'done')
    .executeTakeFirstOrThrow();
  const work = {
    tx,
    receipts,
    publication: Math.max(newest, done.publication ?? 0),
    rebuild: askedAt !== undefined,
    publisher: { newsroom: input.newsroom, baseUrl: input.baseUrl },
    madeWith: renderingHash(input.newsroomHash, input.baseUrl),
  };
  return { work, askedAt };
}

/** A probe that asks only when the last one was long ago. */
function openProbe(tx: Tx): () => Promise<void> {
  let last = monotonicMs();
  return async () => {
    if (monotonicMs() - last < PROBE_EVERY_MS) return;
    last = monotonicMs();
    await probe(tx);
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
  await closeSuperseded(
    tx,
    input.channel,
    input.receipts.filter((receipt) => !input.failures.has(key(receipt))),
  );
}

/** An older revision that failed is not shown any more: nothing is left to mend, and its release is not behind. */
async function closeSuperseded(tx: Tx, channel: Channel, shown: readonly OwedReceipt[]): Promise<void> {
  await sql`
    update receipts c set state = 'done', done_at = clock_timestamp(), detail = '{}', code = null, error = null
    from unnest(${shown.map((receipt) => receipt.release)}::uuid[], ${shown.map((receipt) => receipt.n)}::int[]) as v (release, n)
    where c.release = v.release and c.n < v.n and c.channel = ${channel} and c.state = 'failed'`.execute(tx);
}

function key(at: { release: string; n: number }): string {
  return `${at.release}.${at.n}`;
}
