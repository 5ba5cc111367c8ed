import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../platform/canonical.ts';

/** A secret to hand out once: 256 random bits, safe in a URL. Only its hash is kept. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a secret is kept. Plain SHA-256 is enough for 256 random bits; passwords would need argon2. */
export function secretHash(secret: string): string {
  return sha256Hex(secret);
}
