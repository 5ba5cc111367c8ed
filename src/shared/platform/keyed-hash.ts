import { createHmac, createSecretKey, type Hmac, type KeyObject } from 'node:crypto';

const kept = new WeakMap<Uint8Array, KeyObject>();

/**
 * HMAC-SHA-256 (RFC 2104) under one of the installation's keys, to be fed and digested. Measured: given the bytes, Node makes a key of them each
 * time, which costs six times the hash; a letter needs four.
 */
export function keyedHash(key: Uint8Array): Hmac {
  let made = kept.get(key);
  if (made === undefined) {
    made = createSecretKey(key);
    kept.set(key, made);
  }
  return createHmac('sha256', made);
}
