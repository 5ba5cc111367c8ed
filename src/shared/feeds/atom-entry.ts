import { Feed } from 'feed';
import { html, type Markup } from '../platform/markup.ts';
import { releaseUrn } from '../release/addresses.ts';
import { cleanText } from '../release/text.ts';
import type { WithdrawnView } from '../release/view.ts';
import { enclosureOf, type FeedItem } from './feed-item.ts';

/** Stands where the package would write text as HTML; replaced by ours. */
const PLACEHOLDER = 'text';

/** One release as an Atom entry (RFC 4287 section 4.1.2) within the feed's namespace. The same bytes in every feed and in the archive. */
export function renderAtomEntry(item: FeedItem): string {
  const feed = new Feed({ id: PLACEHOLDER, title: PLACEHOLDER, updated: item.updatedAt, generator: false });
  feed.addItem({
    id: item.urn,
    link: item.url,
    title: PLACEHOLDER,
    description: PLACEHOLDER,
    content: item.html,
    author: [{ name: textForPackage(item.author) }],
    published: item.publishedAt,
    date: item.updatedAt,
  });
  const xml = feed.atom1();
  // The head holds nothing of ours, so the first and the last are the entry's own tags, whatever its text says.
  return mend(xml.slice(xml.indexOf('<entry>'), xml.lastIndexOf('</entry>')), item);
}

/**
 * The one place where the package's entry is put right: it writes title and summary as HTML in CDATA, derives media types from file names
 * (image/jpg), escapes attributes only in part, and knows no xml:lang. `entry` lacks its end tag.
 */
function mend(entry: string, item: FeedItem): string {
  const asHtml = (element: string) => `<${element} type="html"><![CDATA[${PLACEHOLDER}]]></${element}>`;
  const whole = entry
    .trimEnd()
    .replace('<entry>', () => `${html`<entry xml:lang="${item.language}">`}`)
    .replace(asHtml('title'), () => `${html`<title type="text">${item.title}</title>`}`)
    .replace(asHtml('summary'), () => `${html`<summary type="text">${item.lead}</summary>`}`);
  return `${whole}${added(item)}\n    </entry>`;
}

function added(item: FeedItem): Markup {
  const enclosure = enclosureOf(item);
  const line = '\n        ';
  return html`${item.topics.map(({ slug, name }) => html`${line}<category term="${slug}" label="${name}"/>`)}${
    enclosure &&
    html`${line}<link rel="enclosure" href="${enclosure.url}" type="${enclosure.mediaType}" length="${enclosure.bytes}" title="${enclosure.title}"/>`
  }`;
}

/** The package takes `&amp;` in a text for an `&` that was escaped already; escaped once more it comes out as it went in. */
export function textForPackage(text: string): string {
  return text.replaceAll('&amp;', '&amp;amp;');
}

/** Says that the release is gone, when and why; neither title nor text. */
export function renderTombstone(view: WithdrawnView): string {
  return `${html`<at:deleted-entry ref="${releaseUrn(view.id)}" when="${view.publishedAt.toISOString()}">
        <at:comment xml:lang="${view.language}">${cleanText(view.reason)}</at:comment>
    </at:deleted-entry>`}`;
}
