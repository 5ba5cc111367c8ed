import { keyedHash } from '../platform/keyed-hash.ts';

/** Names one letter: the run it belongs to and who gets it. The run, not the text it carries: a letter sent again is the same letter. */
export type LetterName = { readonly release: string; readonly mailing: number; readonly subscriber: string };

/**
 * The Message-ID of a letter (RFC 5322 3.6.4), in angle brackets. The same for every try of the same letter, so that a mailbox
 * that got both shows one; keyed, so that it says nothing about the subscriber. `key` is the installation's key `message-id`.
 */
export function messageId(key: Uint8Array, letter: LetterName, domain: string): string {
  const name = `${letter.release}\n${letter.mailing}\n${letter.subscriber}`;
  return `<${keyedHash(key).update(name).digest('hex').slice(0, 32)}.${letter.mailing}@${domain}>`;
}
