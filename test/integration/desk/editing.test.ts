import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rejectDraft, submitDraft } from '../../../src/shared/publishing/approval.ts';
import { getDraft } from '../../../src/shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../../src/shared/publishing/drafts.ts';
import { openDesk, standing, type TestDesk } from '../../support/desk.ts';
import { plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { signIn, type Web } from '../../support/web.ts';
import type { World } from '../../support/world.ts';

/* Writing, changing and correcting in a browser: Elin writes, Jonas approves and does not write. */

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

const content = (overrides = {}) => plainContent(overrides, `Text ${mark}`);
const look = async (path: string, cookie = elin) => (await web.get(path, { cookie })).body;
/** Where the page's own form leads. */
const actionOf = (markup: string) => /<form method="post" action="([^"]+\/edit)"/.exec(markup)![1]!;
const send = (path: string, fields: Record<string, string>, cookie = elin) => desk.send(path, cookie, fields);

describe('a release is written at the desk', () => {
  it('from an empty page to a draft; a second press on the button makes no second one', async () => {
    const form = {
      ...standing(await look('/desk/new')),
      title: `Bron ${mark} öppnar`,
      lead: 'I december.',
      body: 'Den är lång.\r\n\r\nOch bred.',
    };
    const answers = [...(await Promise.all([send('/desk/new', form), send('/desk/new', form)])), await send('/desk/new', form)];
    expect(answers.map(({ headers }) => headers.location)).toEqual(Array(3).fill(`/desk/releases/bron-${mark}-oppnar?done=saved`));
    expect((await getDraft(world.services, `bron-${mark}-oppnar`))?.content.body).toBe('Den är lång.\n\nOch bred.');
    expect(await look(`/desk/releases/bron-${mark}-oppnar?done=saved`)).toContain('Utkastet är sparat.');
  });

  it('once, also when the back button brings the empty page up again with its text: the draft is named, and nothing typed is lost', async () => {
    const form = { ...standing(await look('/desk/new')), title: `Tillbaka ${mark}`, lead: 'I december.', body: 'Den är lång.' };
    await send('/desk/new', form);
    const answer = await send('/desk/new', { ...form, body: 'Den är mycket lång.' });
    expect([answer.statusCode, standing(answer.body).body]).toEqual([409, 'Den är mycket lång.']);
    expect(answer.body).toContain(`href="/desk/releases/tillbaka-${mark}/edit"`);
    expect((await send('/desk/new', { ...form, title: `Annan ${mark}` })).statusCode).toBe(303);
  });

  it('is offered to those who write alone', async () => {
    expect(await look('/desk/')).toContain('href="/desk/new"');
    expect(await look('/desk/', jonas)).not.toContain('href="/desk/new"');
    expect((await web.get('/desk/new', { cookie: jonas })).headers.location).toBe('/desk/');
    const csrf = standing(await look('/desk/', jonas)).csrf!;
    const answer = await send('/desk/new', { csrf, title: 'Eget', lead: 'Eget.', body: 'Mitt eget.', fields: 'language: sv' }, jonas);
    expect([answer.statusCode, answer.body.includes('Mitt eget.')]).toEqual([403, true]);
  });

  it('gives back everything that was typed, and names line, field, problem and remedy', async () => {
    const form = {
      ...standing(await look('/desk/new')),
      title: 'Bron',
      lead: 'Nu <öppen>.',
      body: 'Text & mer.',
      fields: 'language: sv\ntopcs: [a]',
    };
    const answer = await send('/desk/new', form);
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toMatch(/role="alert"[\s\S]*<strong>Övriga uppgifter, rad 2:<\/strong> <code>topcs<\/code> är inget fält/);
    expect(standing(answer.body)).toMatchObject({
      title: 'Bron',
      lead: 'Nu <öppen>.',
      body: 'Text & mer.',
      fields: 'language: sv\ntopcs: [a]',
    });
  });
});

describe('a text is changed at the desk', () => {
  it('as it stands, keeping every other field and the time it is to be public', async () => {
    const kept = { registration: 'RUN 2026-1', contacts: [{ name: 'Jon Dahl', phones: ['070-174 06 05'] }] };
    const { release, slug } = await createDraft(world.services, world.elin, { content: content(kept), publishAt: '2030-11-19T09:30' });
    const form = standing(await look(`/desk/releases/${slug}/edit`));
    expect(form.fields).toContain('publishAt: 2030-11-19 09:30');
    expect((await send(`/desk/releases/${slug}/edit`, { ...form, lead: 'Ny ingress.' })).statusCode).toBe(303);
    const draft = (await getDraft(world.services, release))!;
    expect(draft.content).toEqual({ ...content(kept), lead: 'Ny ingress.' });
    expect(draft.publishAt?.toISOString()).toBe('2030-11-19T08:30:00.000Z');
  });

  it('never over what somebody else saved meanwhile: the typed text comes back with the way to the newer one', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content() });
    const form = standing(await look(`/desk/releases/${slug}/edit`));
    await updateDraft(world.services, world.elin, { release, content: content({ lead: 'Hennes.' }), lockVersion: 1 });
    const mine = { ...form, lead: 'Mitt.' };
    const answer = await send(`/desk/releases/${slug}/edit`, mine);
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('Öppna den sparade texten');
    expect(standing(answer.body)).toMatchObject({ lead: 'Mitt.', lockVersion: form.lockVersion });
    expect((await getDraft(world.services, release))?.content.lead).toBe('Hennes.');
  });

  it('and not lost when somebody else changed the headline meanwhile, and with it the address of the draft', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content() });
    const page = await look(`/desk/releases/${slug}/edit`);
    const { slug: newer } = await updateDraft(world.services, world.elin, {
      release,
      content: content({ title: `Ny rubrik ${mark}` }),
      lockVersion: 1,
    });
    expect(newer).not.toBe(slug);
    const answer = await send(actionOf(page), { ...standing(page), lead: 'Mitt.' });
    expect([answer.statusCode, standing(answer.body).lead]).toEqual([409, 'Mitt.']);
    const old = await web.get(`/desk/releases/${slug}`, { cookie: elin, accept: 'text/html' });
    expect(old.body).toContain('ny adress när rubriken ändras');
  });

  it('once by two presses: the second finds its text saved and says so', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content() });
    const form = { ...standing(await look(`/desk/releases/${slug}/edit`)), lead: 'Två tryck.' };
    expect(
      [await send(`/desk/releases/${slug}/edit`, form), await send(`/desk/releases/${slug}/edit`, form)].map(
        ({ statusCode }) => statusCode,
      ),
    ).toEqual([303, 303]);
    expect((await getDraft(world.services, release))?.lockVersion).toBe(2);
  });

  it('beside what the approver asked for', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content() });
    await submitDraft(world.services, world.elin, { release });
    await rejectDraft(world.services, world.jonas, { release, reason: 'Fel fotograf.\nFel dag.' });
    expect(await look(`/desk/releases/${slug}/edit`)).toContain(
      'Skickat tillbaka</strong></p><p class="as-written">Fel fotograf.\nFel dag.</p>',
    );
  });

  it('with a warning when an approval will be void', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content(), publishAt: '2030-11-19T09:30' });
    await submitDraft(world.services, world.elin, { release });
    expect(await look(`/desk/releases/${slug}/edit`)).not.toContain('godkännandet inte längre');
    await world.services.database.updateTable('drafts').set({ state: 'approved' }).where('release', '=', release).execute();
    expect(await look(`/desk/releases/${slug}/edit`)).toContain('godkännandet inte längre');
  });
});

describe('what is public is corrected at the desk', () => {
  it('from the text as it is public, as a draft that changes nothing yet', async () => {
    const { release, slug } = await publish(world, content());
    expect(await look(`/desk/releases/${slug}`)).toContain('Rätta texten');
    expect(await look(`/desk/releases/${slug}`, jonas)).not.toContain('Rätta texten');
    const body = await look(`/desk/releases/${slug}/edit`);
    expect(body).toContain('Läsarna ser den publicerade texten');
    const form = standing(body);
    form.body = form.body!.replace('klockan 20', 'klockan 21');
    expect((await send(`/desk/releases/${slug}/edit`, form)).headers.location).toBe(`/desk/releases/${slug}?done=saved`);
    expect((await getDraft(world.services, release))?.content.body).toContain('stänger klockan 21.');
    const shown = await look(`/desk/releases/${slug}`, jonas);
    expect(shown).toContain('rättelse påbörjad');
    // Who approves sees what it changes, word for word.
    expect(shown).toMatch(/Det här ändras[\s\S]*<del>[\s\S]*20[\s\S]*<ins>[\s\S]*21/);
  });

  it('and whoever is about to withdraw is told that correcting may be enough', async () => {
    const { slug } = await publish(world, content());
    const question = await look(`/desk/releases/${slug}/withdraw`, jonas);
    expect(question).toContain('Rätta den i stället');
    expect(question).not.toContain(`/desk/releases/${slug}/edit`);
  });

  it('but not once it is withdrawn', async () => {
    const { release, slug } = await publish(world, content());
    await withdraw(world, release);
    expect((await web.get(`/desk/releases/${slug}/edit`, { cookie: elin })).headers.location).toBe(`/desk/releases/${slug}`);
  });
});

describe('a session that has ended', () => {
  it('loses nothing that was typed: it stands on the page, and can be sent again after signing in elsewhere', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content() });
    const form = { ...standing(await look(`/desk/releases/${slug}/edit`)), body: 'En timmes ”arbete” & mer.' };
    const answer = await send(`/desk/releases/${slug}/edit`, form, 'depesch=over');
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('Du är utloggad');
    const kept = standing(answer.body);
    expect(kept.body).toBe('En timmes ”arbete” & mer.');
    // Signed in again, the first press gives the editor back with the text and a form of the new session, the second saves it.
    const cookie = await signIn(world, web, 'elin');
    const again = await send(`/desk/releases/${slug}/edit`, kept, cookie);
    expect([again.statusCode, standing(again.body).body]).toEqual([403, 'En timmes ”arbete” & mer.']);
    expect((await send(`/desk/releases/${slug}/edit`, standing(again.body), cookie)).statusCode).toBe(303);
    expect((await getDraft(world.services, release))?.content.body).toBe('En timmes ”arbete” & mer.');
  });

  it('gives nothing back that another site sent', async () => {
    const payload = new URLSearchParams({ reason: 'Av någon annan.' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' };
    const answer = await web.app.inject({ method: 'POST', url: '/desk/releases/x/withdraw', payload, headers });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/desk/sign-in']);
  });

  it('sends whoever typed nothing to the door', async () => {
    const { slug } = await createDraft(world.services, world.elin, { content: content() });
    const answer = await send(`/desk/releases/${slug}/submit`, { csrf: 'x' }, 'depesch=over');
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/desk/sign-in']);
  });
});

describe('while PostgreSQL does not answer', () => {
  it('nothing typed is lost: it stands on the page, and one press later it is saved', async () => {
    const { release, slug } = await createDraft(world.services, world.elin, { content: content() });
    const form = { ...standing(await look(`/desk/releases/${slug}/edit`)), lead: 'Skrivet i otid.' };
    await sql`alter table sessions rename to sessions_away`.execute(world.services.database);
    const answer = await send(`/desk/releases/${slug}/edit`, form);
    await sql`alter table sessions_away rename to sessions`.execute(world.services.database);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.body).toContain('Det gick inte att spara just nu');
    expect((await send(`/desk/releases/${slug}/edit`, standing(answer.body))).statusCode).toBe(303);
    expect((await getDraft(world.services, release))?.content.lead).toBe('Skrivet i otid.');
  });
});
