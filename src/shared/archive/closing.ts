import { sql } from 'kysely';
import { canonicalJson, type Json } from '../platform/canonical.ts';
import type { Connection, Tx } from '../schema/database.ts';
import type { DeliveryState, MailingState } from '../schema/tables.ts';
import type { ManifestSubject } from './entry.ts';
import { keep } from './keep.ts';
import { findLeaf } from './log.ts';
import type { KeptFile } from './manifest.ts';
import type { Placed } from './vault.ts';

const CLOSING_FILE = 'closing.json';

/** A run that has ended: its equation as it stands now. No address is in it. */
export type EndedRun = {
  readonly state: MailingState;
  readonly frozenAt: string | null;
  readonly audience: number;
  readonly counts: Readonly<Record<DeliveryState, number>>;
};

export type DueClosing = ManifestSubject & { readonly endedAt: Date | null };

/**
 * Runs that have ended (receipt of `email` done) while the log has their entry but no closing note, in publication order. Found from what SQL
 * holds, so a note that a killed worker did not write is found again. Reads the runs that wait for a note, not all there ever were.
 */
export async function findDueClosings(db: Connection, limit: number): Promise<DueClosing[]> {
  return db
    .selectFrom('mailings')
    .innerJoin('receipts', (join) => join.onRef('receipts.release', '=', 'mailings.release').onRef('receipts.n', '=', 'mailings.n'))
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'mailings.release').onRef('revisions.n', '=', 'mailings.n'))
    .innerJoin('archive_log as entry', (join) =>
      join.onRef('entry.release', '=', 'mailings.release').onRef('entry.n', '=', 'mailings.n').on('entry.kind', '=', 'entry'),
    )
    .select([
      'receipts.release',
      'receipts.n',
      'receipts.publication',
      'revisions.published_at as publishedAt',
      'receipts.done_at as endedAt',
    ])
    .where('receipts.channel', '=', 'email')
    .where('receipts.state', '=', 'done')
    .where('mailings.noted_at', 'is', null)
    .orderBy('receipts.publication')
    .limit(limit)
    .execute();
}

/** Keeps the closing note of a run. Call as keep. */
export async function writeClosingNote(tx: Tx, closing: { dataDir: string; due: DueClosing; run: EndedRun }): Promise<Placed | undefined> {
  const { dataDir, due, run } = closing;
  const entry = await findLeaf(tx, { release: due.release, n: due.n, kind: 'entry' });
  if (!entry) throw new Error(`the closing note of ${due.release} ${due.n} has no entry to belong to`);
  const placed = await keep(tx, { dataDir, kind: 'closing', of: due, files: () => [closingFile(due, run, entry.manifest_hash)] });
  await tx
    .updateTable('mailings')
    .set({ noted_at: sql`clock_timestamp()` })
    .where('release', '=', due.release)
    .where('n', '=', due.n)
    .execute();
  return placed;
}

function closingFile(due: DueClosing, run: EndedRun, entry: string): KeptFile {
  const value: Json = {
    release: due.release,
    revision: due.n,
    entry,
    state: run.state,
    frozenAt: run.frozenAt,
    endedAt: due.endedAt?.toISOString() ?? null,
    audience: run.audience,
    counts: run.counts,
  };
  return { name: CLOSING_FILE, mediaType: 'application/json', data: canonicalJson(value) };
}
