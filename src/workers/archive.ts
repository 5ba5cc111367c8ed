import { sql } from 'kysely';
import { type DueClosing, findDueClosings, writeClosingNote } from '../shared/archive/closing.ts';
import { entryFiles } from '../shared/archive/entry.ts';
import { keep } from '../shared/archive/keep.ts';
import { forgetNote } from '../shared/archive/vault.ts';
import { loadEquation } from '../shared/delivery/equation.ts';
import { messageOf } from '../shared/platform/failure.ts';
import { renderChannels } from '../shared/preview/preview.ts';
import { findEarlier } from '../shared/release/changes/earlier.ts';
import { loadView } from '../shared/release/store.ts';
import type { Tx } from '../shared/schema/database.ts';
import { lock } from '../shared/schema/locks.ts';
import type { Services } from '../shared/services.ts';
import type { ChannelHandler } from './run.ts';

/** One pass writes at most so many closing notes; the sweep brings the rest. */
const MOST_CLOSINGS = 100;

type Owed = { readonly release: string; readonly n: number; readonly publication: number };

/**
 * One entry per revision, superseded ones too, in publication order; then the closing notes of runs that have ended. A rebuild job is the
 * sweep's way of saying that a closing note is due: nothing in the archive is ever made again.
 */
export const handler: ChannelHandler = {
  name: 'archive',
  async handle(job, { services, signal }) {
    if (!('rebuild' in job)) {
      await keepEarlier(services, job, signal);
      await keepRevision(services, { release: job.releaseId, n: job.revision });
    }
    await closeRuns(services, signal);
    return { kind: 'closed' };
  },
};

/** Revisions published before this one that are still owed. One that cannot be kept now is its own job's to report; it holds up nobody. */
async function keepEarlier(services: Services, job: { releaseId: string; revision: number }, signal: AbortSignal): Promise<void> {
  const earlier = await services.database
    .selectFrom('receipts')
    .select(['release', 'n'])
    .where('channel', '=', 'archive')
    .where('state', '=', 'owed')
    .where('due_at', '<=', sql<Date>`clock_timestamp()`)
    .where('publication', '<', (query) =>
      query.selectFrom('revisions').select('publication').where('release', '=', job.releaseId).where('n', '=', job.revision),
    )
    .orderBy('publication')
    .execute();
  for (const owed of earlier) {
    if (signal.aborted) return;
    await keepRevision(services, owed).catch((error) =>
      services.log.warn(
        { worker: 'archive', release: owed.release, revision: owed.n, reason: messageOf(error) },
        'archive.left_for_its_own_job',
      ),
    );
  }
}

/** Folder, leaf and receipt of one revision: the last two in one COMMIT, under the lock that makes the log's order. */
async function keepRevision(services: Services, at: { release: string; n: number }): Promise<void> {
  const { newsroom, hash: newsroomHash } = await services.newsroom();
  const publisher = { newsroom, baseUrl: services.config.baseUrl };
  const placed = await services.database.transaction().execute(async (tx) => {
    await lock(tx, 'channel:archive');
    const owed = await findOwed(tx, at);
    if (!owed) return undefined;
    const view = await loadView(tx, { ...at, asOf: owed.publication });
    const { dataDir } = services.config;
    const files = async () => {
      const channels = renderChannels(view, publisher, { earlier: await findEarlier(tx, view) });
      const revision = await loadRevision(tx, at);
      return entryFiles({ view, revision, names: await loadNames(tx, revision), channels, publisher, newsroomHash, dataDir });
    };
    const placed = await keep(tx, { dataDir, kind: 'entry', of: { ...owed, publishedAt: view.publishedAt }, files });
    await tx
      .updateTable('receipts')
      .set({ state: 'done', done_at: sql`clock_timestamp()`, code: null, error: null })
      .where('release', '=', at.release)
      .where('n', '=', at.n)
      .where('channel', '=', 'archive')
      .execute();
    return placed;
  });
  await forgetNote(services.config.dataDir, placed);
  if (placed) services.log.info({ worker: 'archive', release: at.release, revision: at.n, folder: placed.folder }, 'archive.kept');
}

async function findOwed(tx: Tx, { release, n }: { release: string; n: number }): Promise<Owed | undefined> {
  return tx
    .selectFrom('receipts')
    .select(['release', 'n', 'publication'])
    .where('release', '=', release)
    .where('n', '=', n)
    .where('channel', '=', 'archive')
    .where('state', '=', 'owed')
    .executeTakeFirst();
}

async function loadRevision(tx: Tx, { release, n }: { release: string; n: number }) {
  return tx
    .selectFrom('revisions')
    .select(['content', 'hash', 'author', 'approver', 'change_note', 'conceal'])
    .where('release', '=', release)
    .where('n', '=', n)
    .executeTakeFirstOrThrow();
}

async function loadNames(tx: Tx, { author, approver }: { author: string; approver: string }): Promise<Map<string, string>> {
  const rows = await tx.selectFrom('accounts').select(['id', 'name']).where('id', 'in', [author, approver]).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

async function closeRuns(services: Services, signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  for (const due of await findDueClosings(services.database, MOST_CLOSINGS)) {
    if (signal.aborted) return;
    // The sweep comes back to one that fails; it holds up none of the others.
    await closeRun(services, due).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function closeRun(services: Services, due: DueClosing): Promise<void> {
  const placed = await services.database.transaction().execute(async (tx) => {
    await lock(tx, 'channel:archive');
    const run = (await loadEquation(tx, due.release)).find((mailing) => mailing.n === due.n);
    // A letter that opened again since the look is waited for: the note is written once.
    if (!run || run.counts.pending + run.counts.claimed + run.counts.deferred > 0) return undefined;
    return writeClosingNote(tx, { dataDir: services.config.dataDir, due, run });
  });
  await forgetNote(services.config.dataDir, placed);
  if (placed) services.log.info({ worker: 'archive', release: due.release, revision: due.n }, 'archive.run_closed');
}
