import RSS from 'rss';
import { escapeMarkup } from '../platform/markup.ts';
import type { FeedPicture } from './feed-files.ts';
import { enclosureOf, type FeedItem } from './feed-item.ts';

/** Indented, so that a changed feed reads as a diff. */
export const INDENT = '  ';

/** The namespaces of our own elements; dc, content and atom are the package's. */
export const RSS_NAMESPACES = { media: 'http://search.yahoo.com/mrss/', dcterms: 'http://purl.org/dc/terms/' };

/** One release as the `<item>` of RSS 2.0 with its namespaces declared by the feed around it. The same bytes in every feed and in the archive. */
export function renderRssItem(item: FeedItem): string {
  const enclosure = enclosureOf(item);
  const feed = new RSS({ title: 'feed', feed_url: '', site_url: '' });
  feed.item({
    title: item.title,
    // The element holds HTML (RSS 2.0, "description"), the lead is text.
    description: escapeMarkup(item.lead),
    url: item.url,
    // Given as such, the package marks it isPermaLink="false".
    guid: item.urn,
    categories: item.topics.map((topic) => topic.name),
    // The package writes it as dc:creator: RSS's own author would have to be an address.
    author: item.author,
    date: item.publishedAt,
    ...(enclosure ? { enclosure: { url: enclosure.url, size: enclosure.bytes, type: enclosure.mediaType } } : {}),
    custom_elements: [
      { 'content:encoded': { _cdata: item.html } },
      { 'dc:language': item.language },
      // RSS itself has no word for a correction; Atom's `updated` and JSON Feed's `date_modified` say the same.
      { 'dcterms:modified': item.updatedAt.toISOString() },
      ...item.pictures.map(mediaContent),
    ],
  });
  const xml = feed.xml({ indent: INDENT });
  // The head holds nothing of ours, so the first and the last are the item's own tags, whatever its text says.
  return xml.slice(xml.indexOf('<item>'), xml.lastIndexOf('</item>') + '</item>'.length);
}

/** Media RSS 1.5: the picture with its description, credit and licence. */
function mediaContent(picture: FeedPicture) {
  const size = picture.width && picture.height ? { width: picture.width, height: picture.height } : {};
  const elements: object[] = [
    { _attr: { url: picture.url, type: picture.mediaType, medium: 'image', fileSize: picture.bytes, ...size } },
    { 'media:description': [{ _attr: { type: 'plain' } }, picture.caption ?? picture.alt] },
  ];
  if (picture.thumbnail) elements.push({ 'media:thumbnail': { _attr: picture.thumbnail } });
  if (picture.credit) elements.push({ 'media:credit': picture.credit });
  if (picture.licence) elements.push(licence(picture.licence));
  return { 'media:content': elements };
}

/** media:license wants the address of a licence; terms of our own have only words, which are media:copyright. */
function licence({ name, url }: { name: string; url?: string | undefined }): object {
  return url ? { 'media:license': [{ _attr: { type: 'text/html', href: url } }, name] } : { 'media:copyright': name };
}
