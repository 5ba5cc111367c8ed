import { canonicalJson, type Json } from '../platform/canonical.ts';
import type { Connection, Tx } from '../schema/database.ts';
import type { DeliveryState, MailingState } from '../schema/tables.ts';
import type { ManifestSubject } from './entry.ts';
import { keep } from './keep.ts';
import { findLeaf } from './log.ts';
import type { KeptFile } from './manifest.ts';
import type { Placed } from './vault.ts';

export const CLOSING_FILE = 'closing.json';

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
 * holds, so a note that a killed worker did not write is found again.
 */
export async function findDueClosings(db: Connection, limit: number): Promise<DueClosing[]> {
  return db
    .selectFrom('receipts')
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'receipts.release').onRef('revisions.n', '=', 'receipts.n'))
    .innerJoin('archive_log as entry', (join) =>
      join.onRef('entry.release', '=', 'receipts.release').onRef('entry.n', '=', 'receipts.n').on('entry.kind', '=', 'entry'),
    )
    .leftJoin('archive_log as closing', (join) =>
      join.onRef('closing.release', '=', 'receipts.release').onRef('closing.n', '=', 'receipts.n').on('closing.kind', '=', 'closing'),
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
    .where('closing.index', 'is', null)
    .orderBy('receipts.publication')
    .limit(limit)
    .execute();
}

/** Keeps the closing note of a run. Call as keep. */
export async function writeClosingNote(tx: Tx, closing: { dataDir: string; due: DueClosing; run: EndedRun }): Promise<Placed | undefined> {
  const { dataDir, due, run } = closing;
  const entry = await findLeaf(tx, { release: due.release, n: due.n, kind: 'entry' });
  if (!entry) throw new Error(`the closing note of ${due.release} ${due.n} has no entry to belong to`);
  return keep(tx, { dataDir, kind: 'closing', of: due, files: () => [closingFile(due, run, entry.manifest_hash)] });
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
