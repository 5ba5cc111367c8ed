import { testAddressee } from '../mail/addressee.ts';
import { openDkim } from '../mail/dkim.ts';
import { composeLetter } from '../mail/letter.ts';
import { prepareRaw } from '../mail/raw.ts';
import { senderAddress } from '../mail/sender-address.ts';
import type { Config } from '../platform/config.ts';
import { findEarlier } from '../release/changes/earlier.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { PublicView } from '../release/view.ts';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { Bytes } from './sender.ts';

export type TestLetterInput = {
  readonly config: Config;
  readonly database: Database;
  readonly newsroom: Newsroom;
  /** The newest revision, or a draft as it would be published. */
  readonly view: PublicView;
  readonly to: string;
  /** Tells one test from the next in the Message-ID. */
  readonly notice: string;
};

/** Stands before the subject, the same in every language, so that nobody takes it for the real one. */
const MARK = '[TEST] ';

/** The exact letter of a view, marked as a test, with personal links that belong to nobody. */
export async function makeTestLetter({ config, database, newsroom, view, to, notice }: TestLetterInput): Promise<Bytes> {
  const keys = { links: await getKey(database, 'links'), messageId: await getKey(database, 'message-id') };
  const publisher = { newsroom, baseUrl: config.baseUrl };
  const letter = composeLetter(view, publisher, { earlier: await findEarlier(database, view) });
  const sender = senderAddress(config, newsroom);
  const dkim = config.dkim ? { dkim: await openDkim(config.dkim) } : {};
  const back = config.bounceDomain ? { bounceDomain: config.bounceDomain } : {};
  const raw = await prepareRaw({ ...letter, subject: MARK + letter.subject }, { sender, publisher, date: new Date(), ...dkim, ...back });
  return { from: sender.address, raw: raw(testAddressee({ keys, address: to, notice, domain: sender.domain })) };
}
