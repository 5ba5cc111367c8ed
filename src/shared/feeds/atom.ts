import { Feed } from 'feed';
import { html, type Markup } from '../platform/markup.ts';
import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';
import { type FeedHead, type FeedInput, feedHead } from './feed.ts';
import type { FeedFrame } from './frame.ts';
import { HISTORY } from './rss.ts';

const ROOT = '<feed xmlns="http://www.w3.org/2005/Atom">';

/** The list as Atom (RFC 4287) with a tombstone (RFC 6721) for each withdrawn release, and its links to what is older (RFC 5005). */
export function atomFrame(feed: FeedInput, publisher: Publisher): FeedFrame {
  const head = feedHead(feed, 'atom', publisher);
  const xml = renderHead(head, publisher);
  const end = xml.lastIndexOf('</feed>');
  return { open: xml.slice(0, end) + history(head), around: ['    ', '\n    ', '\n'], close: `${xml.slice(end)}\n` };
}

function history(head: FeedHead): string {
  const link = (rel: string, href: string) => html`    <link rel="${rel}" href="${href}"/>\n`;
  const links: Markup[] = head.hubs.map((hub) => link('hub', hub));
  if (head.isArchive) links.push(html`    <fh:archive/>\n`, link('current', head.current));
  if (head.previous !== undefined) links.push(link('prev-archive', head.previous));
  return links.join('');
}

function renderHead(head: FeedHead, { newsroom }: Publisher): string {
  const text = (words: string) => textForPackage(cleanText(words));
  const xml = new Feed({
    id: head.id,
    title: text(head.title),
    description: text(head.description),
    updated: head.changedAt,
    link: head.home,
    feed: head.self,
    author: { name: text(newsroom.name), email: newsroom.pressEmail },
    generator: 'Depesch',
  }).atom1();
  // The package knows neither xml:lang nor RFC 6721 and RFC 5005.
  const past = head.isArchive && html` xmlns:fh="${HISTORY}"`;
  const root = html`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"${past} xml:lang="${head.language}">`;
  return xml.replace(ROOT, () => root.toString());
}

/** The package takes `&amp;` in a text for an `&` that was escaped already; escaped once more it comes out as it went in. */
function textForPackage(text: string): string {
  return text.replaceAll('&amp;', '&amp;amp;');
}
