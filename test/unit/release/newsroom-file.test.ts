import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Newsroom } from '../../../src/shared/release/newsroom/newsroom.ts';
import { inspectNewsroomFile, readNewsroomFile } from '../../../src/shared/release/newsroom/newsroom-file.ts';
import { drawing } from '../../support/pictures.ts';
import { problemsIn } from '../../support/releases.ts';

let folder: string;
const path = () => join(folder, 'newsroom.yaml');
const read = async (text: string) => {
  await writeFile(path(), text);
  return readNewsroomFile(path());
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depesch-newsroom-'));
  await writeFile(join(folder, 'om.md'), 'Region Älvmark ansvarar för vård.\n');
  await writeFile(join(folder, 'about.md'), 'Region Älvmark provides health care.\n');
  await writeFile(join(folder, 'integritet.md'), '## Dina uppgifter\n\nVi sparar din e-postadress.\n');
  await writeFile(join(folder, 'tillganglighet.md'), 'Vi känner inte till några brister.\n');
  await writeFile(join(folder, 'html.md'), 'Ett.\n\n<b>Två</b>\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SAMPLE = `name: Region Älvmark
timezone: Europe/Stockholm
languages: [sv, en]
address: Regionens hus, Storgatan 1, 900 00 Älvstad
pressEmail: press@alvmark.example Reply-To of every letter
publisher: Karin Ekholm             # ansvarig utgivare
privacy: {officer: dso@alvmark.example, text: {sv: integritet.md}}
accessibility: {text: {sv: tillganglighet.md}}
licences: {press: {name: Fri att använda vid publicering om regionen, default: yes}}
topics: {regional-utveckling: {sv: Regional utveckling, en: Regional development}, lokalmedia: {unlisted: yes}}
contacts: {elin: {name: Elin Sand, title: kommunikatör, phones: [070-174 06 17]}, jonas: {name: Jonas Lind}}
duty: {2026-W47: elin, 2026-W48..W51: jonas}
boilerplate: {sv: om.md, en: about.md}
approval: four-eyes
lateness: 2 h
`;
const REQUIRED = 'name: Region Älvmark\naddress: Storgatan 1\npressEmail: press@alvmark.example\npublisher: Karin Ekholm\n';

describe('the newsroom file', () => {
  it.each([
    ['', { daily: '07:00', weekly: { weekday: 1, time: '07:00' } }],
    ["digests: {daily: '6.30'}", { daily: '06:30', weekly: { weekday: 1, time: '07:00' } }],
    ['digests: {weekly: Fredag kl. 16}', { daily: '07:00', weekly: { weekday: 5, time: '16:00' } }],
    ['digests: {weekly: sunday 18:15}', { daily: '07:00', weekly: { weekday: 7, time: '18:15' } }],
  ])('has times for its digests: %s', async (lines, digests) => {
    expect((await read(`${REQUIRED}${lines}\n`)).digests).toEqual(digests);
  });

  it('says how long the people on a release are shown, in months or years, two years when it says nothing', async () => {
    expect((await read(REQUIRED)).staffMonths).toBe(24);
    expect((await read(`${REQUIRED}staffShown: 18 months\n`)).staffMonths).toBe(18);
    expect((await read(`${REQUIRED}staffShown: 3 år\n`)).staffMonths).toBe(36);
    await expect(read(`${REQUIRED}staffShown: sometimes\n`)).rejects.toThrow(/staffShown/);
  });

  it('reads as people write it, with spans of weeks, unlisted topics and texts from files', async () => {
    const newsroom = await read(SAMPLE);
    expect(newsroom).toMatchObject({
      languages: ['sv', 'en'],
      pressEmail: 'press@alvmark.example',
      licences: { press: { name: 'Fri att använda vid publicering om regionen' } },
      defaultLicence: 'press',
      topics: {
        'regional-utveckling': { names: { sv: 'Regional utveckling', en: 'Regional development' }, unlisted: false },
        lokalmedia: { names: {}, unlisted: true },
      },
      duty: { '2026-W47': 'elin', '2026-W48': 'jonas', '2026-W49': 'jonas', '2026-W50': 'jonas', '2026-W51': 'jonas' },
      boilerplate: { sv: 'Region Älvmark ansvarar för vård.', en: 'Region Älvmark provides health care.' },
      privacy: { officer: 'dso@alvmark.example', text: { sv: '## Dina uppgifter\n\nVi sparar din e-postadress.' } },
      latenessMs: 7_200_000,
      approval: 'four-eyes',
    });
    expect(newsroom.contacts.jonas).toEqual({ name: 'Jonas Lind', phones: [] });
    expect(Newsroom.parse(JSON.parse(JSON.stringify(newsroom)))).toEqual(newsroom);
  });

  it('says what of a line it left out', async () => {
    await writeFile(path(), SAMPLE);
    const { problems } = await inspectNewsroomFile(path());
    expect(problems).toMatchObject([
      { at: `${path()}:5`, field: 'pressEmail', severity: 'advice', message: '"Reply-To of every letter" after the address was left out.' },
    ]);
  });

  it('needs name, address, press address and publisher, and has a default for everything else', async () => {
    expect(await read(REQUIRED)).toMatchObject({
      timezone: 'Europe/Stockholm',
      languages: ['sv'],
      topics: {},
      licences: {},
      duty: {},
      boilerplate: {},
      approval: 'four-eyes',
      latenessMs: 7_200_000,
      limits: {
        bodyBytes: 64_000,
        imageBytes: 20_000_000,
        attachmentBytes: 50_000_000,
        letters: { domains: {} },
        retry: { firstMs: 300_000, longestMs: 14_400_000, giveUpMs: 345_600_000 },
        lines: 5,
      },
    });
  });

  it('takes every channel and our own hub, unless the file leaves out who need not be told, or names other hubs', async () => {
    const all = ['html', 'feeds', 'email', 'archive', 'websub', 'webhooks'];
    expect(await read(REQUIRED)).toMatchObject({ channels: all, hubs: 'own' });
    const { channels, hubs } = await read(`${REQUIRED}channels: [html, feeds, email, archive]\nhub: none\n`);
    expect({ channels, hubs }).toEqual({ channels: all.slice(0, 4), hubs: [] });
    expect(await read(`${REQUIRED}hub: [https://hub.example/, 'http://other.example/hub']\n`)).toMatchObject({
      hubs: ['https://hub.example/', 'http://other.example/hub'],
    });
    const newsroom = await read(REQUIRED);
    const { channels: _channels, hubs: _hubs, ...older } = newsroom;
    expect(Newsroom.parse(older)).toEqual(newsroom);
  });

  it('takes limits of letters as people write them, and reads those of an older version as none', async () => {
    const { limits } = await read(`${REQUIRED}limits:
  letters: {total: 3 000/min, relay: 100000/d, release: 1000/h, domain: 600 / min, domains: {'@Gmail.com': 300/min}}
  retry: {first: 10 min, giveUp: 5 d}
  lines: 2
`);
    expect(limits).toMatchObject({
      letters: {
        total: { letters: 3_000, perMs: 60_000 },
        relay: { letters: 100_000, perMs: 86_400_000 },
        release: { letters: 1_000, perMs: 3_600_000 },
        domain: { letters: 600, perMs: 60_000 },
        domains: { 'gmail.com': { letters: 300, perMs: 60_000 } },
      },
      retry: { firstMs: 600_000, longestMs: 14_400_000, giveUpMs: 432_000_000 },
      lines: 2,
    });
    const newsroom = await read(REQUIRED);
    const { letters, retry, lines, ...older } = newsroom.limits;
    expect(Newsroom.parse({ ...newsroom, limits: older }).limits).toEqual({ ...older, letters, retry, lines });
  });

  it('keeps things about people as long as it is told, and otherwise as long as is usual', async () => {
    const usual = { deliveries: 400, bounces: 90, signUps: 7, left: 730, audit: 3_650 };
    expect((await read(REQUIRED)).retention).toEqual(usual);
    expect((await read(`${REQUIRED}retention: {deliveries: 100 dagar, left: 365 d}`)).retention).toEqual({
      ...usual,
      deliveries: 100,
      left: 365,
    });
    const { retention, ...older } = await read(REQUIRED);
    expect(Newsroom.parse(older).retention).toEqual(usual);
    const { audit: _, ...without } = retention;
    expect(Newsroom.parse({ ...older, retention: without }).retention).toEqual(usual);
  });

  it('takes a week over the turn of the year, and knows years of 53 weeks', async () => {
    const { duty } = await read(`${REQUIRED}contacts: {elin: {name: Elin Sand}}\nduty: {2026-W52..2027-W01: elin}`);
    expect(Object.keys(duty)).toEqual(['2026-W52', '2026-W53', '2027-W01']);
  });

  it('takes a typeface, and whom to tell of a weakness as an address a program can follow', async () => {
    expect(await read(`${REQUIRED}typeface: sans\nsecurity: sakerhet@alvmark.example`)).toMatchObject({
      typeface: 'sans',
      security: 'mailto:sakerhet@alvmark.example',
    });
    expect(await read(REQUIRED)).toMatchObject({ typeface: 'serif' });
  });

  it('finds a light colour of its own for a dark page', async () => {
    const { colours } = await read(`${REQUIRED}colours: {accent: '#0b5c8a'}`);
    expect(colours.accent).toBe('#0b5c8a');
    expect(colours.accentDark).not.toBe('#0b5c8a');
  });

  it('hands the logo to whoever stores it', async () => {
    await writeFile(join(folder, 'logga.png'), await drawing());
    await writeFile(path(), `${REQUIRED}logo: logga.png`);
    const stored: string[] = [];
    const storeLogo = async (_: Buffer, name: string) => {
      stored.push(name);
      return 'a'.repeat(64);
    };
    expect((await readNewsroomFile(path(), { storeLogo })).logo).toBe('a'.repeat(64));
    expect(stored).toEqual(['logga.png']);
    expect((await readNewsroomFile(path())).logo).toBeUndefined();
  });

  it('paints a logo that is a drawing, so that nothing in it runs, and takes another for dark pages', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><script>alert(1)</script><rect width="40" height="20" fill="#036"/></svg>';
    await writeFile(join(folder, 'logga.svg'), svg);
    await writeFile(path(), `${REQUIRED}logo: logga.svg\nlogoDark: logga.svg`);
    const stored: Buffer[] = [];
    const newsroom = await readNewsroomFile(path(), { storeLogo: async (data) => String(stored.push(data)).repeat(64) });
    expect(newsroom).toMatchObject({ logo: '1'.repeat(64), logoDark: '2'.repeat(64), logoWidth: 88 });
    for (const data of stored) expect(data.subarray(1, 4).toString('latin1')).toBe('PNG');
  });

  it('keeps a logo small, whatever size it comes in', async () => {
    await writeFile(join(folder, 'stor.png'), await drawing(4_000, 1_000));
    await writeFile(path(), `${REQUIRED}logo: stor.png`);
    const sizes: number[] = [];
    const { logoWidth } = await readNewsroomFile(path(), { storeLogo: async (data) => String(sizes.push(data.length)).repeat(64) });
    expect(logoWidth).toBe(176);
    expect(sizes[0]).toBeLessThan(50_000);
  });

  it('refuses a logo for dark pages that stands alone, and one that is no picture', async () => {
    await writeFile(join(folder, 'logga.txt'), 'hej');
    await writeFile(path(), `${REQUIRED}logoDark: logga.txt`);
    await expect(readNewsroomFile(path())).rejects.toThrow(/logga\.txt is not a picture/);
    await writeFile(join(folder, 'logga.png'), await drawing());
    await writeFile(path(), `${REQUIRED}logoDark: logga.png`);
    await expect(readNewsroomFile(path())).rejects.toThrow(/stands alone/);
  });
});

describe('a wrong newsroom file is answered with line, field and remedy:', () => {
  // biome-ignore format: a row a line reads as a table
  it.each([
    { what: 'nothing at all', text: '', line: 1, field: 'name', says: 'is missing', remedy: 'Region Älvmark' },
    { what: 'an unknown key', add: 'languges: [sv]', field: 'languges', says: 'is not a field', remedy: 'Near: languages.' },
    { what: 'an unknown key inside', add: 'limits: {bodyByte: 64 kB}', field: 'limits.bodyByte', says: 'is not a field', remedy: 'Near: bodyBytes.' },
    { what: 'a time zone that does not exist', add: 'timezone: Europe/Stokholm', field: 'timezone', says: 'is not a time zone', remedy: 'Near: Europe/Stockholm.' },
    { what: 'a colour too light to read', add: "colours: {accent: '#ffcc00'}", field: 'colours.accent', says: /#ffcc00 has a contrast of 1\.\d\d:1/, remedy: /4\.5:1.*darker/ },
    { what: 'a colour too dark for a dark page', add: "colours: {accentDark: '#003355'}", field: 'colours.accentDark', says: /contrast of 1\.\d\d:1 against the dark page/, remedy: 'lighter' },
    { what: 'a colour that YAML takes for a remark', add: 'colours:\n  accent: #0b5c8a', line: 6, field: 'accent', says: 'was cut off', remedy: "accent: '#0b5c8a'" },
    { what: 'a typeface there is none of', add: 'typeface: comic', field: 'typeface', says: '"comic" is none of serif, sans', remedy: 'serif, sans' },
    { what: 'a security contact nobody can write to', add: 'security: telefonen', field: 'security', says: 'no mail address and no https address', remedy: 'security: sakerhet@alvmark.example' },
    { what: 'a colour that is none', add: 'colours: {accent: blue}', field: 'colours.accent', says: 'is not a colour', remedy: 'six digits' },
    { what: 'duty of nobody', add: 'contacts: {elin: {name: Elin}}\nduty: {2026-W47: eln}', line: 6, field: 'duty.2026-W47', says: '"eln" is not one of contacts', remedy: 'Near: elin.' },
    { what: 'a week that does not exist', add: 'contacts: {elin: {name: Elin}}\nduty: {2027-W53: elin}', line: 6, field: 'duty.2027-W53', says: 'is not a possible name', remedy: '2026-W47' },
    { what: 'a week with two people', add: 'contacts: {elin: {name: Elin}}\nduty: {2026-W47..W48: elin, 2026-W48: elin}', line: 6, field: 'duty.2026-W48', says: 'has somebody on duty already', remedy: 'earlier' },
    { what: 'a limit without a time', add: 'limits: {letters: {total: 20}}', field: 'limits.letters.total', says: 'is not a number of letters in a time', remedy: '300/min' },
    { what: 'a limit of nothing', add: 'limits: {letters: {domains: {gmail.com: 0/min}}}', field: 'limits.letters.domains.gmail.com', says: 'is not a number of letters', remedy: '300/min' },
    { what: 'a limit of what is no domain', add: 'limits: {letters: {domains: {gmail: 20/min}}}', field: 'limits.letters.domains.gmail', says: 'is not a possible name', remedy: 'gmail.com' },
    { what: 'a limit of another kind', add: 'limits: {letters: {domian: 20/min}}', field: 'limits.letters.domian', says: 'is not a field', remedy: 'Near: domain.' },
    { what: 'gaps that shrink', add: 'limits: {retry: {first: 5 h}}', field: 'limits.retry', says: 'longer than the longest', remedy: '4 h' },
    { what: 'a last try before the first gap is over', add: 'limits: {retry: {giveUp: 1 h}}', field: 'limits.retry', says: 'gives up before', remedy: '4 d' },
    { what: 'no lines', add: 'limits: {lines: 0}', field: 'limits.lines', says: 'cannot be used', remedy: 'from 1 to 50' },
    { what: 'letters forgotten before a correction can follow', add: 'retention: {deliveries: 7 d}', field: 'retention.deliveries', says: '7 days are too few: corrections', remedy: 'At least 30 d' },
    { what: 'an audit forgotten within the year', add: 'retention: {audit: 100 d}', field: 'retention.audit', says: '100 days are too few: who approved', remedy: 'At least 365 d' },
    { what: 'a time to keep things in other words', add: 'retention: {left: 2 years}', field: 'retention.left', says: 'is not a number of days', remedy: '730 d' },
    { what: 'digests at no time of day', add: 'digests: {daily: morgon}', field: 'digests.daily', says: 'is not a time of day', remedy: '09:30' },
    { what: 'a weekly digest without a weekday', add: "digests: {weekly: '07:00'}", field: 'digests.weekly', says: 'is not a weekday and a time', remedy: 'monday 07:00' },
    { what: 'a misspelt weekday', add: 'digests: {weekly: mondya 07:00}', field: 'digests.weekly', says: 'is not a weekday and a time', remedy: 'Near: monday' },
    { what: 'a span of time in words', add: 'lateness: två timmar', field: 'lateness', says: 'is not a span of time', remedy: '2 h' },
    { what: 'a listed topic without a name', add: 'topics: {naringsliv: {en: Business}}', field: 'topics.naringsliv', says: 'has no name in sv', remedy: 'unlisted: yes' },
    { what: 'a topic with a capital', add: 'topics: {Näringsliv: {sv: Näringsliv}}', field: 'topics.Näringsliv', says: 'is not a possible name', remedy: 'cannot stand in an address' },
    { what: 'two default licences', add: 'licences: {a: {name: A, default: yes}, b: {name: B, default: yes}}', field: 'licences', says: 'are both default', remedy: 'one of them' },
    { what: 'an approval of another kind', add: 'approval: two-eyes', field: 'approval', says: 'is none of', remedy: 'four-eyes' },
    { what: 'a text file that is not there', add: 'boilerplate: {sv: omm.md}', field: 'boilerplate.sv', says: 'does not exist', remedy: 'Near: om.md.' },
    { what: 'HTML in a text', add: 'boilerplate:\n  sv: |\n    Ett.\n    <b>Två</b>', line: 8, field: 'boilerplate.sv', says: '<b> is HTML', remedy: '**bold**' },
    { what: 'a hub that is none', add: 'hub: theirs', field: 'hub', says: '"theirs" is not a hub', remedy: 'own, none' },
    { what: 'a channel left out', add: 'channels: [html, feeds]', field: 'channels', says: 'leaves out email and archive', remedy: 'letters: no' },
    { what: 'a language whose address is taken', add: 'languages: [sv, dev]', field: 'languages[1]', says: 'an address of the program', remedy: 'not possible' },
    { what: 'a bad press address', text: REQUIRED.replace('press@', 'press'), line: 3, field: 'pressEmail', says: 'is not a mail address', remedy: 'press@' },
    { what: 'a colon in a value', text: REQUIRED.replace('Storgatan 1', 'Besök: Storgatan 1'), line: 2, field: 'address', says: '": " cannot stand', remedy: 'address: >-' },
  ])('$what', async ({ text, add, line = 5, field, says, remedy }) => {
    const problems = await problemsIn(() => read(text ?? `${REQUIRED}${add}\n`));
    const problem = problems.find((one) => one.field === field);
    expect(problem?.at).toBe(`${path()}:${line}`);
    expect(problem?.message).toMatch(says);
    expect(problem?.remedy).toMatch(remedy);
    if (text !== '') expect(problems).toHaveLength(1);
  });

  it('HTML in a file of its own, by that file’s line', async () => {
    const problems = await problemsIn(() => read(`${REQUIRED}boilerplate: {sv: html.md}`));
    expect(problems).toMatchObject([{ at: 'html.md:3', field: 'boilerplate.sv' }]);
  });

  it('a file that is not there', async () => {
    const problems = await problemsIn(() => readNewsroomFile(join(folder, 'nowhere.yaml')));
    expect(problems).toMatchObject([{ message: 'the file does not exist.' }]);
  });
});
