import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getDraft } from '../../../src/shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../../src/shared/publishing/drafts.ts';
import { openDesk, type SentFile, standing, type TestDesk } from '../../support/desk.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { photo } from '../../support/pictures.ts';

/* Pictures and attachments on the editing page. Elin writes. */

let desk: TestDesk;
let elin: string;
let mark = 0;
beforeAll(async () => {
  desk = await openDesk();
  ({ elin } = desk.cookies);
});
afterAll(() => desk?.close());
beforeEach(() => {
  mark += 1;
});

const content = (overrides = {}) => plainContent(overrides, `Bild ${mark}`);
const draftOf = (release: string) => getDraft(desk.world.services, release);
const newDraft = () => createDraft(desk.world.services, desk.world.elin, { content: content() });
const look = async (path: string) => (await desk.web.get(path, { cookie: elin })).body;
const formOf = async (slug: string) => standing(await look(`/desk/releases/${slug}/edit`));
const send = (slug: string, fields: Record<string, string>, files: SentFile[] = []) =>
  desk.upload(`/desk/releases/${slug}/edit`, elin, fields, files);
const countAssets = async () => (await desk.world.services.database.selectFrom('assets').select('hash').execute()).length;

/** Small, and of other bytes each time. */
const picture = async (name = 'Åns bro.jpg', width = 200 + mark): Promise<SentFile> => ({
  field: 'images-new',
  name,
  data: await photo({ width, height: 120 }),
});
const document = (name = 'beslut § 84.pdf'): SentFile => ({
  field: 'attachments-new',
  name,
  data: Buffer.from(`%PDF-1.4 ${mark} ${name}`),
});
const texts = { 'images-0-alt': 'En bro.', 'images-0-credit': 'Mira Alm' };
const title = { 'attachments-0-title': 'Beslut § 84' };

describe('a picture and an attachment are added at the desk', () => {
  it('to the form first, with everything typed, and to the draft when it is saved', async () => {
    const { release, slug } = await newDraft();
    const form = { ...(await formOf(slug)), lead: 'Osparad & ny.', do: 'add images' };
    const shown = await send(slug, form, [await picture(), document()]);
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toMatch(/<legend>Bild 1: <span>Åns bro\.jpg<\/span>[\s\S]*<img src="\/assets\//);
    expect(shown.body).toContain('Tillagt: Åns bro.jpg. Det gäller när du sparar utkastet.');
    expect(standing(shown.body).lead).toBe('Osparad & ny.');
    expect((await draftOf(release))?.content).toEqual(content());

    const saved = await send(slug, {
      ...standing(shown.body),
      ...texts,
      ...title,
      'images-0-caption': 'Bron.',
      'images-0-licence': 'press',
    });
    expect(saved.headers.location).toBe(`/desk/releases/${slug}?done=saved`);
    const { images, attachments, lead } = (await draftOf(release))!.content;
    expect([lead, images, attachments]).toMatchObject([
      'Osparad & ny.',
      [{ name: 'Åns bro.jpg', alt: 'En bro.', caption: 'Bron.', credit: 'Mira Alm', licence: 'press', decorative: false }],
      [{ name: 'beslut § 84.pdf', title: 'Beslut § 84', mediaType: 'application/pdf' }],
    ]);
    // The page shows what is kept, and saving it again changes nothing.
    const again = await formOf(slug);
    expect(again['images-0-licence']).toBe('press');
    await send(slug, again);
    expect((await draftOf(release))!.content.images).toEqual(images);
  });

  it('is the same file as through the API, and the audit says who stored it', async () => {
    const { slug } = await newDraft();
    const sent = await picture();
    const { body } = await send(slug, { ...(await formOf(slug)), do: 'add images' }, [sent]);
    const asset = standing(body)['images-0-asset']!;
    const headers = { authorization: `Bearer ${desk.web.tokens.elin}`, 'content-type': 'image/jpeg' };
    const stored = await desk.web.app.inject({ method: 'POST', url: '/api/assets?name=bro.jpg', payload: sent.data, headers });
    expect(stored.json().asset).toBe(asset);
    const lines = await desk.world.services.database.selectFrom('audit').selectAll().where('action', '=', 'asset.stored').execute();
    const mine = lines.filter(({ detail }) => detail.asset === asset);
    expect(mine.map(({ account, detail }) => [account, detail.name])).toEqual([
      ['elin', 'Åns bro.jpg'],
      ['elin', 'bro.jpg'],
    ]);
  });

  it('is seen by the desk alone, while a draft, while a correction, and while nobody has saved it', async () => {
    const { slug } = await publish(desk.world, content());
    const { body } = await send(slug, { ...(await formOf(slug)), do: 'add images' }, [await picture()]);
    const pages = [...body.matchAll(/\/assets\/[^" ]+/g)].map(([path]) => path);
    expect(pages.length).toBeGreaterThan(2);
    const ask = async (headers: Record<string, string>) =>
      Promise.all(pages.map(async (path) => (await desk.web.get(path, headers)).statusCode));
    expect(new Set(await ask({ cookie: elin }))).toEqual(new Set([200]));
    expect(new Set(await ask({}))).toEqual(new Set([404]));
    await send(slug, { ...standing(body), ...texts });
    expect((await draftOf(slug))?.content.images).toHaveLength(1);
    expect(new Set(await ask({}))).toEqual(new Set([404]));
  });

  it('with files chosen and no button but Save: they are taken in, and what cannot be left out is named where it is to be written', async () => {
    const { release, slug } = await newDraft();
    const answer = await send(slug, await formOf(slug), [await picture(), document()]);
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('<a href="#attachments-0-title">Bilaga 1, Titel</a>:</strong>');
    expect(answer.body).toMatch(/<textarea id="images-0-alt"/);
    expect((await send(slug, { ...standing(answer.body), ...texts, ...title })).statusCode).toBe(303);
    expect((await draftOf(release))!.content.attachments).toHaveLength(1);
  });

  it('and the work is saved while a picture lacks its words: the draft says what has to be there before it is submitted, and where', async () => {
    const { release, slug } = await newDraft();
    expect((await send(slug, await formOf(slug), [await picture()])).statusCode).toBe(303);
    const there = `<a href="/desk/releases/${release}/edit#images-0-credit">Bild 1, Fotograf</a>:</strong> saknas. Ange fotografen`;
    const page = await look(`/desk/releases/${slug}`);
    expect(page).toMatch(/Måste rättas före inlämning \(2\)/);
    expect(page).toContain(there);
    const answer = await desk.send(`/desk/releases/${release}/submit`, elin, { csrf: standing(page).csrf! });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toMatch(/role="alert"[\s\S]*#images-0-credit/);
    const reloaded = await desk.web.get(`/desk/releases/${release}/submit`, { cookie: elin });
    expect(reloaded.headers.location).toBe(`/desk/releases/${release}`);
    expect((await draftOf(release))?.state).toBe('editing');
  });
});

describe('pictures are put in order at the desk', () => {
  it('up, down and out, without saving anything; nothing needs to be filled in for that', async () => {
    const { slug } = await newDraft();
    const files = [await picture('a.jpg', 150), await picture('b.jpg', 160), await picture('c.jpg', 170)];
    const added = standing((await send(slug, { ...(await formOf(slug)), do: 'add images' }, files)).body);
    const names = (body: string) => [...body.matchAll(/<legend>Bild \d: <span>(.)\.jpg/g)].map((match) => match[1]).join('');
    const press = async (wish: string) => (await send(slug, { ...added, title: '', 'images-1-alt': 'B.', do: wish })).body;
    const up = await press('up images 1');
    expect(names(up)).toBe('bac');
    expect([standing(up)['images-0-alt'], standing(up).title]).toEqual(['B.', '']);
    // The button that is gone at the end of the list leaves the way to the other one.
    expect(up).toMatch(/id="images-0-down"[^>]* autofocus/);
    expect(names(await press('down images 0'))).toBe('bac');
    const out = await press('remove images 0');
    expect([names(out), standing(out)['images-0-alt']]).toEqual(['bc', 'B.']);
    expect(names(await press('remove images 7'))).toBe('abc');
  });
});

describe('a file that cannot be taken', () => {
  it('is named with what to do; the others are taken, and what was typed stays', async () => {
    const { slug } = await newDraft();
    const bad = { field: 'images-new', name: 'program.jpg', data: Buffer.from('inte en bild') };
    const large = { field: 'images-new', name: 'stor.jpg', data: Buffer.alloc(20_600_000) };
    const form = { ...(await formOf(slug)), lead: 'Skrivet.', do: 'add images' };
    const answer = await send(slug, form, [bad, await picture(), large, document('skript.html')]);
    expect(answer.statusCode).toBe(422);
    for (const said of [
      '<code>program.jpg</code> är ingen bild. Använd en fil i JPEG, PNG eller WebP.',
      '<code>stor.jpg</code> är 20.6\u00a0MB, mer än 20\u00a0MB. Gör den mindre.',
      '<code>skript.html</code> är av ett slag som inte lämnas ut (.html).',
    ])
      expect(answer.body).toContain(said);
    expect(standing(answer.body)).toMatchObject({ lead: 'Skrivet.', 'images-0-name': 'Åns bro.jpg' });
    expect(answer.body).toContain('Tillagt: Åns bro.jpg.');
    const none = await send(slug, form, [{ field: 'images-new', name: '', data: Buffer.alloc(0) }]);
    expect([none.statusCode, none.body.includes('ingen fil är vald')]).toEqual([422, true]);
  });

  it('is asked for by itself when all together are more than a form may bring', async () => {
    const { slug } = await newDraft();
    const data = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(17_000_000)]);
    const files = ['a.zip', 'b.zip', 'c.zip', 'd.zip'].map((name) => ({ field: 'attachments-new', name, data }));
    const answer = await send(slug, { ...(await formOf(slug)), do: 'add attachments' }, files);
    expect([answer.statusCode, standing(answer.body)['attachments-2-name']]).toEqual([422, 'c.zip']);
    expect(answer.body).toContain('<code>d.zip</code> är tillsammans med det andra mer än 64\u00a0MB på en gång. Lägg till den för sig.');
  });

  it('is asked for again when many forms come at once, so that no rush of files takes the memory there is; afterwards there is room', async () => {
    const { slug } = await newDraft();
    const data = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(19_000_000)]);
    const files = ['a.zip', 'b.zip', 'c.zip'].map((name) => ({ field: 'attachments-new', name, data }));
    const form = { ...(await formOf(slug)), do: 'add attachments' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(slug, form, files)));
    expect(answers.filter(({ statusCode }) => statusCode === 422).length).toBeGreaterThan(0);
    expect((await send(slug, form, files)).statusCode).toBe(200);
  });

  it('has a name that can be kept, whatever signs came with it', async () => {
    const { slug } = await newDraft();
    const form = { ...(await formOf(slug)), do: 'add attachments' };
    const parts = [...Object.entries(form)].map(
      ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file =
      '--x\r\nContent-Disposition: form-data; name="attachments-new"; filename="a\u0000\u0007b.txt"\r\n\r\nEtt brev.\r\n--x--\r\n';
    const answer = await desk.web.app.inject({
      method: 'POST',
      url: `/desk/releases/${slug}/edit`,
      payload: parts.join('') + file,
      headers: { cookie: elin, 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect([answer.statusCode, standing(answer.body)['attachments-0-name']]).toEqual([200, 'ab.txt']);
  });

  it('nor read, because the form is cut off, is the fault of whoever sent it', async () => {
    const { slug } = await newDraft();
    const cut = (type: string) =>
      desk.web.app.inject({
        method: 'POST',
        url: `/desk/releases/${slug}/edit`,
        payload: '--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nabc',
        headers: { cookie: elin, 'content-type': type },
      });
    expect((await cut('multipart/form-data; boundary=x')).statusCode).toBe(400);
    expect((await cut('multipart/form-data')).statusCode).toBe(400);
  });

  it('because the session ended, or the form is not of this session, is not kept; the text is, and which file to choose again', async () => {
    const { slug } = await newDraft();
    const form = { ...(await formOf(slug)), body: 'En timmes arbete.', 'images-0-asset': 'a'.repeat(64), 'images-0-alt': 'En bro.' };
    const before = await countAssets();
    const ended = await desk.upload(`/desk/releases/${slug}/edit`, 'depesch=over', form, [await picture()]);
    const foreign = await send(slug, { ...form, csrf: 'fel' }, [await picture()]);
    expect([ended.statusCode, foreign.statusCode]).toEqual([401, 403]);
    for (const { body } of [ended, foreign]) {
      expect(body).toContain('Det här behöver väljas igen: Åns bro.jpg.');
      expect(standing(body)).toMatchObject({ body: 'En timmes arbete.', 'images-0-alt': 'En bro.' });
    }
    expect(ended.body).toContain('Bild 1, Alt-text');
    expect(await countAssets()).toBe(before);
  });

  it('because PostgreSQL does not answer, is named beside everything that was typed', async () => {
    const { slug } = await newDraft();
    const form = { ...(await formOf(slug)), body: 'Skrivet i otid.' };
    await sql`alter table sessions rename to sessions_away`.execute(desk.world.services.database);
    const answer = await send(slug, form, [await picture()]);
    await sql`alter table sessions_away rename to sessions`.execute(desk.world.services.database);
    expect([answer.statusCode, standing(answer.body).body]).toEqual([503, 'Skrivet i otid.']);
    expect(answer.body).toContain('Det här behöver väljas igen: Åns bro.jpg.');
  });

  it('does not come twice when somebody else saved meanwhile: it stands in the form that comes back', async () => {
    const { release, slug } = await newDraft();
    const form = await formOf(slug);
    await updateDraft(desk.world.services, desk.world.elin, { release, content: content({ lead: 'Hennes.' }), lockVersion: 1 });
    const added = await send(slug, { ...form, do: 'add images' }, [await picture()]);
    const answer = await send(slug, { ...standing(added.body), ...texts });
    expect([answer.statusCode, standing(answer.body)['images-0-alt']]).toEqual([409, 'En bro.']);
    expect((await draftOf(release))?.content).toMatchObject({ lead: 'Hennes.', images: [] });
  });
});
