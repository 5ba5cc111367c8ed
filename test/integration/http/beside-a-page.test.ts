import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { publishRelease } from '../../../src/shared/publishing/publish.ts';
import { changesPath, type ReleaseFile, releaseFilePath, releasePath, shortPath } from '../../../src/shared/release/addresses.ts';
import { saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import { shortCodeOf } from '../../../src/shared/release/short-code.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

const PUBLISHED = new Date('2026-11-19T08:30:00Z');

let world: World;
let web: Web;
/** The clock of the public pages. */
let now = new Date('2026-11-19T09:00:00Z');
beforeAll(async () => {
  world = await openWorld();
  await saveNewsroom(world.services.database, sampleNewsroom());
  world.services.forgetNewsroom();
  web = await openWeb(world, () => now);
});
afterAll(async () => {
  await web.close();
  await world.close();
});

const FILES: ReleaseFile[] = ['event.ics', 'decisions.csv', 'release.txt', 'contact-1.vcf', 'contact-2.vcf'];

/** A release with everything that has an address of its own beside the page. */
function full(mark: string, overrides: Record<string, unknown> = {}) {
  return plainContent(
    {
      event: { title: `${mark} visas`, start: '2026-12-01 10:00', end: '12.00', place: 'Storgatan 1' },
      decisions: { by: 'Nämnden', date: '2026-11-18', items: [{ title: `${mark} byggs`, amount: '1 200 kr' }] },
      contacts: [{ name: `${mark} Alm`, phones: ['070-174 06 05'] }],
      pressContacts: [{ name: 'Elin Sand', phones: ['070-174 06 17'] }],
      letters: false,
      ...overrides,
    },
    mark,
  );
}

function addresses(release: string, slug: string): string[] {
  return [releasePath(slug), changesPath(slug), shortPath(shortCodeOf(release)), ...FILES.map((file) => releaseFilePath(slug, file))];
}

async function publishAt(mark: string, overrides: Record<string, unknown> = {}) {
  const draft = await approvedDraft(world, full(mark, overrides));
  return publishRelease(world.services, world.jonas, { release: draft.release, hash: draft.hash, publishedAt: PUBLISHED });
}

describe('what lies beside a page', () => {
  it('is nowhere before publication, there from then on, and gone with a withdrawal that repeats nothing', async () => {
    const draft = await approvedDraft(world, full('Badhuset'));
    for (const path of addresses(draft.release, draft.slug)) {
      const answer = await web.get(path);
      expect([answer.statusCode, answer.body.includes('Badhuset')], path).toEqual([404, false]);
    }
    await publishRelease(world.services, world.jonas, { release: draft.release, hash: draft.hash, publishedAt: PUBLISHED });
    await correct(world, draft.release, full('Badhuset', { lead: 'Ny ingress om Badhuset.' }), { kind: 'major' });
    for (const path of addresses(draft.release, draft.slug)) {
      expect((await web.get(path)).statusCode, path).toBe(path.startsWith('/r/') ? 301 : 200);
    }
    await withdraw(world, draft.release);
    for (const path of addresses(draft.release, draft.slug)) {
      const answer = await web.get(path);
      expect(answer.statusCode, path).toBe(410);
      expect(answer.headers.location).toBeUndefined();
      expect(answer.body).not.toContain('Badhuset');
      expect(answer.body).not.toContain(draft.slug);
    }
  });

  it('has its media type, an ETag, and 304 for who has it', async () => {
    const { slug } = await publishAt('Torget');
    const types: Partial<Record<ReleaseFile, string>> = {
      'event.ics': 'text/calendar; charset=utf-8',
      'decisions.csv': 'text/csv; charset=utf-8; header=present',
      'release.txt': 'text/plain; charset=utf-8',
      'contact-1.vcf': 'text/vcard; charset=utf-8',
    };
    for (const [file, type] of Object.entries(types)) {
      const path = releaseFilePath(slug, file as ReleaseFile);
      const answer = await web.get(path);
      expect([answer.statusCode, answer.headers['content-type']], file).toEqual([200, type]);
      expect((await web.get(path, { 'if-none-match': answer.headers.etag as string })).statusCode).toBe(304);
    }
    const { link } = (await web.get(releaseFilePath(slug, 'release.txt'))).headers;
    expect(link).toMatch(new RegExp(`^<https?://[^>]+${releasePath(slug)}>; rel="canonical"$`));
    const page = (await web.get(releasePath(slug))).body;
    for (const file of FILES) expect(page).toContain(`href="${releaseFilePath(slug, file)}"`);
  });

  it('is missing where the release has no such thing', async () => {
    const { slug, release } = await publish(world, plainContent({ letters: false }, 'Ladan'));
    for (const file of ['event.ics', 'decisions.csv', 'contact-9.vcf'] as const) {
      expect((await web.get(releaseFilePath(slug, file))).statusCode, file).toBe(404);
    }
    expect((await web.get(changesPath(slug))).statusCode).toBe(404);
    expect((await web.get('/r/000000000')).statusCode).toBe(404);
    expect((await web.get(shortPath(shortCodeOf(release).toUpperCase()))).headers.location).toBe(releasePath(slug));
    expect((await web.get(shortPath(shortCodeOf(release)))).headers.location).toBe(releasePath(slug));
  });
});

describe('what changed', () => {
  it('stands word by word on a page that search engines leave out', async () => {
    const { slug, release } = await publishAt('Kajen');
    await correct(world, release, full('Kajen', { lead: 'Från tisdag är Kajen öppet även på kvällarna.' }), { kind: 'major' });
    const { body } = await web.get(changesPath(slug));
    expect(body).toMatch(/<del>.*?måndag.*?<\/del>.*?<ins>.*?tisdag.*?<\/ins>/s);
    expect(body).toContain('<meta name="robots" content="noindex">');
    expect((await web.get('/sitemap-1.xml')).body).not.toContain('changes');
  });

  it('says nothing of what a correction concealed, nor of anything before it, also after later changes', async () => {
    const { slug, release } = await publishAt('Bron', { lead: 'Här står Hemligheten.' });
    await correct(world, release, full('Bron', { lead: 'Här står Halvhemligt.' }), {
      kind: 'minor',
      note: 'Inte Hemligheten, men Halvhemligt.',
    });
    await correct(world, release, full('Bron', { lead: 'Här står inget.' }), { kind: 'major', conceal: true });
    await correct(world, release, full('Bron', { lead: 'Här står allt.' }), { kind: 'major' });
    for (const path of addresses(release, slug)) {
      const { body } = await web.get(path);
      expect(body, path).not.toMatch(/Hemligheten|Halvhemligt/);
    }
    const { body } = await web.get(changesPath(slug));
    expect(body).toContain('inget');
    expect(body.match(/av hänsyn till enskild/g)).toHaveLength(2);
  });
});

describe('a page that the clock changes', () => {
  it('is served as of now, with 304 while nothing changes, while its file stays as published', async () => {
    const { slug } = await publishAt('Färjan');
    await writeOutput(world);
    const first = await web.get(releasePath(slug));
    expect(first.body).not.toContain('Jonas Lind');
    now = new Date('2026-11-24T09:00:00Z');
    const second = await web.get(releasePath(slug));
    expect(second.body).toMatch(/I dag svarar.*Jonas Lind/s);
    expect(second.headers.etag).not.toBe(first.headers.etag);
    expect((await web.get(releasePath(slug), { 'if-none-match': second.headers.etag as string })).statusCode).toBe(304);
    now = new Date('2026-12-02T09:00:00Z');
    expect((await web.get(releasePath(slug))).body).toContain('Evenemanget har varit');
    now = new Date('2026-11-19T09:00:00Z');
    expect((await web.get(releasePath(slug))).body).toBe(first.body);
  });

  it('follows a rota that is changed afterwards, and the release that is corrected', async () => {
    const { slug, release } = await publishAt('Mossen');
    await writeOutput(world);
    now = new Date('2026-11-24T09:00:00Z');
    expect((await web.get(releasePath(slug))).body).toContain('Jonas Lind');
    await saveNewsroom(world.services.database, sampleNewsroom({ duty: { '2026-W47': 'elin', '2026-W48': 'elin' } }));
    world.services.forgetNewsroom();
    expect((await web.get(releasePath(slug))).body).not.toContain('Jonas Lind');
    await correct(world, release, full('Mossen', { lead: 'Rättad ingress.' }), { kind: 'minor' });
    await writeOutput(world);
    expect((await web.get(releasePath(slug))).body).toContain('Rättad ingress.');
  });

  it('is the last one made while nothing can be read, and the written one where none was made', async () => {
    const known = await publishAt('Smedjan');
    const unknown = await publishAt('Sjöboden');
    await saveNewsroom(world.services.database, sampleNewsroom());
    world.services.forgetNewsroom();
    await writeOutput(world);
    now = new Date('2026-11-24T09:00:00Z');
    const other = await openWeb(world, () => now);
    expect((await other.get(releasePath(known.slug))).body).toContain('Jonas Lind');
    const away = vi.spyOn(world.services, 'newsroom').mockRejectedValue(new Error('Connection terminated'));
    for (const [slug, named] of [
      [known.slug, true],
      [unknown.slug, false],
    ] as const) {
      const answer = await other.get(releasePath(slug));
      expect([answer.statusCode, answer.body.includes('Jonas Lind')]).toEqual([200, named]);
    }
    // One failure is enough: nobody asks again for a while.
    expect(away).toHaveBeenCalledTimes(1);
    away.mockRestore();
    await other.close();
  });

  it('shows no telephone of its people once it is old, at none of its addresses', async () => {
    const { slug, release } = await publishAt('Kvarnen');
    await correct(world, release, full('Kvarnen', { contacts: [{ name: 'Kvarnen Alm', phones: ['070-174 06 06'] }] }), { kind: 'minor' });
    await writeOutput(world);
    expect((await web.get(changesPath(slug))).body).toContain('<h3>Kontakter</h3>');
    now = new Date('2028-12-01T09:00:00Z');
    for (const path of addresses(release, slug)) {
      expect((await web.get(path)).body, path).not.toMatch(/070-174 06 (05|06|17)/);
    }
    expect((await web.get(changesPath(slug))).body).not.toContain('<h3>Kontakter</h3>');
    expect((await web.get(releaseFilePath(slug, 'contact-1.vcf'))).statusCode).toBe(404);
    expect((await web.get(releaseFilePath(slug, 'release.txt'))).body).toContain('press@alvmark.example');
  });
});
