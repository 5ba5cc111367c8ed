import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deskRoutes } from '../../../src/producers/desk/desk.ts';
import { buildServer } from '../../../src/producers/http/server.ts';
import { createSignInLink } from '../../../src/shared/accounts/sessions.ts';
import { submitDraft } from '../../../src/shared/publishing/approval.ts';
import { type DraftView, getDraft } from '../../../src/shared/publishing/draft-view.ts';
import { createDraft } from '../../../src/shared/publishing/drafts.ts';
import { openDesk, standing, type TestDesk } from '../../support/desk.ts';
import { approvedCorrection, approvedDraft, plainContent, publish } from '../../support/newsdesk.ts';
import { signIn, type Web } from '../../support/web.ts';
import type { World } from '../../support/world.ts';

let desk: TestDesk;
let world: World;
let web: Web;
let elin: string;
let jonas: string;
let mark = 0;
beforeAll(async () => {
  desk = await openDesk();
  ({ world, web } = desk);
  ({ elin, jonas } = desk.cookies);
});
afterAll(() => desk?.close());
beforeEach(() => {
  mark += 1;
});

const page = (path: string, cookie: string) => web.get(`/desk/${path}`, { cookie });
const content = (overrides = {}) => plainContent(overrides, `Nyhet ${mark}`);

/** Presses a button: fetches the page, sends its form of that step, which names the release by its id, with everything in it. */
async function press(from: string, action: string, cookie: string, typed: Record<string, string> = {}) {
  const { body } = await page(from, cookie);
  const step = action.replace(/^(\/desk\/releases\/)[^/]+/, `$1(?:[0-9a-f-]{36}|[\\w-]+)`);
  const form = new RegExp(`<form method="post" action="${step}">([\\s\\S]*?)</form>`).exec(body)?.[1];
  if (form === undefined) throw new Error(`${from} has no form for ${action}`);
  return desk.send(action, cookie, { ...standing(form), ...typed });
}
async function submitted(overrides = {}): Promise<DraftView> {
  const { release } = await createDraft(world.services, world.elin, { content: content(overrides) });
  return submitDraft(world.services, world.elin, { release });
}

describe('signing in', () => {
  it('takes a press of the button: looking at the link uses nothing up', async () => {
    const token = await createSignInLink(world.services.database, 'elin');
    for (let look = 0; look < 3; look += 1) {
      const seen = await web.get(`/desk/sign-in/${token}`);
      expect([seen.statusCode, seen.headers['set-cookie'], seen.headers['referrer-policy']]).toEqual([200, undefined, 'same-origin']);
      expect(seen.body).toContain('<form method="post"');
    }
    const answer = await web.app.inject({ method: 'POST', url: `/desk/sign-in/${token}` });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/desk/']);
    expect(answer.headers['set-cookie']).toMatch(/^depesch=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const again = await web.app.inject({ method: 'POST', url: `/desk/sign-in/${token}` });
    expect([again.statusCode, again.headers['set-cookie']]).toEqual([410, undefined]);
  });

  it('gives a new session a new secret and ends the one before it', async () => {
    const first = await signIn(world, web, 'elin');
    const token = await createSignInLink(world.services.database, 'elin');
    const answer = await web.app.inject({ method: 'POST', url: `/desk/sign-in/${token}`, headers: { cookie: first } });
    const second = `depesch=${answer.cookies[0]!.value}`;
    expect(second).not.toBe(first);
    expect((await page('', first)).statusCode).toBe(303);
    expect((await page('', second)).statusCode).toBe(200);
  });

  it('ends with signing out, which takes a form of this session', async () => {
    const cookie = await signIn(world, web, 'elin');
    expect((await desk.send('/desk/sign-out', cookie, { csrf: 'wrong' })).statusCode).toBe(403);
    expect((await page('', cookie)).statusCode).toBe(200);
    expect((await press('', '/desk/sign-out', cookie)).headers.location).toBe('/desk/sign-in?out');
    expect((await page('', cookie)).headers.location).toBe('/desk/sign-in');
  });

  it('keeps the cookie to https and to this very host when the newsroom is on https', async () => {
    const services = { ...world.services, config: { ...world.config, baseUrl: 'https://press.alvmark.example' } };
    const app = await buildServer(services, { areas: [(area) => deskRoutes(area, services)] });
    const token = await createSignInLink(world.services.database, 'elin');
    const answer = await app.inject({ method: 'POST', url: `/desk/sign-in/${token}` });
    expect(answer.headers['set-cookie']).toMatch(/^__Host-depesch=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    await app.close();
  });

  it('slows down whoever guesses', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => web.app.inject({ method: 'POST', url: '/desk/sign-in/guess', remoteAddress: '192.0.2.9' })),
    );
    expect(guesses.some((answer) => answer.statusCode === 429)).toBe(true);
  });
});

describe('the desk', () => {
  it('is closed to everybody without a session, pages and actions alike', async () => {
    const draft = await submitted();
    for (const path of ['', `releases/${draft.slug}`, `releases/${draft.slug}/preview/page`, `releases/${draft.slug}/publish`, 'nowhere']) {
      expect((await web.get(`/desk/${path}`)).headers.location, path).toBe('/desk/sign-in');
    }
    expect((await web.get(`/desk/releases/${draft.slug}/events`, { accept: 'text/event-stream' })).statusCode).toBe(401);
    await desk.send(`/desk/releases/${draft.slug}/approve`, '', { hash: draft.hash });
    expect((await getDraft(world.services, draft.release))?.state).toBe('submitted');
  });

  it('does nothing for a form that is not its own', async () => {
    const draft = await submitted();
    const action = `/desk/releases/${draft.slug}/approve`;
    expect((await desk.send(action, jonas, { hash: draft.hash })).statusCode).toBe(403);
    expect((await desk.send(action, jonas, { hash: draft.hash, csrf: 'x'.repeat(43) })).statusCode).toBe(403);
    const csrf = standing((await page('', jonas)).body).csrf!;
    expect((await desk.send(action, jonas, { hash: draft.hash, csrf }, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await getDraft(world.services, draft.release))?.state).toBe('submitted');
    expect((await desk.send(action, jonas, { hash: draft.hash, csrf }, { 'sec-fetch-site': 'same-origin' })).statusCode).toBe(303);
  });

  it('lists releases with their state and marks whose turn it is', async () => {
    const draft = await submitted();
    const row = (body: string) => new RegExp(`<tr>(?:(?!</tr>)[\\s\\S])*/desk/releases/${draft.slug}"[\\s\\S]*?</tr>`).exec(body)![0];
    expect(row((await page('', jonas)).body)).toMatch(/Inlämnat[\s\S]*Din tur/);
    expect(row((await page('', elin)).body)).not.toContain('Din tur');
    expect((await page('?state=public', jonas)).body).not.toContain(draft.slug);
    expect((await page('?state=submitted', jonas)).body).toContain(draft.slug);
  });

  it('finds releases by words of a title they have or had, of drafts too', async () => {
    const { release, slug } = await publish(world, content());
    await approvedCorrection(world, release, content({ title: `Rättad 100 % ${mark}` }));
    for (const words of [`nyhet ${mark} öppettider`, `RÄTTAD ${mark}`, `100 % ${mark}`]) {
      expect((await page(`?find=${encodeURIComponent(words)}`, jonas)).body, words).toContain(`/desk/releases/${slug}"`);
    }
    for (const words of [`nyhet ${mark} tider_`, 'finns inte']) {
      const { body } = await page(`?find=${encodeURIComponent(words)}`, jonas);
      expect(body, words).toContain('Ingen rubrik har alla de orden');
      expect(body).toContain(`value="${words}"`);
    }
    expect((await page(`?find=${mark}&state=withdrawn`, jonas)).body).not.toContain(slug);
  });

  it('comes a screen at a time, older ones on the pages after', async () => {
    for (let count = 0; count < 31; count += 1)
      await createDraft(world.services, world.elin, { content: plainContent({}, `Sida ${count}`) });
    const first = (await page('?state=editing', jonas)).body;
    const older = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    const second = (await web.get(older, { cookie: jonas })).body;
    const titles = (body: string) => [...body.matchAll(/class="headline" href="([^"]+)"/g)].map((match) => match[1]);
    expect(titles(first)).toHaveLength(30);
    expect(titles(first)).not.toContain('/desk/releases/sida-0-far-nya-oppettider');
    expect(titles(second)[0]).toBe('/desk/releases/sida-0-far-nya-oppettider');
    expect(second).toContain('Till de nyaste');
  });

  it('speaks the browser’s language, or the one chosen', async () => {
    expect((await web.get('/desk/', { cookie: jonas, 'accept-language': 'en-GB,sv;q=0.5' })).body).toContain('<html lang="en">');
    expect((await page('', jonas)).body).toContain('<html lang="sv">');
    const answer = await desk.send('/desk/language', jonas, { language: 'en', back: '/desk/?state=public' });
    expect(answer.headers.location).toBe('/desk/?state=public');
    const chosen = `${jonas}; ${(answer.headers['set-cookie'] as string).split(';', 1)[0]}`;
    expect((await page('', chosen)).body).toContain('<html lang="en">');
    for (const back of ['https://evil.example/', '//evil.example', '/desk//evil.example', '/desk/\\evil']) {
      expect((await desk.send('/desk/language', jonas, { language: 'en', back })).headers.location).toBe('/desk/');
    }
  });

  it('says with a page what does not exist', async () => {
    const answer = await web.get('/desk/releases/finns-inte', { cookie: jonas, accept: 'text/html' });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(answer.body).toMatch(/<h1>Det finns inte<\/h1>[\s\S]*href="\/desk\/"/);
  });
});

describe('a release at the desk', () => {
  it('is approved by its hash and published after a question, each by one press', async () => {
    const draft = await submitted();
    const here = `releases/${draft.slug}`;
    const approved = await press(here, `/desk/${here}/approve`, jonas);
    expect(approved.headers.location).toBe(`/desk/${here}?done=approve`);
    expect(await getDraft(world.services, draft.release)).toMatchObject({ state: 'approved', approvedHash: draft.hash });
    const question = await page(`${here}/publish`, jonas);
    expect(question.body).toContain(`${world.config.baseUrl}/releases/${draft.slug}/`);
    await press(`${here}/publish`, `/desk/${here}/publish`, jonas);
    expect((await page(here, jonas)).body).toMatch(/Publicerat[\s\S]*Webbsida[\s\S]*På väg/);
  });

  it('cannot be approved by a press on a page that shows an older text', async () => {
    const draft = await submitted();
    const csrf = standing((await page('', jonas)).body).csrf!;
    const answer = await desk.send(`/desk/releases/${draft.slug}/approve`, jonas, { csrf, hash: 'f'.repeat(64) });
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('Texten har ändrats sedan du läste den');
    expect((await getDraft(world.services, draft.release))?.state).toBe('submitted');
  });

  it('offers its author no approval, and refuses it in words', async () => {
    const draft = await submitted();
    const here = `releases/${draft.slug}`;
    expect((await page(here, elin)).body).not.toContain('/approve"');
    const csrf = standing((await page('', elin)).body).csrf!;
    const answer = await desk.send(`/desk/${here}/approve`, elin, { csrf, hash: draft.hash });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('role="alert"');
  });

  it('is sent back with a reason that its author reads; without one the question comes back', async () => {
    const draft = await submitted();
    const here = `releases/${draft.slug}`;
    const empty = await press(`${here}/reject`, `/desk/${here}/reject`, jonas, { reason: ' ' });
    expect([empty.statusCode, empty.body.includes('role="alert"')]).toEqual([422, true]);
    await press(`${here}/reject`, `/desk/${here}/reject`, jonas, { reason: 'Summan <stämmer> inte.' });
    expect((await page(here, elin)).body).toContain('Summan &lt;stämmer&gt; inte.');
  });

  it('is corrected: what was typed comes back when the note is missing', async () => {
    const { release, slug } = await publish(world, content());
    await approvedCorrection(world, release, content({ lead: 'Nu rätt.' }));
    const here = `releases/${slug}`;
    expect((await page(here, elin)).body).not.toContain('/correct"');
    const missing = await press(`${here}/correct`, `/desk/${here}/correct`, jonas, { kind: 'major', note: '', conceal: 'yes' });
    expect(missing.statusCode).toBe(422);
    expect(missing.body).toMatch(/value="major" required checked/);
    expect(missing.body).toMatch(/name="conceal"[^>]* checked/);
    expect(missing.body).toContain('<a href="#note">Anmärkning</a>:</strong> är tomt. Säg i en mening vad som var fel');
    const done = await press(`${here}/correct`, `/desk/${here}/correct`, jonas, { kind: 'major', note: 'Ingressen var fel.' });
    expect(done.headers.location).toBe(`/desk/${here}?done=correct`);
  });

  it('says in words what stopping and withdrawing will do, and how many letters it takes', async () => {
    const { release, slug } = await publish(world, content());
    const { database } = world.services;
    const people = await database
      .insertInto('subscribers')
      .values(
        Array.from({ length: 1_206 }, (_, index) => ({
          address: `m${mark}.${index}@lillan.example`,
          language: 'sv',
          state: 'active' as const,
          token_key: Buffer.alloc(32),
        })),
      )
      .returning('id')
      .execute();
    await database
      .insertInto('deliveries')
      .values(people.map(({ id }, seq) => ({ release, n: 1, subscriber: id, seq })))
      .execute();
    await database.updateTable('mailings').set({ frozen_at: new Date(), audience: people.length }).where('release', '=', release).execute();
    const here = `releases/${slug}`;
    expect((await page(`${here}/stop`, jonas)).body).toMatch(/Stoppa 1\s206 brev som inte har gått/);
    expect((await web.get(`/desk/${here}/stop`, { cookie: jonas, 'accept-language': 'en' })).body).toContain(
      'Stop 1,206 letters not yet sent',
    );
    expect((await page(here, jonas)).body).toMatch(/aria-label="1\s206 väntar = 1\s206 mottagare"/);
    await press(`${here}/stop`, `/desk/${here}/stop`, jonas);
    expect((await page(here, jonas)).body).toContain('Utskicket är stoppat');
    await press(`${here}/withdraw`, `/desk/${here}/withdraw`, jonas, { reason: 'Beslutet var inte fattat.' });
    const withdrawn = (await page(here, jonas)).body;
    expect(withdrawn).toMatch(/Återkallat[\s\S]*återkallade: <q>Beslutet var inte fattat\.<\/q>/);
    expect(withdrawn).toContain('<dt>Återkallat</dt>');
    expect(withdrawn).not.toContain('<dt>Publicerat</dt>');
  });

  it('shows each preview with the exact bytes and a policy of its own, and feeds as text', async () => {
    const draft = await approvedDraft(world, content());
    const here = `releases/${draft.slug}`;
    const shown = await page(`${here}/preview/page`, jonas);
    expect(shown.headers['x-frame-options']).toBeUndefined();
    expect(shown.headers['content-security-policy']).toContain("frame-ancestors 'self'");
    expect(shown.headers['content-security-policy']).not.toContain('script-src');
    const letter = await page(`${here}/preview/letter`, jonas);
    expect(letter.headers['content-security-policy']).toContain("style-src 'unsafe-inline'");
    expect((await page(here, jonas)).headers['content-security-policy']).not.toContain('unsafe-inline');
    expect((await page(`${here}/preview/rss`, jonas)).headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await page(`${here}?show=rss`, jonas)).body).toContain('&lt;rss');
    expect((await page(`${here}?show=atom`, jonas)).body).toContain(`aria-current="page">Atom`);
  });
});

describe('live status', () => {
  it('is told in parts as it changes, and ends when nothing is owed', async () => {
    const { release, slug } = await publish(world, content());
    const port = await web.port();
    const aborted = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/desk/releases/${slug}/events`, {
      headers: { cookie: jonas, accept: 'text/event-stream' },
      signal: aborted.signal,
    });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const events = readEvents(answer);
    const first = (await events.next()).value!;
    expect(first.event).toBe('status');
    expect(first.data).toMatchObject({ channels: expect.stringContaining('På väg'), summary: expect.any(String) });
    await world.services.database
      .updateTable('receipts')
      .set({ state: 'done', done_at: new Date() })
      .where('release', '=', release)
      .execute();
    expect((await events.next()).value).toMatchObject({
      event: 'status',
      data: { channels: expect.stringContaining('Klar'), stand: 'Pressmeddelandet är publicerat i alla kanaler.' },
    });
    expect((await events.next()).value).toMatchObject({ event: 'end' });
    expect((await events.next()).done).toBe(true);
  });
});

type Event = { event: string; data: Record<string, string> };

async function* readEvents(answer: Response): AsyncGenerator<Event> {
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const match = /^event: (\w+)\ndata: (.*)$/.exec(part);
      if (match) yield { event: match[1]!, data: JSON.parse(match[2]!) };
    }
  }
}
