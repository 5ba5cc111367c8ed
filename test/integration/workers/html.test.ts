import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/shared/platform/canonical.ts';
import { publicFile, releasePath } from '../../../src/shared/release/addresses.ts';
import { saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import { pageMarks } from '../../../src/shared/site/layout.ts';
import { renderPublicPath } from '../../../src/shared/site/on-request.ts';
import { handler as html } from '../../../src/workers/html.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function write(): Promise<void> {
  await html.handle({ rebuild: true }, { services: world.services, signal: new AbortController().signal });
}

async function askRebuild(): Promise<void> {
  const ask = { channel: 'html' as const, reason: 'test' };
  await world.services.database
    .insertInto('rebuilds')
    .values(ask)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function file(path: string): string {
  return readFileSync(join(world.dataDir, 'public', publicFile(path)), 'utf8');
}

/** Every public file by its path. */
function files(): Map<string, string> {
  const root = join(world.dataDir, 'public');
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(join(root, name)).isFile() && !/(^|\/)\./.test(name),
  );
  return new Map(names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

const month = () =>
  `/archive/${new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', year: 'numeric', month: '2-digit' }).format(new Date()).replace('-', '/')}/`;

describe('a published release', () => {
  it('has a page, and stands on the front page, under its topic, in its month, in the sitemap', async () => {
    const { slug } = await publish(world, plainContent());
    await write();
    for (const path of ['/', '/topics/naringsliv/', month(), '/sitemap-1.xml']) expect(file(path), path).toContain(releasePath(slug));
    expect(file(releasePath(slug))).toContain('Bibliotek får nya öppettider');
    expect(file('/archive/')).toContain(month());
    expect(file('/en/')).not.toContain(releasePath(slug));
    expect(existsSync(join(world.dataDir, 'public', 'topics/lokalmedia'))).toBe(false);
  });

  it('leaves the hash of its page, the publication and what it was made with in its receipt', async () => {
    const { slug, publication } = await publish(world, plainContent());
    await write();
    const { detail, state } = await world.services.database
      .selectFrom('receipts')
      .selectAll()
      .where('channel', '=', 'html')
      .executeTakeFirstOrThrow();

    expect(state).toBe('done');
    expect(detail).toEqual({
      page: sha256Hex(file(releasePath(slug))),
      asOf: String(publication),
      madeWith: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('names a stylesheet that is there', async () => {
    await publish(world, plainContent());
    await write();
    const sheet = /href="(\/style\.[0-9a-f]+\.css)"/.exec(file('/'))![1]!;
    expect(file(sheet)).toContain('--accent');
  });

  it('looks the same when a reader asks before the worker has written it', async () => {
    const { slug } = await publish(world, plainContent());
    const { newsroom } = await world.services.newsroom();
    const publisher = { newsroom, baseUrl: world.config.baseUrl };
    const paths = [releasePath(slug), '/', '/en/', '/topics/naringsliv/', month(), '/archive/', '/sitemap.xml', '/sitemap-1.xml'];
    const asked = new Map<string, string | undefined>();
    for (const path of paths) {
      const made = await renderPublicPath(world.services.database, publisher, path, new Date());
      asked.set(path, made && 'body' in made ? made.body : undefined);
    }
    await write();
    for (const [path, body] of asked) expect(file(path), path).toBe(body);
    for (const path of [
      '/releases/finns-inte/',
      '/topics/lokalmedia/',
      '/archive/1999/01/',
      '/topics/naringsliv/page/1/',
      '/sitemap-2.xml',
      '/desk/',
    ]) {
      expect(await renderPublicPath(world.services.database, publisher, path, new Date()), path).toBeUndefined();
    }
  });
});

describe('what points to a release', () => {
  it('links to a translation and to a related release from the moment they are public', async () => {
    const swedish = await publish(world, plainContent({ related: ['senare'] }));
    await write();
    const english = plainContent({
      language: 'en',
      translationOf: swedish.slug,
      title: 'New opening hours',
      lead: 'From Monday.',
      body: 'Until June.',
    });
    const { slug } = await publish(world, english);
    await publish(world, plainContent({ slug: 'senare', title: 'Senare nyhet' }, 'Senare'));
    await write();
    expect(file(releasePath(swedish.slug))).toContain(`href="${releasePath(slug)}"`);
    expect(file(releasePath(swedish.slug))).toContain('href="/releases/senare/"');
    expect(file(releasePath(slug))).toContain(`href="${releasePath(swedish.slug)}"`);
    expect(file('/en/')).toContain(releasePath(slug));
  });

  it('follows the new title of a related release, and forgets a withdrawn one', async () => {
    const target = await publish(world, plainContent({ slug: 'malet' }));
    const source = await publish(world, plainContent({ title: 'Pekar på målet', related: ['malet'] }, 'Pekaren'));
    await write();
    await correct(world, target.release, plainContent({ slug: 'malet', title: 'En riktigare rubrik' }), { kind: 'minor' });
    await write();
    expect(file(releasePath(source.slug))).toContain('En riktigare rubrik');
    await withdraw(world, target.release);
    await write();
    expect(file(releasePath(source.slug))).not.toContain('/releases/malet/');
  });
});

describe('a withdrawn release', () => {
  it('leaves a notice that asks for 410, and nothing of its text anywhere', async () => {
    const { release, slug } = await publish(world, plainContent({ slug: 'hemligt' }, 'Hemligheten'));
    await publish(world, plainContent({}, 'Annat'));
    await write();
    await withdraw(world, release, 'Beslutet var inte justerat.');
    await write();
    const notice = file(releasePath(slug));
    expect(pageMarks(Buffer.from(notice)).status).toBe(410);
    expect(notice).toContain('Beslutet var inte justerat.');
    for (const [name, text] of files()) expect(text, name).not.toMatch(/Hemligheten/);
    for (const [name, text] of files()) if (!name.startsWith('releases/hemligt')) expect(text, name).not.toContain('hemligt');
  });
});

describe('a correction', () => {
  it('that moves a release to another topic takes it out of the old one’s page', async () => {
    const { release, slug } = await publish(world, plainContent({ topics: ['naringsliv'] }));
    await write();
    await correct(world, release, plainContent({ topics: ['kollektivtrafik'] }), { kind: 'minor' });
    await write();
    expect(file('/topics/naringsliv/')).not.toContain(releasePath(slug));
    expect(file('/topics/kollektivtrafik/')).toContain(releasePath(slug));
  });
});

describe('many releases', () => {
  it('are written one by one to what a rebuild gives, and full pages never change their members', async () => {
    for (let number = 1; number <= 43; number += 1) {
      await publish(world, plainContent({ slug: `nyhet-${number}` }, `Nyhet${number}`));
      await write();
    }
    const grown = files();
    const first = file('/topics/naringsliv/page/1/');
    expect([...first.matchAll(/href="\/releases\/nyhet-(\d+)\/"/g)].map((match) => Number(match[1]))).toEqual(
      Array.from({ length: 20 }, (_, index) => 20 - index),
    );
    rmSync(join(world.dataDir, 'public'), { recursive: true });
    await askRebuild();
    await write();
    const rebuilt = files();
    for (const [name, text] of grown) expect(rebuilt.get(name), name).toBe(text);
  });

  it('cost one more release the same number of files, however many there are', async () => {
    const written = async () => {
      const before = files();
      await publish(world, plainContent({}, `Mark${before.size}`));
      await write();
      return [...files()].filter(([name, text]) => before.get(name) !== text).length;
    };
    await publish(world, plainContent({}, 'Etta'));
    await write();
    const early = await written();
    for (let number = 0; number < 30; number += 1) await publish(world, plainContent({}, `Nyhet${number}`));
    await write();
    expect(await written()).toBe(early);
  });
});

describe('a rebuild', () => {
  it('writes the pages that depend on no release too, in the newsroom’s new colours and without its old topics', async () => {
    await publish(world, plainContent());
    await write();
    const { kollektivtrafik, 'regional-utveckling': regional } = sampleNewsroom().topics;
    const colours = { accent: '#7a1f3d', accentDark: '#e6a3b8' };
    await saveNewsroom(
      world.services.database,
      sampleNewsroom({ topics: { kollektivtrafik: kollektivtrafik!, 'regional-utveckling': regional! }, colours }),
    );
    await askRebuild();
    world.services.forgetNewsroom();
    await write();
    for (const path of ['/about/', '/privacy/', '/accessibility/', '/topics/', '/404.html', '/robots.txt', '/sitemap.xml'])
      expect(file(path), path).not.toBe('');
    expect(existsSync(join(world.dataDir, 'public', 'topics/naringsliv/index.html'))).toBe(false);
    const sheet = /href="(\/style\.[0-9a-f]+\.css)"/.exec(file('/'))![1]!;
    expect(file(sheet)).toContain('#7a1f3d');
  });
});

describe('a release that cannot be rendered', () => {
  it('fails its own receipt; the others go on', async () => {
    const good = await publish(world, plainContent({}, 'God'));
    const bad = await publish(world, plainContent({}, 'Dålig'));
    const { database } = world.services;
    // Revisions are append-only; a fault of ours is the only way to a broken one.
    await sql`alter table revisions disable trigger revisions_fixed`.execute(database);
    await sql`update revisions set rendered = null where release = ${bad.release}`.execute(database);
    await write();
    const rows = await database.selectFrom('receipts').select(['release', 'state', 'code']).where('channel', '=', 'html').execute();
    expect(rows.find((row) => row.release === bad.release)).toMatchObject({ state: 'failed', code: 'cannot_render' });
    expect(rows.find((row) => row.release === good.release)).toMatchObject({ state: 'done' });
    expect(file(releasePath(good.slug))).toContain('God');
  });
});
