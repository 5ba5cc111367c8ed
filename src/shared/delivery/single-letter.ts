import { testAddressee } from '../mail/addressee.ts';
import { openDkim } from '../mail/dkim.ts';
import { type LetterText, prepareRaw } from '../mail/raw.ts';
import { senderAddress } from '../mail/sender-address.ts';
import type { Publisher } from '../release/view.ts';
import { getKey } from '../schema/migrate.ts';
import type { Services } from '../services.ts';
import type { Bytes } from './sender.ts';

/** A letter to one person that belongs to no list: signed, without links to leave. `notice` tells one from the next in the Message-ID. */
export async function makeSingleLetter(
  { config, database }: Services,
  { letter, publisher, to, notice }: { letter: LetterText; publisher: Publisher; to: string; notice: string },
): Promise<Bytes> {
  const keys = { links: await getKey(database, 'links'), messageId: await getKey(database, 'message-id') };
  const sender = senderAddress(config, publisher.newsroom);
  const dkim = config.dkim ? { dkim: await openDkim(config.dkim) } : {};
  const raw = await prepareRaw(letter, { sender, publisher, date: new Date(), ...dkim, personal: true });
  return { from: sender.address, raw: raw(testAddressee({ keys, address: to, notice, domain: sender.domain })) };
}
