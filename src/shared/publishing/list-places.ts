import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';

/**
 * Gives a release its places: at the end of every list it is new in, for ever. A list it left keeps the place empty; one it returns to fills it again.
 * `lists` undefined (a withdrawal, which is for ever) leaves the places as they are, and counts them as withdrawn. Runs under the publication lock, so two releases never want one place.
 */
export async function placeInLists(
  tx: Tx,
  place: { release: string; publication: number; lists: readonly string[] | undefined; significant: boolean },
): Promise<void> {
  if (place.lists) {
    const held = await tx.selectFrom('list_entries').select('list').where('release', '=', place.release).execute();
    const holding = new Set(held.map((entry) => entry.list));
    for (const list of place.lists) if (!holding.has(list)) await appendTo(tx, list, place);
    await tx
      .updateTable('list_entries')
      .set({ listed: sql<boolean>`list = any(${place.lists as string[]}::text[])` })
      .where('release', '=', place.release)
      .execute();
  } else {
    const held = tx.selectFrom('list_entries').select('list').where('release', '=', place.release);
    await tx.updateTable('lists').set({ withdrawn: sql<number>`withdrawn + 1` }).where('list', 'in', held).execute();
  }
  if (!place.significant) return;
  await tx.updateTable('list_entries').set({ significant_publication: place.publication }).where('release', '=', place.release).execute();
}

async function appendTo(tx: Tx, list: string, place: { release: string; publication: number }): Promise<void> {
  const { length } = await tx
    .insertInto('lists')
    .values({ list, length: 1 })
    .onConflict((conflict) => conflict.column('list').doUpdateSet({ length: sql`lists.length + 1` }))
    .returning('length')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('list_entries')
    .values({ list, ordinal: length - 1, release: place.release, significant_publication: place.publication })
    .execute();
}
