import { testAddressee } from '../mail/addressee.ts';
import { composeConfirmation } from '../mail/confirmation.ts';
import { openDkim } from '../mail/dkim.ts';
import { personalToken } from '../mail/links.ts';
import { prepareRaw } from '../mail/raw.ts';
import { senderAddress } from '../mail/sender-address.ts';
import { Permanent } from '../platform/failure.ts';
import { absolute, confirmPath } from '../release/addresses.ts';
import { getKey } from '../schema/migrate.ts';
import type { Services } from '../services.ts';
import { findSignUp } from '../subscribers/confirm.ts';
import { CONFIRM_HOURS } from '../subscribers/sign-up.ts';
import type { Bytes } from './sender.ts';

/** The letter of one sign-up. Throws Permanent when its link would no longer hold, or was used: then nobody needs the letter. */
export async function makeConfirmation(services: Services, input: { signUp: string; to: string; notice: string }): Promise<Bytes> {
  const { config, database } = services;
  const wish = await findSignUp(database, input.signUp);
  if (!wish || wish.confirmed_at) throw new Permanent('nothing_to_confirm', 'the sign-up is confirmed, too old or gone');
  const { newsroom } = await services.newsroom();
  const keys = { links: await getKey(database, 'links'), messageId: await getKey(database, 'message-id') };
  const token = personalToken({ subscriber: wish.id, tokenKey: wish.token_key, key: keys.links }, 'confirm');
  const publisher = { newsroom, baseUrl: config.baseUrl };
  const link = absolute(config.baseUrl, confirmPath(token));
  const letter = composeConfirmation({ language: wish.language, topics: wish.topics, link, hours: CONFIRM_HOURS }, publisher);
  const sender = senderAddress(config, newsroom);
  const dkim = config.dkim ? { dkim: await openDkim(config.dkim) } : {};
  const raw = await prepareRaw(letter, { sender, publisher, date: new Date(), ...dkim, personal: true });
  return { from: sender.address, raw: raw(testAddressee({ keys, address: input.to, notice: input.notice, domain: sender.domain })) };
}
