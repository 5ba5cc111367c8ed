import { escapeMarkup, html, type Markup, raw } from '../platform/markup.ts';
import type { FeedPicture } from './feed-files.ts';
import { enclosureOf, type FeedItem } from './feed-item.ts';

/** Indented, so that a changed feed reads as a diff. */
export const INDENT = '  ';

/** The namespaces of our own elements; dc, content and atom are the package's. */
export const RSS_NAMESPACES = { media: 'http://search.yahoo.com/mrss/', dcterms: 'http://purl.org/dc/terms/' };

/**
 * One release as the `<item>` of RSS 2.0 with its namespaces declared by the feed around it. The same bytes in every feed and in the archive. Written here,
 * like the entry of Atom: to have the package write a feed around each item costs more than the item.
 */
export function renderRssItem(item: FeedItem): string {
  const enclosure = enclosureOf(item);
  const lines: (Markup | false | undefined)[] = [
    html`<title>${cdata(item.title)}</title>`,
    // The element holds HTML (RSS 2.0, "description"), the lead is text.
    html`<description>${cdata(escapeMarkup(item.lead))}</description>`,
    html`<link>${item.url}</link>`,
    html`<guid isPermaLink="false">${item.urn}</guid>`,
    ...item.topics.map((topic) => html`<category>${cdata(topic.name)}</category>`),
    // RSS's own author would have to be an address.
    html`<dc:creator>${cdata(item.author)}</dc:creator>`,
    html`<pubDate>${item.publishedAt.toUTCString()}</pubDate>`,
    enclosure && html`<enclosure url="${enclosure.url}" length="${enclosure.bytes}" type="${enclosure.mediaType}"/>`,
    html`<content:encoded>${cdata(item.html)}</content:encoded>`,
    html`<dc:language>${item.language}</dc:language>`,
    // RSS itself has no word for a correction; Atom's `updated` and JSON Feed's `date_modified` say the same.
    html`<dcterms:modified>${item.updatedAt.toISOString()}</dcterms:modified>`,
    ...item.pictures.map(mediaContent),
  ];
  return `${html`<item>\n${lines.map((line) => line && html`      ${line}\n`)}    </item>`}`;
}

/** Media RSS 1.5: the picture with its description, credit and licence. */
function mediaContent({ url, mediaType, bytes, width, height, thumbnail, ...picture }: FeedPicture): Markup {
  const size = width && height && html` width="${width}" height="${height}"`;
  const lines = [
    html`<media:description type="plain">${picture.caption ?? picture.alt}</media:description>`,
    thumbnail && html`<media:thumbnail url="${thumbnail.url}" width="${thumbnail.width}" height="${thumbnail.height}"/>`,
    picture.credit && html`<media:credit>${picture.credit}</media:credit>`,
    picture.licence && licence(picture.licence),
  ];
  return html`<media:content url="${url}" type="${mediaType}" medium="image" fileSize="${bytes}"${size || ''}>
${lines.map((line) => line && html`        ${line}\n`)}      </media:content>`;
}

/** media:license wants the address of a licence; terms of our own have only words, which are media:copyright. */
function licence({ name, url }: { name: string; url?: string | undefined }): Markup {
  return url
    ? html`<media:license type="text/html" href="${url}">${name}</media:license>`
    : html`<media:copyright>${name}</media:copyright>`;
}

function cdata(text: string): Markup {
  return raw(`<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
}
