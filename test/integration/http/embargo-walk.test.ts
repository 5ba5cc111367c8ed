import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDue } from '../../../src/shared/publishing/due.ts';
import { scheduleDraft } from '../../../src/shared/publishing/schedule.ts';
import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { storeAsset } from '../../../src/shared/release/files/assets.ts';
import type { AssetRow } from '../../../src/shared/schema/tables.ts';
import { type Answer, type Ask, askWeb, crawl } from '../../support/crawl.ts';
import { approvedCorrection, approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { photo } from '../../support/pictures.ts';
import { addressesOfRelease, UNKNOWN_BEFORE } from '../../support/release-addresses.ts';
import { openWeb, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

/* One release through its life. At each stage every public address is asked, and every answer searched for what may not be in it. */

const SLUG = 'provet';
/** Stands in every text of the release; an answer never repeats it for having been asked for it. */
const FIRST = 'Hemligord';
const SECOND = 'Nyckelord';
/** What a reader who guesses would search for; the page of results repeats that, but not the words above. */
const GUESS = 'granithäxa';
/** What a reader who misspells it would: the first text's own word is offered while it is public. */
const SLIP = 'hemligorf';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Text = { readonly content: ReleaseContent; readonly assets: readonly AssetRow[] };

/** A release that says `mark` in each of its parts, with a picture and a file nobody else has. */
async function textWith(mark: string, width: number): Promise<Text> {
  const store = (data: Buffer, name: string, kind: 'image' | 'attachment') =>
    storeAsset(world.services.database, { dataDir: world.dataDir, data, name, kind, limits: sampleNewsroom().limits });
  const picture = await store(await photo({ width, height: 700 }), `${mark}.jpg`, 'image');
  const file = await store(Buffer.from(`rad;${mark}\r\n`), `${mark}.csv`, 'attachment');
  const person = { name: `${mark} Berg`, title: mark, phones: ['070-174 06 05'], email: `${mark.toLowerCase()}@alvmark.example` };
  const content = plainContent(
    {
      slug: SLUG,
      title: `${mark} och ${GUESS}`,
      body: `Här står ${mark} och ${GUESS}.`,
      topics: ['naringsliv', 'halsa-och-vard'],
      images: [{ asset: picture.hash, name: `${mark}.jpg`, alt: mark, caption: mark, credit: mark, licence: 'press' }],
      attachments: [{ asset: file.hash, name: `${mark}.csv`, title: mark, mediaType: file.media_type, bytes: file.bytes }],
      decisions: { by: mark, date: '2026-11-18', items: [{ title: mark, recipient: mark, amount: '1 200' }] },
      event: { title: mark, start: '2030-12-01T10:00', place: mark, programme: [{ time: '10:00', text: mark, points: [mark] }] },
      facts: [{ title: mark, text: mark }],
      contacts: [person],
      pressContacts: [person],
    },
    mark,
  );
  return { content, assets: [picture, file] };
}

/** Where readers and machines begin; everything else is reached from here. */
const DOORS = [
  '/',
  '/en/',
  '/archive/',
  '/topics/',
  '/robots.txt',
  '/sitemap.xml',
  '/news-sitemap.xml',
  '/feeds/',
  '/feeds.opml',
  '/rss.xml',
  '/atom.xml',
  '/feed.json',
  '/ninjs.json',
  '/contacts/',
  '/images/',
  '/embed/',
  '/opensearch.xml',
  '/api/openapi.json',
  '/api/public/releases',
  '/.well-known/security.txt',
  '/site.webmanifest',
  '/en/site.webmanifest',
  '/favicon.ico',
  '/apple-touch-icon.png',
  `/search?q=${encodeURIComponent(GUESS)}`,
  `/en/search?q=${encodeURIComponent(GUESS)}`,
  `/search?q=${SLIP}`,
  '/nowhere/',
];

/** What is drawn from the newsroom file alone, at an address that names what it shows, is the same on every walk: asked once. */
const DRAWN = /^\/(?!releases\/)(?:.*\/)?card\.[0-9a-f]{16}\.jpg$/;
const drawn = new Map<string, Answer>();

/** Asks a web side, for drawings only the first. */
function askOnce(ask: Ask): Ask {
  return async (path) => {
    if (!DRAWN.test(path)) return ask(path);
    const answer = drawn.get(path) ?? (await ask(path));
    drawn.set(path, answer);
    return answer;
  };
}

type Walk = ReadonlyMap<string, Answer>;

/** Writes what is owed and asks everything, of a web side that remembers nothing: a file once seen is believed public for 15 seconds more. */
async function walk(more: readonly string[]): Promise<Walk> {
  await writeOutput(world);
  const web = await openWeb(world);
  try {
    return await crawl(askOnce(askWeb(web)), { from: [...DOORS, ...more], baseUrl: world.config.baseUrl });
  } finally {
    await web.close();
  }
}

/** What was reached before, without the search that was offered: its page repeats the question. */
function reachedIn(answers: Walk): string[] {
  return [...answers.keys()].filter((path) => !path.includes(FIRST.toLowerCase()));
}

/** Addresses whose answer says the word, names one of the files or is one. */
function saying(answers: Walk, mark: string, assets: readonly AssetRow[]): string[] {
  const word = new RegExp([mark, ...assets.map(({ hash }) => hash)].join('|'), 'i');
  return [...answers].flatMap(([path, { body, location, hash }]) =>
    word.test(body) || word.test(location ?? '') || assets.some((asset) => asset.hash === hash) ? [path] : [],
  );
}

it('no public address has a word or a byte of a release before its time, of a correction before its own, of what was concealed or withdrawn', async () => {
  await publish(world, plainContent({}, 'Kajen'));
  const first = await textWith(FIRST, 1_000);
  const second = await textWith(SECOND, 1_040);
  const draft = await approvedDraft(world, first.content);
  const own = [first, second].flatMap((text) => addressesOfRelease({ id: draft.release, slug: SLUG, ...text }));
  await scheduleDraft(world.services, world.jonas, { release: draft.release, hash: draft.hash, publishAt: new Date(Date.now() + 1_500) });
  const before = await walk(own);
  expect(before.size).toBeGreaterThan(60);
  expect(saying(before, FIRST, first.assets)).toEqual([]);
  expect(own.filter((path) => before.get(path)!.status !== 404)).toEqual([]);

  // The scheduler's clock is PostgreSQL's, so the moment has to come.
  while ((await publishDue(world.services)).published === 0) await passing(50);
  const after = await walk(own);
  const reached = saying(after, FIRST, first.assets);
  for (const path of DOORS.filter((door) => /^\/($|rss|atom|feed\.|ninjs|images|search|api\/public)/.test(door)))
    expect(reached).toContain(path);
  expect([...after.keys()].filter((path) => path.includes(SLUG) && !own.includes(path) && !UNKNOWN_BEFORE.test(path))).toEqual([]);

  const cards = [...after].flatMap(([path, { status }]) =>
    UNKNOWN_BEFORE.test(path) && path.includes(SLUG) && status === 200 ? [path] : [],
  );
  expect(cards).toHaveLength(1);

  await approvedCorrection(world, draft.release, second.content);
  expect(saying(await walk(own), SECOND, second.assets)).toEqual([]);

  await correct(world, draft.release, second.content, { kind: 'major', conceal: true });
  const corrected = await walk([...own, ...reachedIn(after)]);
  expect(saying(corrected, FIRST, first.assets)).toEqual([]);
  expect(cards.map((path) => corrected.get(path)!.status)).not.toContain(200);
  expect(saying(corrected, SECOND, second.assets).length).toBeGreaterThan(10);

  await withdraw(world, draft.release, 'Beslutet var inte justerat.');
  const gone = await walk([...own, ...reachedIn(after), ...corrected.keys()]);
  expect([...saying(gone, FIRST, first.assets), ...saying(gone, SECOND, second.assets), ...saying(gone, GUESS, [])]).toEqual([
    ...DOORS.filter((door) => door.includes(encodeURIComponent(GUESS))),
  ]);
  expect([...gone].flatMap(([path, { status }]) => (path.includes(SLUG) && status === 200 ? [path] : []))).toEqual([]);
  expect(gone.get(`/releases/${SLUG}/`)).toMatchObject({ status: 410, body: expect.stringContaining('Beslutet var inte justerat.') });
});
