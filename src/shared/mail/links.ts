import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a personal link opens. The purpose is part of the signature: a link for one cannot be turned into the other. */
export type LinkPurpose = 'unsubscribe' | 'preferences' | 'confirm';

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
  const hex = Buffer.from(token, 'base64url').subarray(0, ID_BYTES).toString('hex');
  return { subscriber: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
}

/** True when this installation made the token for this subscriber and purpose. Takes the same time for every wrong token. */
export function tokenIsGenuine(token: string, owner: LinkOwner, purpose: LinkPurpose): boolean {
  const given = Buffer.from(token);
  const right = Buffer.from(personalToken(owner, purpose));
  return given.length === right.length && timingSafeEqual(given, right);
}

function signature(id: Buffer, owner: LinkOwner, purpose: LinkPurpose): Buffer {
  return createHmac('sha256', owner.key)
    .update(`depesch link ${purpose}\n`)
    .update(id)
    .update(owner.tokenKey)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
