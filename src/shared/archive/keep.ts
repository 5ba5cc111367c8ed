import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';
import { type ManifestSubject, manifestOf } from './entry.ts';
import { appendLeaf, findLeaf, keptAmong } from './log.ts';
import type { KeptFile, Manifest } from './manifest.ts';
import { clearUnfinished, type Placed, placeFolder } from './vault.ts';

export type KeepInput = {
  readonly dataDir: string;
  readonly kind: Manifest['kind'];
  readonly of: ManifestSubject;
  /** Made only when they are needed. */
  readonly files: () => KeptFile[] | Promise<KeptFile[]>;
};

/**
 * Keeps an entry or a closing note for good: the folder first, then its leaf, which becomes true with the caller's COMMIT. What is in the log
 * already is left alone: then nothing is returned. Call inside a transaction that holds the lock `channel:archive`, and forgetNote after its COMMIT.
 */
export async function keep(tx: Tx, input: KeepInput): Promise<Placed | undefined> {
  const { dataDir, kind, of } = input;
  await clearUnfinished(dataDir, (hashes) => keptAmong(tx, hashes));
  if (await findLeaf(tx, { release: of.release, n: of.n, kind })) return undefined;
  const files = await input.files();
  const manifest = manifestOf(kind, of, files);
  // The lock ends with its connection: a query that succeeds says that it is still ours.
  const stillLocked = async () => void (await sql`select 1`.execute(tx));
  const placed = await placeFolder({ dataDir, manifest, files, stillLocked });
  await appendLeaf(tx, manifest, placed);
  return placed;
}
