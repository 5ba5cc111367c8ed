import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleDraft } from '../../../src/shared/publishing/schedule.ts';
import { lookWordsUp } from '../../../src/shared/release/search/search-words.ts';
import type { Connection } from '../../../src/shared/schema/database.ts';
import { approvedCorrection, approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
  await publish(world, text('Biblioteket i Lillån', 'Det invigs i maj.', 'Nattbussen stannar utanför. Alla föräldrar är välkomna.'));
  await publish(world, text('Nytt bibliotek', 'Det blir fem i Älvmark.', 'Pengarna räcker till böcker.', { topics: ['halsa-och-vard'] }));
  await publish(world, text('Fler böcker', 'Biblioteket köper dem.', 'Läsåret börjar.'));
  await publish(
    world,
    text('Libraries are running late', 'They open in December.', 'Nothing else changes.', { language: 'en', topics: [] }),
  );
});
afterAll(async () => {
  await web.close();
  await world.close();
});

function text(title: string, lead: string, body: string, more: Record<string, unknown> = {}) {
  return plainContent({ title, lead, body, ...more });
}

/** What the page of results offers instead. */
async function meant(words: string, more = ''): Promise<string | undefined> {
  const { statusCode, body } = await web.get(`/search?q=${encodeURIComponent(words)}${more}`);
  expect(statusCode).toBe(200);
  return /Menade du <a class="target" href="[^"]+">(.*?)<\/a>\?/.exec(body)?.[1];
}

describe('a search that finds nothing', () => {
  it.each([
    ['bibliotekket', 'biblioteket'],
    ['bilbiotek', 'bibliotek'],
    ['foraldrar', 'föräldrar'],
    ['alvmark', 'älvmark'],
    ['Lilåån', 'Lillån'],
    ['libaries', 'libraries'],
    ['desember', 'december'],
    ['bokcer', 'böcker'],
    ['"nytt bibloitek"', '&quot;nytt bibliotek&quot;'],
    ['bibloteket lilån', 'biblioteket lillån'],
    ['välkomna bibliotekit -kakor', 'välkomna biblioteket -kakor'],
    ['natt bussen', 'nattbussen'],
  ])('offers what was meant: %s, %s', async (typed, offered) => {
    expect(await meant(typed)).toBe(offered);
  });

  it('offers one link that leads to something, with the filters that were chosen', async () => {
    const { body } = await web.get('/search?q=bibliotekit&topic=halsa-och-vard&year=&language=sv');
    const href = /Menade du <a class="target" href="([^"]+)"/.exec(body)![1]!.replaceAll('&amp;', '&');
    expect(href).toBe('/search?q=biblioteket&topic=halsa-och-vard&language=sv');
    expect((await web.get(href)).body).toContain('1 träff på ”biblioteket”');
    expect((await web.get('/en/search?q=libaries')).body).toContain(
      'Did you mean <a class="target" href="/en/search?q=libraries">libraries</a>?',
    );
  });

  it('offers nothing when nothing is near, when what is near finds nothing either, and for words that are known', async () => {
    for (const words of ['xyzzy', 'fem', 'och', 'kakor', '2026-0417', '-bibliotekit', 'libraries biblioteket', ''])
      expect(await meant(words), words).toBeUndefined();
    expect(await meant('libaries', '&language=sv')).toBeUndefined();
    expect(await meant('bibliotekit', '&year=1999')).toBeUndefined();
  });

  it('is answered without an offer when finding one would take too long', async () => {
    await world.services.database.transaction().execute(async (tx) => {
      await sql`lock table search_words in access exclusive mode`.execute(tx);
      expect(await meant('bibliotekit')).toBeUndefined();
    });
  });
});

it('a word that few texts have is doubted only when very many have its neighbour', async () => {
  await publish(world, plainContent({ slug: 'felstavat' }, 'Sammarbete'));
  await publish(world, plainContent({ slug: 'rattstavat' }, 'Samarbete'));
  expect(await meant('sammarbete')).toBeUndefined();
  for (let number = 1; number < 20; number += 1) await publish(world, plainContent({ slug: `rattstavat-${number}` }, 'Samarbete'));
  expect(await meant('sammarbete')).toBe('samarbete');
});

describe('what may not be offered', () => {
  it('a word of a draft, of a release before its time, of a text that was corrected or of one that was withdrawn', async () => {
    const { release: planned, hash } = await approvedDraft(world, plainContent({ slug: 'planen' }, 'Hemligheten'));
    expect(await meant('hemligheeten')).toBeUndefined();
    const publishAt = new Date(Date.now() + 3_600_000);
    await scheduleDraft(world.services, world.jonas, { release: planned, hash, publishAt });
    expect(await meant('hemligheeten')).toBeUndefined();

    const { release } = await publish(world, plainContent({ slug: 'ordet' }, 'Felskrivningen'));
    expect(await meant('felskrivnigen')).toBe('felskrivningen');
    const second = plainContent({ slug: 'ordet' }, 'Justeringarna');
    await approvedCorrection(world, release, second);
    expect(await meant('justeringarma')).toBeUndefined();
    await correct(world, release, second, { kind: 'major', conceal: true });
    expect([await meant('felskrivnigen'), await meant('justeringarma')]).toEqual([undefined, 'justeringarna']);
    await withdraw(world, release);
    expect(await meant('justeringarma')).toBeUndefined();
  });

  it('anything but the words of public texts as they are now, each with one of the texts it stands in once the sweep has looked them up', async () => {
    const { database } = world.services;
    const first = await publish(world, plainContent({ slug: 'ett' }, 'Björkarna'));
    const second = await publish(world, plainContent({ slug: 'tva' }, 'Björkarna'));
    await correct(world, first.release, plainContent({ slug: 'ett' }, 'Tallarna'), { kind: 'minor' });
    // It stands in a text still, but nobody has looked yet.
    expect(await meant('bjorkarna')).toBeUndefined();
    await lookWordsUp(database);
    expect(await meant('bjorkarna')).toBe('björkarna');
    await withdraw(world, second.release);
    expect(await meant('bjorkarna')).toBeUndefined();
    await lookWordsUp(database);
    expect(await lookWordsUp(database)).toBe(0);
    expect(await wrongWords(database)).toEqual([]);
  });

  it('a word that is looked up while it is taken away, or while it comes again', async () => {
    const { database } = world.services;
    const first = await publish(world, plainContent({ slug: 'hastar-1' }, 'Hästarna'));
    const second = await publish(world, plainContent({ slug: 'hastar-2' }, 'Hästarna'));
    await withdraw(world, first.release);
    // The one text that has it is being taken away: it is left for the next pass, and nobody waits.
    const away = database.transaction().execute(async (tx) => {
      await sql`delete from search_texts where release = ${second.release}`.execute(tx);
      await lookWordsUp(database);
      throw new Error('not withdrawn after all');
    });
    await expect(away).rejects.toThrow('not withdrawn after all');
    expect(await meant('hastarna')).toBeUndefined();
    await lookWordsUp(database);
    expect(await meant('hastarna')).toBe('hästarna');
    await withdraw(world, second.release);
    await Promise.all([lookWordsUp(database), publish(world, plainContent({ slug: 'hastar-3' }, 'Hästarna')), lookWordsUp(database)]);
    await lookWordsUp(database);
    expect(await meant('hastarna')).toBe('hästarna');
    expect(await wrongWords(database)).toEqual([]);
  });

  /** Words that stand in no public text or not in the one they name, and words of public texts that are missing. */
  async function wrongWords(db: Connection) {
    const { rows } = await sql`
      with standing as (select word, array_agg(release) as releases
        from search_texts, unnest(spelled_words(language, title, lead, body)) as w (word) group by word)
      select word from standing s full join search_words k using (word)
      where k.word is null or s.word is null or k.release is null or k.release <> all(s.releases) or k.folded <> folded(k.word)`.execute(
      db,
    );
    return rows;
  }
});

it('an installation from before knows the words of what it had published, from the first start on', async () => {
  const { database } = world.services;
  const rows = async (db: Connection) => (await sql`select word, folded from search_words order by word`.execute(db)).rows;
  const migration = await readFile(new URL('../../../src/shared/schema/migrations/0015-search-words.sql', import.meta.url), 'utf8');
  const before = await rows(database);
  expect(before.length).toBeGreaterThan(20);
  const again = database.transaction().execute(async (tx) => {
    await sql
      .raw(
        'drop trigger search_texts_spelled on search_texts; drop table search_words; drop function note_words, spelled_words, stemmer, folded, word_in_any_language',
      )
      .execute(tx);
    await sql.raw(migration).execute(tx);
    throw Object.assign(new Error('rolled back on purpose'), { rows: await rows(tx) });
  });
  await expect(again).rejects.toMatchObject({ rows: before });
});
