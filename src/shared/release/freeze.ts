import { ReleaseContent } from './content.ts';
import type { Newsroom } from './newsroom/newsroom.ts';

/**
 * Fills in what comes from the newsroom file (licence of pictures, name, boilerplate in the release's language, postal address, time zone),
 * so that the approver sees it and the hash covers it. Freezing frozen content changes nothing while the newsroom is the same.
 */
export function freezeContent(content: ReleaseContent, newsroom: Newsroom): ReleaseContent {
  return ReleaseContent.parse({
    ...content,
    images: content.images.map((image) => ({ ...image, licence: image.licence || (newsroom.defaultLicence ?? '') })),
    organisation: newsroom.name,
    // Times already read on one clock stay on it, should the newsroom move.
    timezone: content.timezone ?? newsroom.timezone,
    boilerplate: newsroom.boilerplate[content.language],
    address: newsroom.address,
  });
}
