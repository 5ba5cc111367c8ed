import { Failure } from '../platform/failure.ts';
import { PLACEHOLDER_TOKENS, personalToken } from './links.ts';
import { type LetterName, messageId } from './message-id.ts';
import { mailboxOf } from './recipients.ts';

/** Everything in a letter that differs from one recipient to the next. */
export type Addressee = {
  /** As it goes into `To:` and the envelope. */
  readonly address: string;
  readonly unsubscribeToken: string;
  readonly preferencesToken: string;
  readonly messageId: string;
  /** Message-ID of the first letter this person got about the release, when this one follows it. */
  readonly follows: string | undefined;
  /** Token of the address at BOUNCE_DOMAIN that this person mails to leave; wanted when the letter's frame names that domain. */
  readonly leaveToken?: string;
};

/** The installation's keys `links` and `message-id`. */
export type LetterKeys = { readonly links: Uint8Array; readonly messageId: Uint8Array };

/** Names one of a person's letters: the release and the run it belongs to, or for a digest its own id and 0. */
export type OwnLetter = Omit<LetterName, 'subscriber'>;

export type AddresseeInput = {
  readonly keys: LetterKeys;
  readonly person: { readonly subscriber: string; readonly address: string; readonly tokenKey: Uint8Array };
  readonly letter: OwnLetter;
  /** The first letter the person got about the release, when this one comes after it. */
  readonly follows?: OwnLetter | undefined;
  /** Domain of the sender's address. */
  readonly domain: string;
};

/** One recipient of one run. Throws `not_an_address` when the person's address can be none. */
export function addresseeOf({ keys, person, letter, follows, domain }: AddresseeInput): Addressee {
  const owner = { subscriber: person.subscriber, tokenKey: person.tokenKey, key: keys.links };
  const nameOf = (own: OwnLetter) => messageId(keys.messageId, { ...own, subscriber: person.subscriber }, domain);
  return {
    address: addressOf(person.address),
    unsubscribeToken: personalToken(owner, 'unsubscribe'),
    preferencesToken: personalToken(owner, 'preferences'),
    messageId: nameOf(letter),
    follows: follows && nameOf(follows),
  };
}

/** The recipient of a letter that belongs to no run, a test or a confirmation: links to leave belong to nobody. `notice` tells one from the next. */
export function testAddressee(input: { keys: LetterKeys; address: string; notice: string; domain: string }): Addressee {
  const name = { release: 'test', mailing: 0, subscriber: input.notice };
  return {
    address: addressOf(input.address),
    unsubscribeToken: PLACEHOLDER_TOKENS.unsubscribe,
    preferencesToken: PLACEHOLDER_TOKENS.preferences,
    messageId: messageId(input.keys.messageId, name, input.domain),
    follows: undefined,
  };
}

function addressOf(text: string): string {
  const address = mailboxOf(text);
  if (address === undefined) throw new Failure('not_an_address', 'a letter cannot be addressed to this');
  return address;
}
