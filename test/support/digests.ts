import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import { moveOpenLetters } from '../../src/shared/delivery/move-open.ts';
import type { Frequency } from '../../src/shared/schema/tables.ts';
import type { LetterWorld } from './letters.ts';
import type { TakenLetter } from './smtp-server.ts';

/** Lets the window of that frequency come for every letter that waits for it, at one moment, as the clock does. */
export async function windowComes(world: LetterWorld, frequency: Frequency): Promise<void> {
  await sql`
    update deliveries set due_at = statement_timestamp() - interval '1 second'
    where frequency = ${frequency} and state = 'pending' and due_at > statement_timestamp()`.execute(world.services.database);
}

export async function idOf(world: LetterWorld, address: string): Promise<string> {
  return (await world.services.database.selectFrom('subscribers').select('id').where('address', '=', address).executeTakeFirstOrThrow()).id;
}

/** What the page of preferences does to somebody who wants letters at another pace. */
export async function changeFrequency(world: LetterWorld, address: string, frequency: Frequency): Promise<void> {
  const subscriber = await idOf(world, address);
  const { newsroom } = await world.services.newsroom();
  await world.services.database.transaction().execute(async (tx) => {
    await sql`select from subscribers where id = ${subscriber} for no key update`.execute(tx);
    await tx.updateTable('subscriptions').set({ frequency }).where('subscriber', '=', subscriber).execute();
    await moveOpenLetters(tx, { subscribers: [subscriber], newsroom });
  });
}

/** Message-IDs of digests name no run. */
export const isDigest = ({ messageId }: TakenLetter): boolean => /\.0@[^@]*>$/.test(messageId);

/** The text a person reads. */
export async function textOf(letter: TakenLetter): Promise<string> {
  const { text } = await PostalMime.parse(letter.raw);
  return text ?? '';
}
