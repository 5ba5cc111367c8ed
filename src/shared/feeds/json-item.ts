import type { FeedPicture } from './feed-files.ts';
import type { FeedItem } from './feed-item.ts';

/** One release as an item of JSON Feed 1.1. The same bytes in every feed and in the archive. */
export function renderJsonItem(item: FeedItem): string {
  const picture = item.pictures[0];
  const value = {
    id: item.urn,
    url: item.url,
    title: item.title,
    summary: item.lead,
    content_html: item.html,
    content_text: item.text,
    image: picture?.url,
    date_published: item.publishedAt.toISOString(),
    date_modified: item.updatedAt.toISOString(),
    authors: [{ name: item.author }],
    tags: item.topics.length > 0 ? item.topics.map((topic) => topic.name) : undefined,
    language: item.language,
    attachments:
      item.attachments.length > 0
        ? item.attachments.map((file) => ({ url: file.url, mime_type: file.mediaType, title: file.title, size_in_bytes: file.bytes }))
        : undefined,
    // What the format has no word for and a newsdesk needs: whose pictures they are, the public record's number, which text this is.
    _depesch: {
      type: item.type,
      registration: item.registration,
      revision: item.revision,
      sha256: item.hash,
      images: item.pictures.length > 0 ? item.pictures.map(imageOf) : undefined,
    },
  };
  return JSON.stringify(value, null, 2);
}

function imageOf(picture: FeedPicture) {
  const { url, mediaType, bytes, width, height, alt, caption, credit, licence } = picture;
  return { url, mime_type: mediaType, size_in_bytes: bytes, width, height, alt, caption, credit: credit || undefined, licence };
}
