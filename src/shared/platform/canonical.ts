import { createHash } from 'node:crypto';

/** Any value JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, no white space, ECMAScript number and string forms.
 * Throws on numbers and strings that JSON cannot carry (NaN, lone surrogates).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('canonical JSON holds no NaN or Infinity (RFC 8785 3.2.2.3)');
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('canonical JSON holds no lone surrogates (RFC 8785 3.2.2.2)');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as { readonly [key: string]: Json | undefined };
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  keys.sort(); // the default sort compares UTF-16 code units, as 3.2.3 wants
  return `{${keys.map((key) => `${canonicalJson(key)}:${canonicalJson(members[key]!)}`).join(',')}}`;
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
