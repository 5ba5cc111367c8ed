import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram } from '../../support/check.ts';
import { npmTool } from '../../support/npm-tool.ts';

/** What a reader understood of an item. */
export type Read = { readonly id: string; readonly title: string; readonly published: string; readonly text: string };

/** A program that reads feeds, and what it makes of an address. Formats it does not know are left out. */
export type Reader = { readonly name: string; read(address: string): Promise<Read[] | undefined> };

export const PYTHON = '/usr/bin/python3';

type Raw = { id?: unknown; title?: unknown; published?: unknown; html?: unknown };

/** The same for all: readers may keep or drop white space and tags, but not words. */
export function asRead({ id, title, published, html }: Raw): Read {
  const date = new Date(typeof published === 'number' ? published * 1_000 : String(published));
  const plain = (text: unknown) => String(text).replace(/\s+/g, ' ').trim();
  return { id: plain(id), title: plain(title), published: `${date.toISOString().slice(0, 19)}Z`, text: plain(wordsOf(String(html))) };
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function wordsOf(markup: string): string {
  const words = markup.replace(/<[^>]*>/g, ' ');
  return words.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return decimal === undefined ? (NAMED[name!] ?? whole) : String.fromCodePoint(Number(decimal));
  });
}

async function load(address: string): Promise<string> {
  return (await fetch(address)).text();
}

/** feedsmith (npm): RSS, Atom and JSON. */
export async function feedsmith(version: string): Promise<Reader> {
  const folder = await npmTool('feedsmith', version);
  const { parseFeed } = (await import(pathToFileURL(join(folder, 'dist/index.mjs')).href)) as {
    parseFeed(text: string): { feed: Smithed };
  };
  return {
    name: `feedsmith ${version}`,
    async read(address) {
      const { feed } = parseFeed(await load(address));
      return (feed.items ?? feed.entries ?? []).map((item) =>
        asRead({
          id: item.guid?.value ?? item.id,
          title: typeof item.title === 'string' ? item.title : item.title?.value,
          published: item.pubDate ?? item.published ?? item.date_published,
          html: item.content?.encoded ?? item.content?.value ?? item.content_html,
        }),
      );
    },
  };
}

type Smithed = { items?: SmithedItem[]; entries?: SmithedItem[] };
type SmithedItem = {
  guid?: { value: string };
  id?: string;
  title?: string | { value: string };
  pubDate?: string;
  published?: string;
  date_published?: string;
  content?: { encoded?: string; value?: string };
  content_html?: string;
};

/** feed-extractor (npm): RSS, Atom and JSON. */
export async function feedExtractor(version: string): Promise<Reader> {
  const folder = await npmTool('@extractus/feed-extractor', version);
  type Options = { descriptionMaxLen: number; getExtraEntryFields(entry: Record<string, unknown>): Record<string, unknown> };
  const { extractFromXml, extractFromJson } = (await import(pathToFileURL(join(folder, 'esm/mod.js')).href)) as {
    extractFromXml(text: string, options: Options): { entries: Raw[] };
    extractFromJson(json: unknown, options: Options): { entries: Raw[] };
  };
  const options: Options = {
    descriptionMaxLen: 0,
    // Its own date of an Atom entry is that of the last change.
    getExtraEntryFields: (entry) => ({
      html: entry['content:encoded'] ?? (entry.content as { '#text'?: string })?.['#text'] ?? entry.content_html,
      ...(entry.published === undefined ? {} : { published: entry.published }),
    }),
  };
  return {
    name: `feed-extractor ${version}`,
    async read(address) {
      const text = await load(address);
      const { entries } = address.endsWith('.json') ? extractFromJson(JSON.parse(text), options) : extractFromXml(text, options);
      return entries.map(asRead);
    },
  };
}

/** feedme (npm), which reads a stream: here for JSON, where the others of this list are two. */
export async function feedme(version: string): Promise<Reader> {
  const folder = await npmTool('feedme', version);
  const { default: FeedMe } = (await import(pathToFileURL(join(folder, 'dist/feedme.js')).href)) as {
    default: new () => Stream;
  };
  type Item = { id: string; title: string; date_published: string; content_html: string };
  type Stream = { on(event: string, listener: (item: Item) => void): void; end(text: string): void };
  return {
    name: `feedme ${version}`,
    async read(address) {
      if (!address.endsWith('.json')) return undefined;
      const items: Item[] = [];
      const stream = new FeedMe();
      stream.on('item', (item) => items.push(item));
      stream.end(await load(address));
      return items.map((item) => asRead({ id: item.id, title: item.title, published: item.date_published, html: item.content_html }));
    },
  };
}

/** feedparser (Debian's python3-feedparser): RSS and Atom. */
export async function feedparser(): Promise<Reader> {
  const { out } = await runProgram(PYTHON, ['-c', 'import feedparser; print(feedparser.__version__)']);
  return {
    name: `feedparser ${out.trim()}`,
    async read(address) {
      if (address.endsWith('.json')) return undefined;
      const { status, out, err } = await runProgram(PYTHON, [join(import.meta.dirname, 'read_feed.py'), address]);
      if (status !== 0) throw new Error(`feedparser did not answer: ${err}`);
      const [feed] = JSON.parse(out) as { bozo: string | null; items: Raw[] }[];
      if (feed!.bozo !== null) throw new Error(`feedparser finds ${address} broken: ${feed!.bozo}`);
      return feed!.items.map(asRead);
    },
  };
}
