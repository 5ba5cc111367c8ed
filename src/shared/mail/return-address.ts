import { timingSafeEqual } from 'node:crypto';
import { keyedHash } from '../platform/keyed-hash.ts';

/*
 * Addresses that mail about our letters comes back to, at BOUNCE_DOMAIN: `b+<token>` is the envelope sender of one letter (VERP),
 * `u+<token>` stands in its List-Unsubscribe. Base 32 in small letters, because some servers change the case of a local part.
 */

/** One letter: its run, with the run's publication number as its short name, and whom it went to. */
export type LetterReference = { readonly publication: number; readonly release: string; readonly n: number; readonly subscriber: string };

/** Whose leaving it is: the subscriber's own `token_key` makes the address void together with every link. */
export type LeaverReference = { readonly subscriber: string; readonly tokenKey: Uint8Array };

/** What a local part claims. Nothing of it is believed before `isGenuineBounce` or `isGenuineLeave` says so. */
export type ReturnClaim =
  | { readonly kind: 'bounce'; readonly local: string; readonly publication: number; readonly subscriber: string }
  | { readonly kind: 'leave'; readonly local: string; readonly subscriber: string };

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const PUBLICATION_BYTES = 4;
const ID_BYTES = 16;
/** 80 bits: nobody guesses them over SMTP, and with them a local part has 50 characters of the 63 that pass everywhere. */
const SIGNATURE_BYTES = 10;

const BOUNCE_LENGTH = 48;
const LEAVE_LENGTH = 42;

/** Stands in a letter that is not addressed to anybody yet, for its recipient's token to leave by mail. */
export const PLACEHOLDER_LEAVE = 'the-recipients-own-address-to-unsubscribe0'.slice(0, LEAVE_LENGTH);

/** Local part of the envelope sender of a letter. `key` is the installation's key `verp`. */
export function bounceLocal(key: Uint8Array, letter: LetterReference): string {
  const head = Buffer.alloc(PUBLICATION_BYTES);
  head.writeUInt32BE(letter.publication);
  const id = idBytes(letter.subscriber);
  const signature = sign(key, ['bounce', letter.release, String(letter.n)], id);
  return `b+${toBase32(Buffer.concat([head, id, signature]))}`;
}

/** The token of the address to which a subscriber mails to leave; `u+` comes before it. */
export function leaveToken(key: Uint8Array, leaver: LeaverReference): string {
  const id = idBytes(leaver.subscriber);
  return toBase32(Buffer.concat([id, sign(key, ['leave', Buffer.from(leaver.tokenKey).toString('hex')], id)]));
}

/** Reads the local part of an address of ours; undefined when it cannot be one. */
export function parseReturnLocal(text: string): ReturnClaim | undefined {
  const local = text.toLowerCase();
  const bytes = /^[bu]\+[a-z2-7]+$/.test(local) ? fromBase32(local.slice(2)) : undefined;
  if (bytes === undefined) return undefined;
  if (local.startsWith('b+') && local.length === BOUNCE_LENGTH + 2) {
    return { kind: 'bounce', local, publication: bytes.readUInt32BE(0), subscriber: uuidOf(bytes.subarray(PUBLICATION_BYTES)) };
  }
  if (local.startsWith('u+') && local.length === LEAVE_LENGTH + 2) return { kind: 'leave', local, subscriber: uuidOf(bytes) };
  return undefined;
}

/** True when this installation sent that letter under this address. */
export function isGenuineBounce(local: string, key: Uint8Array, letter: LetterReference): boolean {
  return same(local, bounceLocal(key, letter));
}

/** True when this installation gave that subscriber this address to leave by. */
export function isGenuineLeave(local: string, key: Uint8Array, leaver: LeaverReference): boolean {
  return same(local, `u+${leaveToken(key, leaver)}`);
}

/** Every different address of ours that a text holds, as claims, in their order; at most `most`. */
export function findReturnClaims(text: string, domain: string, most: number): ReturnClaim[] {
  const claims = new Map<string, ReturnClaim>();
  // The plus may be written as %2B in a mailto address.
  const pattern = new RegExp(
    `(?<![a-z0-9])([bu])(?:\\+|%2b)([a-z2-7]{${LEAVE_LENGTH},${BOUNCE_LENGTH}})@${RegExp.escape(domain)}(?![a-z0-9-])`,
    'gi',
  );
  for (const match of text.matchAll(pattern)) {
    const claim = parseReturnLocal(`${match[1]}+${match[2]}`);
    if (claim) claims.set(claim.local, claim);
    if (claims.size >= most) break;
  }
  return [...claims.values()];
}

function sign(key: Uint8Array, about: readonly string[], id: Buffer): Buffer {
  return keyedHash(key)
    .update(`depesch return ${about.join(' ')}\n`)
    .update(id)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

function same(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given.toLowerCase()), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function idBytes(uuid: string): Buffer {
  const id = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  if (id.length !== ID_BYTES) throw new TypeError('a subscriber id is a UUID');
  return id;
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** RFC 4648 6, small letters, no padding. */
function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    held = ((held << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return Buffer.from(bytes);
}
