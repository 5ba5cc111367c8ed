import { assetPath, changesPath, releaseFilePath, releasePath, shortPath } from '../../src/shared/release/addresses.ts';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import { publicApiPath } from '../../src/shared/release/reader-addresses.ts';
import { shortCodeOf } from '../../src/shared/release/short-code.ts';
import type { AssetRow } from '../../src/shared/schema/tables.ts';

/** A release and the files it names. */
export type Addressed = {
  readonly id: string;
  readonly slug: string;
  readonly content: ReleaseContent;
  readonly assets: readonly AssetRow[];
};

/**
 * Every address that belongs to one release, whether it answers or not: what must say nothing before its time and after its withdrawal. A new
 * address of a release gets its line here; the test of the embargo fails when a page names one that is missing.
 */
export function addressesOfRelease({ id, slug, content, assets }: Addressed): string[] {
  const people = Array.from({ length: content.contacts.length + content.pressContacts.length + 2 }, (_, index) => index + 1);
  return [
    releasePath(slug),
    releasePath(slug).slice(0, -1),
    changesPath(slug),
    ...(['release.txt', 'event.ics', 'decisions.csv'] as const).map((file) => releaseFilePath(slug, file)),
    ...people.map((place) => releaseFilePath(slug, `contact-${place}.vcf`)),
    shortPath(shortCodeOf(id)),
    publicApiPath(slug),
    publicApiPath(id),
    ...assets.flatMap((asset) => [
      ...namesOf(content, asset).map((name) => assetPath(asset.hash, name)),
      ...asset.variants.map((one) => assetPath(asset.hash, one)),
    ]),
  ];
}

function namesOf(content: ReleaseContent, { hash }: AssetRow): string[] {
  return [...content.images, ...content.attachments].filter((file) => file.asset === hash).map((file) => file.name);
}

/** The picture for other sites is named after what it shows, so that nobody can ask for it before. */
export const UNKNOWN_BEFORE = /\/card\.[0-9a-f]{16}\.jpg$/;
