import { canonicalJson, type Json, sha256Hex } from '../platform/canonical.ts';
import type { ReleaseContent } from './content.ts';

/** SHA-256 of the content's canonical JSON (RFC 8785): what an approval names and a revision keeps. */
export function contentHash(content: ReleaseContent): string {
  return sha256Hex(canonicalJson(content as unknown as Json));
}
