import RSS from 'rss';
import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';
import { type FeedHead, type FeedInput, feedHead } from './feed.ts';
import type { FeedFrame } from './frame.ts';
import { INDENT, RSS_NAMESPACES } from './rss-item.ts';

const GENERATOR = 'Depesch';

/** Feed history (RFC 5005), in archive documents alone. */
export const HISTORY = 'http://purl.org/syndication/history/1.0';

/** The list as RSS 2.0 with the Advisory Board's profile. Withdrawn releases are not in it: RSS has no way to say so. */
export function rssFrame(feed: FeedInput, publisher: Publisher): FeedFrame {
  const head = feedHead(feed, 'rss', publisher);
  const { newsroom } = publisher;
  const xml = new RSS({
    title: cleanText(head.title),
    description: cleanText(head.description),
    site_url: head.home,
    feed_url: head.self,
    language: head.language,
    generator: GENERATOR,
    managingEditor: cleanText(`${newsroom.pressEmail} (${newsroom.publisher})`),
    custom_namespaces: head.isArchive ? { ...RSS_NAMESPACES, fh: HISTORY } : RSS_NAMESPACES,
    custom_elements: history(head),
  }).xml({ indent: INDENT });
  const end = xml.lastIndexOf('</channel>');
  const open = pinDate(xml.slice(0, end), head.revisedAt);
  return { open, around: [INDENT, `\n${INDENT}${INDENT}`, `\n${INDENT}`], close: `${xml.slice(end)}\n` };
}

/** Links of RFC 5005 and WebSub, which both borrow Atom's element for RSS. */
function history(head: FeedHead): object[] {
  const link = (rel: string, href: string) => ({ 'atom:link': { _attr: { href, rel } } });
  return [
    ...head.hubs.map((hub) => link('hub', hub)),
    ...(head.isArchive ? [{ 'fh:archive': null }, link('current', head.current)] : []),
    ...(head.previous === undefined ? [] : [link('prev-archive', head.previous)]),
  ];
}

/** "The last time the content of the channel changed." The package stamps the present second: the same input would give other bytes. */
function pinDate(head: string, revisedAt: Date): string {
  const stamped = new RegExp(`(<generator>${GENERATOR}</generator>\\s*<lastBuildDate>)[^<]*`);
  return head.replace(stamped, (_, before: string) => before + revisedAt.toUTCString());
}
