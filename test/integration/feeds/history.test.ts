import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { feedLists } from '../../../src/shared/release/lists/feed-lists.ts';
import { ARCHIVE_PLACES } from '../../../src/shared/release/lists/feed-places.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { randomNumbers } from '../../support/random.ts';
import { openWorld, type World } from '../../support/world.ts';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../../support/xml.ts';

/*
 * RFC 5005 as a property: whatever is published, corrected and withdrawn, in whatever portions the worker sees it, a reader who follows the links of a
 * feed finds exactly what is public, and what was archived keeps its members and its bytes.
 */

/** Enough for two archive documents of everything, and one of Swedish and of each topic. */
const STEPS = 150;
// TEST_SEED=… repeats a run.
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
const random = randomNumbers(SEED);
const below = (limit: number) => Math.floor(random() * limit);

const newsroom = sampleNewsroom({
  topics: { naringsliv: sampleNewsroom().topics.naringsliv!, vard: { names: { sv: 'Vård' }, unlisted: false } },
});
const LISTS = feedLists(newsroom);

type Known = { readonly language: string; lists: string[]; withdrawn: boolean };

let world: World;
/** What the newsroom has published, as this test alone knows it. */
const known = new Map<string, Known>();
/** Releases of each list in the order in which they first came into it. */
const places = new Map<string, string[]>(LISTS.map((list) => [list, []]));
/** Releases that changed since the worker last wrote. */
const changed = new Set<string>();

beforeAll(async () => {
  world = await openWorld({ newsroom });
});
afterAll(() => world?.close());

const inPublic = (path: string) => join(world.dataDir, 'public', path);
const read = (path: string) => readFileSync(inPublic(path), 'utf8');
const fileOf = (address: string) => new URL(address).pathname.slice(1);
const idsOf = (releases: readonly string[]) => releases.map((release) => `urn:uuid:${release}`).sort();

function listsFor(language: string, topics: readonly string[]): string[] {
  return ['all', `language:${language}`, ...topics.flatMap((topic) => [`topic:${topic}`, `language-topic:${language}:${topic}`])];
}

function place(release: string): void {
  for (const list of known.get(release)!.lists) {
    const held = places.get(list)!;
    if (!held.includes(release)) held.push(release);
  }
}

async function step(number: number): Promise<void> {
  const live = [...known].filter(([, { withdrawn }]) => !withdrawn).map(([release]) => release);
  const chosen = live[below(live.length)];
  const topics = ['naringsliv', 'vard'].filter(() => below(5) < 3);
  const kind = below(10);
  if (chosen === undefined || kind < 8) {
    const language = below(5) === 0 ? 'en' : 'sv';
    const { release } = await publish(world, plainContent({ language, topics }, `Nyhet ${number}`));
    known.set(release, { language, lists: listsFor(language, topics), withdrawn: false });
    place(release);
    changed.add(release);
  } else if (kind === 8) {
    const { language } = known.get(chosen)!;
    await correct(world, chosen, plainContent({ language, topics, body: `Rättat ${number}.` }), {
      kind: below(2) === 0 ? 'major' : 'minor',
    });
    known.get(chosen)!.lists = listsFor(language, topics);
    place(chosen);
    changed.add(chosen);
  } else {
    await withdraw(world, chosen);
    known.get(chosen)!.withdrawn = true;
    changed.add(chosen);
  }
}

const isIn = (list: string) => (release: string) => known.get(release)!.lists.includes(list) && !known.get(release)!.withdrawn;

type Part = { ids: string[]; tombstones: string[]; previous: string | undefined };

const PARTS: Record<string, (document: string) => Part> = {
  'rss.xml': (document) => {
    const channel = childOf(parseXml(document), 'channel');
    return { ids: childrenOf(channel, 'item').map((item) => textOf(item, 'guid')), tombstones: [], previous: linkOf(channel, 'atom:link') };
  },
  'atom.xml': (document) => {
    const feed = parseXml(document);
    const tombstones = childrenOf(feed, 'at:deleted-entry').map((entry) => entry.attributes.ref!);
    return { ids: childrenOf(feed, 'entry').map((entry) => textOf(entry, 'id')), tombstones, previous: linkOf(feed, 'link') };
  },
  'feed.json': (document) => {
    const feed = JSON.parse(document);
    return { ids: feed.items.map((item: { id: string }) => item.id), tombstones: [], previous: feed.next_url };
  },
};

function linkOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name).find((link) => link.attributes.rel === 'prev-archive')?.attributes.href;
}

/** Every document a reader comes by, from the one people subscribe to back to the first. */
function walk(start: string): { path: string; part: Part }[] {
  const found: { path: string; part: Part }[] = [];
  for (let path: string | undefined = start; path !== undefined; ) {
    const part: Part = PARTS[path.split('/').at(-1)!]!(read(path));
    found.push({ path, part });
    path = part.previous === undefined ? undefined : fileOf(part.previous);
  }
  return found;
}

function folderOf(list: string): string {
  const [kind, first, second] = list.split(':');
  return { all: '', language: `${first}/`, topic: `topics/${first}/`, 'language-topic': `${first}/topics/${second}/` }[kind!]!;
}

/** Compares all documents with what this test knows; `before` has the archive documents as they were at the last look. */
function look(before: Map<string, string>): Map<string, string> {
  const archived = new Map<string, string>();
  for (const list of LISTS) {
    const held = places.get(list)!;
    for (const name of Object.keys(PARTS)) {
      if (!existsSync(inPublic(folderOf(list) + name))) {
        expect(held, `${list} has no ${name}`).toEqual([]);
        continue;
      }
      const documents = walk(folderOf(list) + name);
      const reached = new Set(documents.flatMap(({ part }) => part.ids));
      expect([...reached].sort(), `${list} by ${name}`).toEqual(idsOf(held.filter(isIn(list))));
      expect(documents.length - 1).toBe(Math.floor(held.length / ARCHIVE_PLACES));
      for (const [index, { path, part }] of documents.slice(1).toReversed().entries()) {
        const members = held.slice(index * ARCHIVE_PLACES, (index + 1) * ARCHIVE_PLACES);
        expect([...part.ids].sort(), path).toEqual(idsOf(members.filter(isIn(list))));
        if (name === 'atom.xml')
          expect([...part.tombstones].sort(), path).toEqual(idsOf(members.filter((member) => known.get(member)!.withdrawn)));
        archived.set(path, read(path));
        const earlier = before.get(path);
        if (earlier !== undefined && !members.some((member) => changed.has(member))) expect(read(path), path).toBe(earlier);
      }
    }
  }
  return archived;
}

function everyFile(): Record<string, string> {
  const names = readdirSync(inPublic('.'), { recursive: true, encoding: 'utf8' });
  const written = names.filter((name) => /(^|\/)((rss|atom)\.xml|(feed|ninjs)\.json)$/.test(name)).sort();
  return Object.fromEntries(written.map((name) => [name, read(name)]));
}

async function write(): Promise<void> {
  await runChannelJob(feeds, { rebuild: true }, { services: world.services, signal: new AbortController().signal });
}

it(`following the archive reaches every public release, and archived bytes change with their own items alone (seed ${SEED})`, async () => {
  let archived = new Map<string, string>();
  await write();
  for (let number = 0; number < STEPS; ) {
    const portion = 1 + below(24);
    for (let end = Math.min(STEPS, number + portion); number < end; number += 1) await step(number);
    await write();
    archived = look(archived);
    changed.clear();
  }
  expect(archived.size).toBeGreaterThan(6);
  const incremental = everyFile();
  await sql`insert into rebuilds (channel, reason) values ('feeds', 'test')`.execute(world.services.database);
  await write();
  expect(everyFile()).toEqual(incremental);
}, 120_000);
