import { canonicalJson, sha256Hex } from '../platform/canonical.ts';
import { VERSION } from '../platform/version.ts';

/**
 * Hash of everything beside the revision that a page or feed is rendered with: the newsroom, the public address, this program.
 * Bytes made with the same and as of the same publication must be the same; `verify` compares only those.
 */
export function renderingHash(newsroomHash: string, baseUrl: string): string {
  return sha256Hex(canonicalJson({ newsroom: newsroomHash, baseUrl, version: VERSION }));
}
