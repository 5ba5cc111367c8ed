import { composeConfirmation } from '../mail/confirmation.ts';
import { personalToken } from '../mail/links.ts';
import { Permanent } from '../platform/failure.ts';
import { absolute, confirmPath } from '../release/addresses.ts';
import { getKey } from '../schema/migrate.ts';
import type { Services } from '../services.ts';
import { findSignUp } from '../subscribers/confirm.ts';
import { CONFIRM_HOURS } from '../subscribers/sign-up.ts';
import type { Bytes } from './sender.ts';
import { makeSingleLetter } from './single-letter.ts';

/** The letter of one sign-up. Throws Permanent when its link would no longer hold, or was used: then nobody needs the letter. */
export async function makeConfirmation(services: Services, input: { signUp: string; to: string; notice: string }): Promise<Bytes> {
  const { config, database } = services;
  const wish = await findSignUp(database, input.signUp);
  if (!wish || wish.confirmed_at) throw new Permanent('nothing_to_confirm', 'the sign-up is confirmed, too old or gone');
  const { newsroom } = await services.newsroom();
  const owner = { subscriber: wish.id, tokenKey: wish.token_key, key: await getKey(database, 'links') };
  const publisher = { newsroom, baseUrl: config.baseUrl };
  const link = absolute(config.baseUrl, confirmPath(personalToken(owner, 'confirm')));
  const { language, topics, frequency } = wish;
  const letter = composeConfirmation({ language, topics, frequency, link, hours: CONFIRM_HOURS }, publisher);
  return makeSingleLetter(services, { letter, publisher, to: input.to, notice: input.notice });
}
