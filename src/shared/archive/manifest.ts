import { z } from 'zod';
import { canonicalJson, type Json } from '../platform/canonical.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

const ManifestFile = z.strictObject({ name: z.string(), mediaType: z.string(), bytes: z.number().int().nonnegative(), sha256: Hash });
export type ManifestFile = Readonly<z.infer<typeof ManifestFile>>;

/** What a folder of the archive holds, by name. Its canonical JSON is the manifest: its SHA-256 names the folder, its leaf hash stands in the log. */
export const Manifest = z.strictObject({
  /** Changes when the meaning of a member changes, so that a reader in fifty years knows which rules hold. */
  format: z.literal('depesch-archive-1'),
  kind: z.enum(['entry', 'closing']),
  release: z.uuid(),
  revision: z.number().int().positive(),
  publication: z.number().int().positive(),
  /** When the revision became public, ISO 8601 in UTC. */
  publishedAt: z.iso.datetime(),
  /** Sorted by name. */
  files: z.array(ManifestFile).readonly(),
});
export type Manifest = Readonly<z.infer<typeof Manifest>>;

/** The manifest's bytes (RFC 8785): anybody can make them again from the same facts. */
export function manifestText(manifest: Manifest): string {
  const files = [...manifest.files].sort((one, other) => (one.name < other.name ? -1 : 1));
  return canonicalJson({ ...manifest, files } as unknown as Json);
}

/** The manifest's own file, beside those it names. */
export const MANIFEST_FILE = 'manifest.json';

/** Bytes to be kept: in memory, or a stored file to copy. */
export type KeptFile = { readonly name: string; readonly mediaType: string } & (
  | { readonly data: string }
  | { readonly source: string; readonly sha256: string; readonly bytes: number }
);
