import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { until } from '../../support/until.ts';
import { openWeb, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

// Everything is written once, and then no worker runs: it died, or it is busy with everything after the newsroom file was changed.
let world: World;
let web: Web;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
});
afterAll(async () => {
  await web.close();
  await world.close();
});

const body = async (path: string) => (await web.get(path)).body;
const shows = (path: string, text: string) => until(`${path} shows ${text}`, async () => (await body(path)).includes(text));

/** As if it had waited for a while. */
async function letListsWait(): Promise<void> {
  await sql`update receipts set owed_at = owed_at - interval '1 minute' where state = 'owed'`.execute(world.services.database);
}

describe('while no worker writes', () => {
  it('a correction is on its page within two seconds, and the file is served again once it is written', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Simhallen'));
    const path = `/releases/${slug}/`;
    await writeOutput(world);
    expect((await web.get(path)).headers['last-modified']).toBeDefined();
    await correct(world, release, plainContent({ title: 'Simhallen öppnar klockan sju' }, 'Simhallen'), { kind: 'major' });
    await shows(path, 'Simhallen öppnar klockan sju');
    const made = await web.get(path);
    expect(made.headers['last-modified']).toBeUndefined();
    expect((await web.get(path, { 'if-none-match': made.headers.etag as string })).statusCode).toBe(304);
    await writeOutput(world);
    const written = await until('the file is served', async () => {
      const answer = await web.get(path);
      return answer.headers['last-modified'] !== undefined && answer;
    });
    expect(written.headers.etag).toBe(made.headers.etag);
  });

  it('what was withdrawn is gone from its own page and from those that name it; lists follow when they have waited too', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Ishallen'));
    const naming = await publish(world, plainContent({ related: [slug] }, 'Curlinghallen'));
    const path = `/releases/${slug}/`;
    await writeOutput(world);
    expect(await body(`/releases/${naming.slug}/`)).toContain('Ishallen får nya öppettider');
    await withdraw(world, release);
    await until('the notice stands there', async () => (await web.get(path)).statusCode === 410);
    expect(await body(path)).not.toContain('Ishallen');
    expect(await body(`/releases/${naming.slug}/`)).not.toContain('Ishallen');
    await letListsWait();
    for (const list of ['/', '/topics/naringsliv/', '/no-such-page/'])
      await until(`${list} without it`, async () => !(await body(list)).includes('Ishallen'));
    expect(await body('/sitemap-1.xml')).not.toContain(path);
  });

  it('feeds that have waited are made with the bytes the worker writes then, those of other lists are served as they are', async () => {
    const { release } = await publish(world, plainContent({}, 'Badhuset'));
    await writeOutput(world);
    await withdraw(world, release);
    await letListsWait();
    const feeds = ['/rss.xml', '/atom.xml', '/feed.json', '/ninjs.json', '/topics/naringsliv/rss.xml', '/sv/topics/naringsliv/atom.xml'];
    const made = new Map<string, string>();
    for (const feed of feeds) {
      const text = await until(`${feed} without it`, async () => {
        const answer = await web.get(feed);
        return answer.statusCode === 200 && !answer.body.includes('Badhuset') && answer.body;
      });
      made.set(feed, text);
    }
    expect((await web.get('/topics/kollektivtrafik/rss.xml')).headers['last-modified']).toBeDefined();
    await writeOutput(world);
    for (const feed of feeds) {
      const written = await until(`${feed} as it was written`, async () => {
        const answer = await web.get(feed);
        return answer.headers['last-modified'] !== undefined && answer;
      });
      expect(written.body, feed).toBe(made.get(feed));
    }
  });

  it('a feed whose file is not there yet is made; what no feed is called is not found', async () => {
    rmSync(join(world.dataDir, 'public/atom.xml'));
    const answer = await web.get('/atom.xml');
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
    for (const path of ['/feeds/1/atom.xml', '/feeds/999/rss.xml', '/topics/no-such/atom.xml'])
      expect((await web.get(path)).statusCode, path).toBe(404);
  });

  it('a page that cannot be made is served as it was written last, the others as they are public', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Tennishallen'));
    const other = await publish(world, plainContent({}, 'Sporthallen'));
    await writeOutput(world);
    await correct(world, release, plainContent({ title: 'Tennishallen stänger' }, 'Tennishallen'), { kind: 'major' });
    await correct(world, other.release, plainContent({ title: 'Sporthallen stänger' }, 'Sporthallen'), { kind: 'major' });
    await sql`alter table revisions disable trigger revisions_fixed`.execute(world.services.database);
    await sql`update revisions set rendered = '"broken"' where release = ${release} and n = 2`.execute(world.services.database);
    await shows(`/releases/${other.slug}/`, 'Sporthallen stänger');
    expect(await body(`/releases/${slug}/`)).toContain('Tennishallen får nya öppettider');
  });

  it('a file has one address: its name in the folder leads nobody to what was withdrawn', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Ridhallen'));
    await writeOutput(world);
    await withdraw(world, release);
    await until('the notice stands there', async () => (await web.get(`/releases/${slug}/`)).statusCode === 410);
    expect((await web.get(`/releases/${slug}/index.html?from=post`)).headers.location).toBe(`/releases/${slug}/?from=post`);
  });

  it('what a correction conceals is not shown from its file, also when the page cannot be made and when a smaller correction followed', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Bowlinghallen'));
    await writeOutput(world);
    const words = { title: 'Hallen stänger' };
    await correct(world, release, plainContent(words, 'Bowlinghallen'), { kind: 'major', conceal: true });
    await correct(world, release, plainContent({ ...words, lead: 'I maj.' }, 'Bowlinghallen'), { kind: 'minor' });
    await sql`alter table revisions disable trigger revisions_fixed`.execute(world.services.database);
    await sql`update revisions set content = '{}' where release = ${release} and n = 3`.execute(world.services.database);
    await until('an error stands there', async () => (await web.get(`/releases/${slug}/`)).statusCode === 500);
  });
});
