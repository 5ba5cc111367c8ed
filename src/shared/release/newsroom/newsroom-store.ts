import { canonicalJson, type Json, sha256Hex } from '../../platform/canonical.ts';
import { Failure } from '../../platform/failure.ts';
import type { Connection, Database } from '../../schema/database.ts';
import { lock } from '../../schema/locks.ts';
import { storeAsset } from '../files/assets.ts';
import { Newsroom } from './newsroom.ts';

/** What renders the newsroom's name, topics, colours and texts, and owes everything anew when they change. */
const REBUILT_CHANNELS = ['html', 'feeds'] as const;

/**
 * Puts the newsroom into SQL, where every process reads it. A changed one owes its rebuild in the same transaction,
 * so that no page keeps the old colours because a process died in between.
 */
export async function saveNewsroom(db: Database, newsroom: Newsroom): Promise<{ changed: boolean; hash: string }> {
  const content = canonicalJson(Newsroom.parse(newsroom) as unknown as Json);
  const hash = sha256Hex(content);
  return db.transaction().execute(async (tx) => {
    await lock(tx, 'newsroom');
    const old = await tx.selectFrom('newsroom').select('hash').executeTakeFirst();
    if (old?.hash === hash) return { changed: false, hash };
    await tx
      .insertInto('newsroom')
      .values({ id: 1, content, hash })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ content, hash, loaded_at: new Date() }))
      .execute();
    const reason = 'the newsroom file changed';
    await tx
      .insertInto('rebuilds')
      .values(REBUILT_CHANNELS.map((channel) => ({ channel, reason })))
      .onConflict((conflict) =>
        conflict.column('channel').doUpdateSet({ reason, asked_at: new Date(), due_at: new Date(), attempts: 0, error: null }),
      )
      .execute();
    return { changed: true, hash };
  });
}

/** The newsroom as last saved. Throws Failure `no_newsroom` before the first time. */
export async function loadNewsroom(db: Connection): Promise<{ newsroom: Newsroom; hash: string }> {
  const row = await db.selectFrom('newsroom').select(['content', 'hash']).executeTakeFirst();
  if (!row) throw new Failure('no_newsroom', 'No newsroom is loaded. Start `./depesch up`, or load one with `./depesch migrate`.');
  return { newsroom: Newsroom.parse(row.content), hash: row.hash };
}

/** A logo is small; a larger file is the wrong one. */
const LOGO_BYTES = 2_000_000;

/** Keeps the logo that a newsroom file names among the assets: for readNewsroomFile's `storeLogo`. */
export function storingLogo(db: Connection, dataDir: string): (data: Buffer, name: string) => Promise<string> {
  return async (data, name) => {
    const limits = { imageBytes: LOGO_BYTES, attachmentBytes: LOGO_BYTES };
    return (await storeAsset(db, { dataDir, data, name, kind: 'image', limits })).hash;
  };
}
