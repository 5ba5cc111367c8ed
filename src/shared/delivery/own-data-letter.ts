import { passingToken } from '../mail/links.ts';
import { composeOwnDataLetter } from '../mail/own-data-letter.ts';
import { Permanent } from '../platform/failure.ts';
import { absolute, ownDataPath } from '../release/addresses.ts';
import { getKey } from '../schema/migrate.ts';
import type { Services } from '../services.ts';
import type { Bytes } from './sender.ts';
import { makeSingleLetter } from './single-letter.ts';

/** Time enough to find the letter and read; too short for a mailbox that somebody else opens next week. */
const HOLDS_HOURS = 1;

/** The letter with the link to a person's own data; the hour begins now. Throws Permanent when the person is gone. */
export async function makeOwnDataLetter(services: Services, input: { subscriber: string; to: string; notice: string }): Promise<Bytes> {
  const { config, database } = services;
  const person = await database.selectFrom('subscribers').selectAll().where('id', '=', input.subscriber).executeTakeFirst();
  if (person?.address !== input.to) throw new Permanent('nobody', 'the subscriber is gone, or has another address');
  const { newsroom } = await services.newsroom();
  const owner = { subscriber: person.id, tokenKey: person.token_key, key: await getKey(database, 'links') };
  const until = new Date(Date.now() + HOLDS_HOURS * 3_600_000);
  const publisher = { newsroom, baseUrl: config.baseUrl };
  const link = absolute(config.baseUrl, ownDataPath(passingToken(owner, 'own-data', until)));
  const letter = composeOwnDataLetter({ language: person.language, link, hours: HOLDS_HOURS }, publisher);
  return makeSingleLetter(services, { letter, publisher, to: input.to, notice: input.notice });
}
