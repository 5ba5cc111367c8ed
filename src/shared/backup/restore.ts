import { sql } from 'kysely';
import { recordAudit } from '../accounts/audit.ts';
import { type LaterEntry, protectEntries, setLaterAside } from '../archive/restored.ts';
import { type VerifyResult, verifyArchive } from '../archive/verify.ts';
import { type HeldRun, holdOpenLetters } from '../delivery/hold-open.ts';
import type { Database, Tx } from '../schema/database.ts';
import { bringFilesBack, bringTablesBack, oweOutput } from './bring-back.ts';
import { demandEmptyHouse } from './empty-house.ts';
import type { BackupManifest } from './manifest.ts';

export type RestoreInput = {
  readonly folder: string;
  /** As checkBackup gave it. */
  readonly manifest: BackupManifest;
  /** The person says that nothing has left since the backup: letters, notices and scheduled publications go on by themselves. */
  readonly lettersAgain: boolean;
};

type Release = { readonly release: string; readonly slug: string };

export type Restored = {
  readonly madeAt: string;
  readonly rows: number;
  readonly files: number;
  readonly migrated: readonly string[];
  /** Runs whose open letters are `unknown` now, or that are paused. */
  readonly held: readonly HeldRun[];
  /** Letters to single persons that are not sent by themselves. */
  readonly notices: number;
  /** Scheduled for a time before now: a person decides. */
  readonly missed: readonly Release[];
  /** Scheduled for a time to come: they go out by themselves. */
  readonly scheduled: readonly (Release & { readonly publishAt: string })[];
  /** Of a surviving archive: what was published after the backup. */
  readonly later: readonly LaterEntry[];
  readonly archive: VerifyResult;
};

/** What a restore needs of the program's services. */
export type RestoreTarget = { readonly database: Database; readonly config: { readonly dataDir: string } };

/**
 * Brings a whole house back into an empty one: files first, then every row and everything that is to be held, in one COMMIT. The backup does not
 * know what left after it, so nothing open then is sent by itself. Reads the whole archive at the end. Throws Conflict when the house is not empty.
 */
export async function restoreBackup(target: RestoreTarget, input: RestoreInput): Promise<Restored> {
  const { manifest, folder } = input;
  const { dataDir } = target.config;
  await demandEmptyHouse(target);
  const files = await bringFilesBack(dataDir, folder, manifest);
  const entries = entriesOf(manifest);
  await protectEntries(dataDir, entries);
  const later = await setLaterAside(dataDir, entries);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const brought = await target.database.transaction().execute(async (tx) => {
    const migrated = await bringTablesBack(tx, folder, manifest);
    const held = await hold(tx, input);
    await oweOutput(tx);
    const letters = held.held.reduce((sum, run) => sum + run.letters, 0);
    await recordAudit(tx, {
      account: null,
      action: 'house.restored',
      detail: { madeAt: manifest.madeAt, letters, lettersAgain: input.lettersAgain },
    });
    return { migrated, ...held };
  });
  // Tables that were filled in one go are others than the planner knows.
  await sql`analyze`.execute(target.database);
  return { madeAt: manifest.madeAt, rows, files, ...brought, later, archive: await verifyArchive(target) };
}

/** Folders of the archive that the backup holds, as the vault names them. */
function entriesOf(manifest: BackupManifest): Set<string> {
  return new Set(manifest.files.filter(({ path }) => path.startsWith('archive/')).map(({ path }) => path.split('/').slice(1, 4).join('/')));
}

type Held = Pick<Restored, 'held' | 'notices' | 'missed' | 'scheduled'>;

async function hold(tx: Tx, { manifest, lettersAgain }: RestoreInput): Promise<Held> {
  const reason = `restored from the backup of ${manifest.madeAt}: it may have left since`;
  const held = await holdOpenLetters(tx, { reason, claimedOnly: lettersAgain });
  const notices = lettersAgain ? 0 : await holdNotices(tx, reason);
  const missed = lettersAgain ? [] : await holdSchedules(tx);
  const scheduled = await tx
    .selectFrom('drafts')
    .innerJoin('releases', 'releases.id', 'drafts.release')
    .select(['drafts.release', 'releases.slug', 'drafts.publish_at'])
    .where('drafts.state', '=', 'scheduled')
    .orderBy('drafts.publish_at')
    .execute();
  return {
    held,
    notices,
    missed,
    scheduled: scheduled.map((draft) => ({ release: draft.release, slug: draft.slug, publishAt: draft.publish_at!.toISOString() })),
  };
}

async function holdNotices(tx: Tx, reason: string): Promise<number> {
  const result = await sql`update notices set state = 'failed', error = ${reason} where state = 'owed'`.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}

/** What should have been published between the backup and now may have been, with its letters. */
async function holdSchedules(tx: Tx): Promise<Release[]> {
  const { rows } = await sql<Release>`
    update drafts d set state = 'missed', lock_version = lock_version + 1 from releases r
    where r.id = d.release and d.state = 'scheduled' and d.publish_at <= clock_timestamp() returning d.release, r.slug`.execute(tx);
  for (const { release } of rows) await recordAudit(tx, { account: null, action: 'draft.missed', release });
  return rows;
}
