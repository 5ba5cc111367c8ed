import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchWish, searchReleases } from '../../../src/shared/release/search/search.ts';
import { cleanText } from '../../../src/shared/release/text.ts';
import type { Connection } from '../../../src/shared/schema/database.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

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

let readers = 0;
/** Each from a reader of their own: one alone is slowed after a minute's worth. */
function get(url: string) {
  readers += 1;
  return web.app.inject({ method: 'GET', url, remoteAddress: `127.0.${Math.floor(readers / 250)}.${(readers % 250) + 1}` });
}
const ask = (words: string, more = '') => get(`/search?q=${encodeURIComponent(words)}${more}`);

/** Titles found, in their order. */
async function titles(words: string, more = ''): Promise<string[]> {
  const answer = await ask(words, more);
  expect(answer.statusCode).toBe(200);
  return [...answer.body.matchAll(/<h3[^>]*><a[^>]*>(.*?)<\/a><\/h3>/g)].map((match) => match[1]!.replace(/<\/?mark>/g, ''));
}

function text(title: string, lead: string, body: string, more: Record<string, unknown> = {}) {
  return plainContent({ title, lead, body, ...more });
}

describe('searching', () => {
  beforeAll(async () => {
    await publish(world, text('Skolan växer', 'Fler platser.', 'Ett nytt bibliotek byggs vid älven. Bokbussen går som förut.'));
    await publish(world, text('Nya tider', 'Biblioteken öppnar tidigare.', 'Från måndag.'));
    await publish(world, text('Biblioteket i Lillån', 'Det invigs i maj.', 'Alla är välkomna.', { topics: ['halsa-och-vard'] }));
    await publish(world, text('Råd till föräldrar', 'Kommunernas samarbete fortsätter.', 'Hälsa och vård hör ihop.'));
    await publish(world, text('Rad av händelser', 'Det blev en rad möten.', 'Vård och hälsa.'));
    await publish(
      world,
      text('Libraries are running late', 'The libraries of Älvmark open later.', 'Nothing else changes.', { language: 'en', topics: [] }),
    );
  });

  it('finds every form of a word, first where it stands in the title, then in the lead, then in the text', async () => {
    const expected = ['Biblioteket i Lillån', 'Nya tider', 'Skolan växer'];
    for (const form of ['bibliotek', 'biblioteken', 'BIBLIOTEKET', 'bibliotekens']) expect(await titles(form), form).toEqual(expected);
    for (const form of ['skola', 'skolan', 'skolor', 'skolorna']) expect(await titles(form), form).toEqual(['Skolan växer']);
    expect(await titles('kommunerna')).toEqual(['Råd till föräldrar']);
    expect(await titles('library run')).toEqual(['Libraries are running late']);
    expect(await titles('Älvmarks')).toContain('Libraries are running late');
  });

  it('knows å from a', async () => {
    expect(await titles('råd')).toEqual(['Råd till föräldrar']);
    expect(await titles('rad')).toEqual(['Rad av händelser']);
  });

  it('takes phrases, or, left out words, and the beginning of a last word', async () => {
    expect(await titles('"hälsa och vård"')).toEqual(['Råd till föräldrar']);
    expect(await titles('föräldrar or skolan')).toHaveLength(2);
    expect(await titles('bibliotek -skolor')).toEqual(['Biblioteket i Lillån', 'Nya tider']);
    expect(await titles('"nytt biblioteket byggs"')).toEqual(['Skolan växer']);
    expect(await titles('bokbu')).toEqual(['Skolan växer']);
    expect(await titles('invig bibl')).toEqual(['Biblioteket i Lillån']);
  });

  it('finds a word between quotation marks and after a no-break space, and takes a phrase as a telephone quotes it', async () => {
    await publish(world, text('Studierum i Tjäderå', 'Nio platser.', '–\u00a0Tystnad i ett ”riktigt” rum… nu har vi det. ’Äntligen’.'));
    for (const word of ['riktigt', 'tystnad', 'äntligen', 'rum']) expect(await titles(word), word).toContain('Studierum i Tjäderå');
    expect((await ask('riktigt')).body).toContain('”<mark>riktigt</mark>”');
    expect(await titles('”hälsa och vård”')).toEqual(['Råd till föräldrar']);
    expect((await ask('”hälsa och vård”')).body).toContain('1 träff på ”hälsa och vård”');
  });

  it('marks what was found and narrows by topic, year and language; a filter we do not have is none', async () => {
    expect((await ask('biblioteken')).body).toContain('<mark>Biblioteket</mark> i Lillån');
    expect(await titles('bibliotek', '&topic=halsa-och-vard')).toEqual(['Biblioteket i Lillån']);
    expect(await titles('bibliotek', '&topic=lokalmedia')).toHaveLength(3);
    expect(await titles('bibliotek', '&year=1999')).toEqual([]);
    expect(await titles('libraries', '&language=sv')).toEqual([]);
    expect(await titles('', '&language=en')).toEqual(['Libraries are running late']);
  });

  it('answers each language of the newsroom at its own address', async () => {
    const english = await get('/en/search?q=libraries');
    expect(english.body).toContain('<html lang="en">');
    expect(english.body).toContain('1 result for “libraries”');
    expect((await get('/fi/search')).statusCode).toBe(404);
    expect((await get('/sv/search')).statusCode).toBe(404);
  });

  it.each([
    "'; drop table search_texts; --",
    '<script>alert(1)</script>',
    "bibl:* & ! ( | ) <-> :AB '",
    '\\',
    '""""',
    '-',
    'or or or',
    'a\u0000b\u0002c\u0003',
    '\ud800',
    '%',
    'och',
    'x'.repeat(201),
    '😀 '.repeat(99),
  ])('takes any text: %j', async (words) => {
    const answer = await get(`/search?q=${encodeURIComponent(words.toWellFormed())}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('<script>alert');
    expect(await titles('bibliotek')).toHaveLength(3);
  });

  it('never fails, whatever is asked of either language', async () => {
    const { database } = world.services;
    const rest = { topic: undefined, year: undefined, language: undefined, page: 1, upTo: undefined };
    // What means something to PostgreSQL's own parsers, beside words that end like Swedish ones.
    const piece = fc.oneof(
      fc.constantFrom('"', "'", '-', '!', '&', '|', '(', ')', ':*', '<->', '\\', ' or ', ' ', 'et', 'an', 'skolan', 'året', 'o’b'),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const words = cleanText(pieces.join('')).trim();
        await searchReleases(database, { ...rest, words }, 'Europe/Stockholm');
      }),
      { numRuns: 200 },
    );
  });

  it('takes what is no text at all, and pages that never were', async () => {
    for (const query of ['?q=a&q=b', '?q[x]=1', '?page=-1&q=bibliotek', '?q=%00', '?q=%ff', '?to=x&q=bibliotek']) {
      expect((await get(`/search${query}`)).statusCode, query).toBe(200);
    }
    expect(await titles('bibliotek', '&page=99')).toHaveLength(3);
  });

  it('is kept by no shared cache, and search engines leave it alone', async () => {
    const answer = await ask('bibliotek');
    expect(answer.headers['cache-control']).toMatch(/^private/);
    expect(answer.body).toContain('content="noindex"');
    expect((await get('/search')).body).not.toContain('content="noindex"');
    expect((await get('/search/?q=x')).headers.location).toBe('/search?q=x');
  });

  it('slows whoever asks more often than people do, with a page that says so', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 61; time += 1) statuses.push((await web.get('/search')).statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    expect((await web.get('/search', { accept: 'text/html' })).body).toContain('Vänta en minut');
  });
});

describe('a search that takes too long', () => {
  it('is stopped after a second, with a page that says what to do', async () => {
    await world.services.database.transaction().execute(async (tx) => {
      await sql`lock table search_texts in access exclusive mode`.execute(tx);
      const answer = await ask('bibliotek');
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
      expect(answer.body).toContain('Sökningen tog för lång tid');
    });
    expect(await titles('bibliotek')).toHaveLength(3);
  });
});

describe('what may not be found', () => {
  it('a draft, an approved one too', async () => {
    await approvedDraft(world, plainContent({}, 'Hemligheten'));
    expect(await titles('hemligheten')).toEqual([]);
  });

  it('a text from before a correction, and anything of a withdrawn release', async () => {
    const { release } = await publish(world, plainContent({ slug: 'ordet' }, 'Felskrivningen'));
    expect(await titles('felskrivningen')).toHaveLength(1);
    await correct(world, release, plainContent({ slug: 'ordet' }, 'Rättningen'), { kind: 'minor' });
    expect(await titles('felskrivningen')).toEqual([]);
    expect(await titles('rättningen')).toHaveLength(1);
    await withdraw(world, release);
    expect(await titles('rättningen')).toEqual([]);
    const { rows } = await sql<{ left: number }>`
      select (select count(*) from search_texts where release = ${release}) + (select count(*) from public_images where release = ${release}) as left`.execute(
      world.services.database,
    );
    expect(rows[0]!.left).toBe(0);
  });
});

describe('page after page', () => {
  const wish: SearchWish = { words: 'turlista', topic: undefined, year: undefined, language: undefined, page: 1, upTo: undefined };

  it('shows each release once, whatever is published meanwhile', async () => {
    for (let number = 1; number <= 45; number += 1) await publish(world, plainContent({ slug: `tur-${number}` }, `Turlista ${number}`));
    const { database } = world.services;
    const first = await searchReleases(database, wish, 'Europe/Stockholm');
    expect(first).toMatchObject({ count: 45, pages: 3 });
    const seen = first.hits.map(({ slug }) => slug);
    for (let page = 2; page <= 3; page += 1) {
      await publish(world, plainContent({ slug: `tur-ny-${page}` }, `Turlista ny ${page}`));
      const { hits } = await searchReleases(database, { ...wish, page, upTo: first.upTo }, 'Europe/Stockholm');
      seen.push(...hits.map(({ slug }) => slug));
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => `tur-${45 - index}`));
    const links = (await ask('turlista')).body.match(/href="\/search\?q=turlista&amp;page=2&amp;to=\d+"/g);
    expect(links).toHaveLength(1);
  });
});

describe('an installation from before there was a search', () => {
  it('finds what it had published, from the first start on', async () => {
    const { database } = world.services;
    const rows = async (db: Connection) =>
      (await sql`select row_to_json(t) from (select * from search_texts order by release) t`.execute(db)).rows;
    const migration = await readFile(new URL('../../../src/shared/schema/migrations/0010-search.sql', import.meta.url), 'utf8');
    const before = await rows(database);
    const again = database.transaction().execute(async (tx) => {
      await sql
        .raw(`drop trigger revisions_searched on revisions; drop table search_texts, public_images;
        drop function note_public_text, searched_text, text_of_html, asked, stemming`)
        .execute(tx);
      await sql.raw(migration).execute(tx);
      throw new Rollback(await rows(tx));
    });
    await expect(again).rejects.toMatchObject({ rows: before });
  });
});

/** Leaves the database as it was. */
class Rollback extends Error {
  readonly rows: unknown[];
  constructor(rows: unknown[]) {
    super('rolled back on purpose');
    this.rows = rows;
  }
}

describe('in a long archive', () => {
  it('looks a rare word up in the index, and stops at two thousand of a word that stands everywhere', async () => {
    const { database } = world.services;
    await sql`
      with seeded as (
        insert into releases (slug, language, newest_n, newest_kind, newest_publication, first_publication, first_published_at, significant_publication)
        select 'seeded-' || g, 'sv', 1, 'first', 100000 + g, 100000 + g, now(), 100000 + g from generate_series(1, 20000) g
        returning id, first_publication as place
      )
      insert into revisions (release, n, kind, content, hash, rendered, author, approver, publication, published_at)
      select id, 1, 'first', jsonb_build_object('language', 'sv', 'type', 'news', 'title', 'Besked ' || place, 'lead', 'Ett vanligtord.',
        'topics', '[]'::jsonb, 'images', '[]'::jsonb), 'h', '{"body": "<p>Text.</p>", "facts": []}', 'elin', 'jonas', place, now() from seeded`.execute(
      database,
    );
    await sql`analyze search_texts`.execute(database);
    const explained = await sql<{ 'QUERY PLAN': string }>`
      explain select release from search_texts t where (t.language = 'sv' and t.words @@ asked('sv', '115000'))
        or (t.language = 'en' and t.words @@ asked('en', '115000')) order by t.publication desc limit 2000`.execute(database);
    expect(explained.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Bitmap Index Scan on search_texts_words');
    expect(await titles('115000')).toEqual(['Besked 115000']);
    expect((await ask('vanligtord')).body).toContain('Minst 2\u00a0000 träffar');
  });
});
