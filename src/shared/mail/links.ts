import { timingSafeEqual } from 'node:crypto';
import { keyedHash } from '../platform/keyed-hash.ts';

/** What a personal link opens. The purpose is part of the signature: a link for one cannot be turned into the other. */
export type LinkPurpose = 'unsubscribe' | 'preferences' | 'confirm';

/** What a link opens that holds for a while only: its end is part of the signature. */
export type PassingPurpose = 'own-data';

/** Half of an HMAC-SHA-256: 128 bits, which nobody guesses, and the token fits in a line and in the local part of an address. */
const SIGNATURE_BYTES = 16;
const ID_BYTES = 16;

/** Every token is this long, so that a letter can be made once and each recipient's token written over the placeholder. */
export const TOKEN_LENGTH = Math.ceil(((ID_BYTES + SIGNATURE_BYTES) * 4) / 3);

/** Stands for the recipient's token in a letter that is not addressed to anybody: previews, the archive, the letter before it is spliced. */
export const PLACEHOLDER_TOKENS: Readonly<Record<Exclude<LinkPurpose, 'confirm'>, string>> = {
  unsubscribe: 'the-recipients-own-link-to-unsubscribe-00000'.slice(0, TOKEN_LENGTH),
  preferences: 'the-recipients-own-link-to-preferences-00000'.slice(0, TOKEN_LENGTH),
};

/** Whose link it is, and the secrets that sign it: the installation's key `links` and the own `token_key` of the subscriber or, to confirm, of the sign-up. */
export type LinkOwner = { readonly subscriber: string; readonly tokenKey: Uint8Array; readonly key: Uint8Array };

/**
 * The token of a personal link: subscriber id and signature as base64url. It never expires; changing the subscriber's `token_key` voids it.
 * Throws when `subscriber` is not a UUID.
 */
export function personalToken(owner: LinkOwner, purpose: LinkPurpose): string {
  const id = Buffer.from(owner.subscriber.replaceAll('-', ''), 'hex');
  if (id.length !== ID_BYTES) throw new TypeError('a subscriber id is a UUID');
  return Buffer.concat([id, signature(id, owner, purpose)]).toString('base64url');
}

/** The subscriber a token names, not yet proved: look up the `token_key`, then ask `tokenIsGenuine`. Undefined when it cannot be a token. */
export function parseToken(token: string): { subscriber: string } | undefined {
  if (token.length !== TOKEN_LENGTH || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  return { subscriber: uuidOf(Buffer.from(token, 'base64url')) };
}

/** True when this installation made the token for this subscriber and purpose. Takes the same time for every wrong token. */
export function tokenIsGenuine(token: string, owner: LinkOwner, purpose: LinkPurpose): boolean {
  return sameText(token, personalToken(owner, purpose));
}

const END_BYTES = 4;
const PASSING_LENGTH = Math.ceil(((ID_BYTES + END_BYTES + SIGNATURE_BYTES) * 4) / 3);

/** The token of a link that holds until `until` (whole seconds): subscriber id, that moment and signature as base64url. No row is kept of it. */
export function passingToken(owner: LinkOwner, purpose: PassingPurpose, until: Date): string {
  const named = Buffer.concat([Buffer.from(owner.subscriber.replaceAll('-', ''), 'hex'), Buffer.alloc(END_BYTES)]);
  named.writeUInt32BE(Math.floor(until.getTime() / 1_000), ID_BYTES);
  return Buffer.concat([named, signature(named, owner, purpose)]).toString('base64url');
}

/** Whom such a token names and until when, neither proved yet: look up the `token_key`, then ask `passingTokenIsGenuine`. */
export function parsePassingToken(token: string): { subscriber: string; until: Date } | undefined {
  if (token.length !== PASSING_LENGTH || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const named = Buffer.from(token, 'base64url');
  return { subscriber: uuidOf(named), until: new Date(named.readUInt32BE(ID_BYTES) * 1_000) };
}

/** True when this installation made the token for this subscriber and purpose; whether it still holds is the caller's to ask. */
export function passingTokenIsGenuine(token: string, owner: LinkOwner, purpose: PassingPurpose): boolean {
  const named = parsePassingToken(token);
  return named !== undefined && sameText(token, passingToken(owner, purpose, named.until));
}

function sameText(given: string, right: string): boolean {
  return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}

function uuidOf(bytes: Buffer): string {
  return bytes
    .subarray(0, ID_BYTES)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `named` is what the token says of itself: the id, and its end where it has one. */
function signature(named: Buffer, owner: LinkOwner, purpose: LinkPurpose | PassingPurpose): Buffer {
  return keyedHash(owner.key)
    .update(`depesch link ${purpose}\n`)
    .update(named)
    .update(owner.tokenKey)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
