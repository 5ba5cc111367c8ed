import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReleaseJson, readReleaseText } from '../../../src/shared/intake/release-file.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { anyFile, type Expected, expectProblem, problemsIn, releaseText, sampleReleaseText } from '../../support/releases.ts';

/** What went in, and the one problem it must be answered with: place, field, what is wrong, what to do. */
type Row = Expected & { what: string; text: string };

const image = (lines: string) => releaseText({ fields: `images:\n  - file: a.jpg\n${lines.replace(/^/gm, '    ')}` });
const good = 'alt: Ett hus.\ncredit: Mira Alm';
const event = (lines: string) => releaseText({ fields: `event:\n  title: Öppet hus\n${lines.replace(/^/gm, '  ')}` });
const decision = (lines: string) => releaseText({ fields: `decisions:\n  by: Nämnden\n${lines.replace(/^/gm, '  ')}` });

// biome-ignore format: a row a line reads as a table
const FORM: Row[] = [
  { what: 'a colon in a title', text: '---\nlanguage: sv\ntitle: Klart: tre nya\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: '": " cannot stand in a value', remedy: /title: >-\n {30}Klart: tre nya/ },
  { what: 'a value that begins with a quotation', text: '---\nlanguage: sv\ntitle: x\nlead: "Bra" säger nämnden\n---\nx', at: 'ny.md:4', field: 'lead', says: 'must end with "', remedy: /lead: >-/ },
  { what: 'a value that begins with a bracket', text: '---\nlanguage: sv\ntitle: [Bra] nyheter\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'is read as a list', remedy: /title: >-/ },
  { what: 'a value that begins with @', text: '---\nlanguage: sv\ntitle: @region i nytt\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'cannot begin with @', remedy: /title: >-/ },
  { what: 'a value that YAML takes for a reference', text: '---\nlanguage: sv\ntitle: *Nytt* i dag\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'cannot begin with *', remedy: /title: >-/ },
  { what: 'a value that YAML takes for an anchor', text: '---\nlanguage: sv\ntitle: &Nytt här\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'cannot begin with &', remedy: /title: >-/ },
  { what: 'a # that cuts the title', text: '---\nlanguage: sv\ntitle: Vi är #1 i landet\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'was cut off', remedy: "title: 'Vi är #1 i landet'" },
  { what: 'no space after a colon', text: '---\nlanguage: sv\ntitle:Nytt\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'no space after the colon', remedy: 'Write title: and a space' },
  { what: 'a tab before a field', text: '---\nlanguage: sv\ntitle: x\nlead: x\ncontacts:\n\t- name: Jon\n---\nx', at: 'ny.md:6', field: 'name', says: 'indented with a tab', remedy: 'Indent with spaces' },
  { what: 'a quote that is never closed', text: '---\nlanguage: sv\nlead: x\ntitle: "Nytt\n---\nx', at: 'ny.md:4', field: 'title', says: 'must end with "', remedy: /title: >-/ },
  { what: 'a field that stands twice', text: '---\nlanguage: sv\ntitle: x\nlead: x\ntitle: y\n---\nx', at: 'ny.md:5', field: 'title', says: 'stands twice', remedy: 'Keep one' },
  { what: 'uneven indentation', text: '---\nlanguage: sv\ntitle: x\nlead: x\nevent:\n   title: x\n  start: 2026-12-03 09:00\n---\nx', at: 'ny.md:7', field: 'start', says: 'does not begin where its neighbours do', remedy: 'indented alike' },
  { what: 'a line that is no field', text: '---\nlanguage: sv\ntitle: x\nlead: x\nbara text\n---\nx', at: 'ny.md:5', field: '', says: '"bara text" is not a line of the form', remedy: 'Give it a name' },
  { what: 'no fields at all', text: 'En text utan fält.', at: 'ny.md:1', field: '', says: 'does not begin with a line ---', remedy: './depesch release template' },
  { what: 'fields without an end', text: '---\ntitle: x\n\nEn text.', at: 'ny.md:1', field: '', says: 'have no end', remedy: 'Write a line ---' },
  { what: 'an empty file', text: '\n\n', at: 'ny.md:1', field: '', says: 'is empty', remedy: './depesch release template' },
  { what: 'a list in place of fields', text: '---\n- title\n- lead\n---\nx', at: 'ny.md:2', field: 'the release', says: 'is a list', remedy: 'name: value' },
  { what: 'a body among the fields', text: releaseText({ fields: 'body: Text' }), at: 'ny.md:7', field: 'body', says: 'cannot stand among the fields', remedy: 'below the second line' },
  { what: 'an unknown field', text: releaseText({ fields: 'topcs: [naringsliv]' }), at: 'ny.md:7', field: 'topcs', says: 'is not a field', remedy: 'Near: topics.' },
  { what: 'an unknown field of a picture', text: image(`${good}\ncreditt: x`), at: 'ny.md:11', field: 'images[0].creditt', says: 'is not a field', remedy: 'Near: credit.' },
];

// biome-ignore format: a row a line reads as a table
const VALUES: Row[] = [
  { what: 'no title', text: '---\nlanguage: sv\nlead: x\n---\nx', at: 'ny.md:2', field: 'title', says: 'is missing', remedy: 'title: >-' },
  { what: 'an empty title', text: '---\nlanguage: sv\ntitle:\nlead: x\n---\nx', at: 'ny.md:3', field: 'title', says: 'is empty', remedy: 'Fill it in' },
  { what: 'a title of 300 characters', text: releaseText({ title: 'a'.repeat(300) }), at: 'ny.md:3', field: 'title', says: '300 characters', remedy: 'at most 200' },
  { what: 'no lead', text: '---\nlanguage: sv\ntitle: x\n---\nx', at: 'ny.md:2', field: 'lead', says: 'is missing', remedy: 'opening paragraph' },
  { what: 'a lead of 2,000 characters', text: releaseText({ lead: 'a '.repeat(1_000) }), at: 'ny.md:5', field: 'lead', says: '1,999 characters', remedy: 'at most 1,000' },
  { what: 'no language', text: '---\ntitle: x\nlead: x\n---\nx', at: 'ny.md:2', field: 'language', says: 'is missing', remedy: 'language: sv' },
  { what: 'a language by its name', text: releaseText({ language: 'svenska' }), at: 'ny.md:2', field: 'language', says: '"svenska" is not a language', remedy: 'sv, en' },
  { what: 'no body', text: releaseText({ body: '' }), at: 'ny.md:8', field: 'body', says: 'is empty', remedy: 'Fill it in' },
  { what: 'a type that does not exist', text: releaseText({ fields: 'type: pressrelease' }), at: 'ny.md:7', field: 'type', says: 'is none of', remedy: 'Near: press-release.' },
  { what: 'neither yes nor no', text: releaseText({ fields: 'letters: kanske' }), at: 'ny.md:7', field: 'letters', says: 'neither yes nor no', remedy: 'ja or nej' },
  { what: 'an address with capitals', text: releaseText({ fields: 'slug: Öppet Hus' }), at: 'ny.md:7', field: 'slug', says: 'cannot stand in an address', remedy: 'small letters' },
  { what: 'an address of 70 characters', text: releaseText({ fields: `slug: ${'a'.repeat(70)}` }), at: 'ny.md:7', field: 'slug', says: '70 characters', remedy: 'at most 60' },
  { what: 'a day that does not exist', text: decision('date: 2026-02-30\nitems:\n  - title: x'), at: 'ny.md:9', field: 'decisions.date', says: 'is not a day', remedy: '2026-11-19' },
  { what: 'a day in words', text: decision('date: 18 november\nitems:\n  - title: x'), at: 'ny.md:9', field: 'decisions.date', says: 'is not a day', remedy: '2026-11-19' },
  { what: 'decisions without items', text: decision('date: 2026-11-18\nitems: []'), at: 'ny.md:10', field: 'decisions.items', says: 'has no entries', remedy: 'Add one' },
  { what: 'an amount in words', text: decision('date: 2026-11-18\ntotal: tre miljoner\nitems:\n  - title: x'), at: 'ny.md:10', field: 'decisions.total', says: 'is not an amount', remedy: '1 240 000 kr' },
  { what: 'an amount with crooked groups', text: decision('date: 2026-11-18\ntotal: 12 40 000 kr\nitems:\n  - title: x'), at: 'ny.md:10', field: 'decisions.total', says: 'is not an amount', remedy: '1 240 000 kr' },
  { what: 'a start without a time', text: event('start: 2026-12-03'), at: 'ny.md:9', field: 'event.start', says: 'is not a day and a time', remedy: '2026-11-19 09:30' },
  { what: 'an hour that does not exist', text: event('start: 2026-12-03 25:10'), at: 'ny.md:9', field: 'event.start', says: 'is not a day and a time', remedy: '2026-11-19 09:30' },
  { what: 'an end before the start', text: event('start: 2026-12-03 09:00\nend: 2026-12-03 08:00'), at: 'ny.md:10', field: 'event.end', says: 'is not after the start', remedy: 'later time' },
  { what: 'a stream that is no web address', text: event('start: 2026-12-03 09:00\nstream: javascript:alert(1)'), at: 'ny.md:10', field: 'event.stream', says: 'is not a web address', remedy: 'https://' },
  { what: 'a programme that begins without a time', text: event('start: 2026-12-03 09:00\nprogramme: |\n  Fika\n  09.30 Inledning'), at: 'ny.md:11', field: 'event.programme', says: 'before the first time', remedy: '09.30 Fika' },
  { what: 'a programme with a time that does not exist', text: event('start: 2026-12-03 09:00\nprogramme: |\n  09.00 Fika\n  31.30 Inledning'), at: 'ny.md:12', field: 'event.programme', says: 'does not open with a time', remedy: '09.30 Fika' },
  { what: 'a latest time before the time', text: releaseText({ fields: 'publishAt: 2026-11-19 09:30\npublishLatest: 2026-11-19 9.00' }), at: 'ny.md:8', field: 'publishLatest', says: 'is not after publishAt', remedy: 'later time' },
  { what: 'a bad mail address', text: releaseText({ fields: 'contacts:\n  - name: Jon Dahl\n    email: jon.dahl(at)alvmark.example' }), at: 'ny.md:9', field: 'contacts[0].email', says: 'is not a mail address', remedy: 'press@' },
  { what: 'a telephone number without digits', text: releaseText({ fields: 'contacts:\n  - name: Jon Dahl\n    phones: [växeln]' }), at: 'ny.md:9', field: 'contacts[0].phones[0]', says: 'is not a telephone number', remedy: '070-174 06 05' },
  { what: 'a contact without a name', text: releaseText({ fields: 'contacts:\n  - title: chef' }), at: 'ny.md:8', field: 'contacts[0].name', says: 'is missing', remedy: 'Jon Dahl' },
  { what: 'an unknown topic', text: releaseText({ fields: 'topics: [naringliv]' }), at: 'ny.md:7', field: 'topics', says: '"naringliv" is not a topic of this newsroom', remedy: 'Near: naringsliv. All: ./depesch topics' },
  { what: 'text where a list belongs', text: releaseText({ fields: 'images: bild.jpg' }), at: 'ny.md:7', field: 'images', says: 'is plain text', remedy: 'after a dash' },
  { what: 'a body of 5 MB', text: releaseText({ body: 'å'.repeat(2_500_000) }), at: 'ny.md:8', field: 'body', says: '2,500,000 characters', remedy: 'at most 1,000,000' },
  { what: 'a body above the newsroom’s limit', text: releaseText({ body: 'ord '.repeat(60_000) }), at: 'ny.md:8', field: 'body', says: /240\skB, more than 200\skB/, remedy: 'attachments' },
];

// biome-ignore format: a row a line reads as a table
const PUBLIC: Row[] = [
  { what: 'a picture without alt text', text: image('credit: Mira Alm'), at: 'ny.md:8', field: 'images[0].alt', says: 'is missing', remedy: 'Say what the picture shows; for pure decoration: decorative: yes' },
  { what: 'a picture without credit', text: image('alt: Ett hus.'), at: 'ny.md:8', field: 'images[0].credit', says: 'is missing', remedy: 'Name the photographer' },
  { what: 'an unknown licence', text: image(`${good}\nlicence: pres`), at: 'ny.md:11', field: 'images[0].licence', says: '"pres" is not a licence', remedy: 'Near: press.' },
  { what: 'decoration with an alt text', text: image(`${good}\ndecorative: yes`), at: 'ny.md:11', field: 'images[0].decorative', says: 'has an alt text', remedy: 'Keep one' },
  { what: 'a picture without a file', text: releaseText({ fields: 'images:\n  - alt: Ett hus.\n    credit: x' }), at: 'ny.md:8', field: 'images[0].file', says: 'is missing', remedy: 'file: bilder/' },
  { what: 'a javascript: link', text: releaseText({ body: 'Ett.\n\nLäs [mer](javascript:alert(1)).' }), at: 'ny.md:10', field: 'body', says: '"javascript:alert(1)" cannot be followed', remedy: 'https://' },
  { what: 'a link to a file of one’s own machine', text: releaseText({ body: '[mer](file:///etc/passwd)' }), at: 'ny.md:8', field: 'body', says: 'cannot be followed', remedy: 'https://' },
  { what: 'half an address', text: releaseText({ body: 'Ett\n[mer](/om-oss)' }), at: 'ny.md:9', field: 'body', says: 'cannot be followed', remedy: 'Write the whole address' },
  { what: 'a link without text', text: releaseText({ body: '[](https://www.alvmark.example/)' }), at: 'ny.md:8', field: 'body', says: 'has no text', remedy: 'where it leads' },
  { what: 'a heading of the first level', text: releaseText({ body: 'Ett.\n\n# Två' }), at: 'ny.md:10', field: 'body', says: 'is of the first level', remedy: '## Två' },
  { what: 'a heading underlined with =', text: releaseText({ body: 'Två\n===' }), at: 'ny.md:8', field: 'body', says: 'is of the first level', remedy: '## Två' },
  { what: 'HTML in the body', text: releaseText({ body: 'Ett <b>fett</b> ord.' }), at: 'ny.md:8', field: 'body', says: '<b> is HTML', remedy: '**bold**' },
  { what: 'a script in the body', text: releaseText({ body: '<script>alert(1)</script>' }), at: 'ny.md:8', field: 'body', says: 'is HTML', remedy: 'Markdown' },
  { what: 'a remark in the body', text: releaseText({ body: 'Ett.\n\n<!-- fråga Jon först -->' }), at: 'ny.md:10', field: 'body', says: 'would be read by everybody', remedy: 'Take it out' },
  { what: 'a picture in the body', text: releaseText({ body: '![Ett hus](hus.jpg)' }), at: 'ny.md:8', field: 'body', says: 'hus.jpg stands in the text', remedy: 'images:' },
  { what: 'a heading in a fact box', text: releaseText({ fields: 'facts:\n  - title: Fakta\n    text: |\n      Ett.\n\n      # Två' }), at: 'ny.md:12', field: 'facts[0].text', says: 'first level', remedy: '## Två' },
];

const newsroom = sampleNewsroom();
const read = (text: string) => () => readReleaseText(text, { name: 'ny.md', resolve: anyFile, newsroom });

describe('a bad release file is answered with place, field and remedy:', () => {
  it.each(FORM)('$what', async (row) => expectProblem(await problemsIn(read(row.text)), row));
  it.each(VALUES)('$what', async (row) => expectProblem(await problemsIn(read(row.text)), row));
  it.each(PUBLIC)('$what', async (row) => expectProblem(await problemsIn(read(row.text)), row));

  it('names every problem of a file in one run, in the order of its lines', async () => {
    const text = `---\ntitle: Klart: tre nya\nlanguage: svenska\ntopics: [naringliv]\nimages:\n  - file: a.jpg\n    credti: x\n---\n# Rubrik\n`;
    const problems = await problemsIn(read(text));
    expect(problems.map((problem) => `${problem.at} ${problem.field}`)).toEqual([
      'ny.md:2 title',
      'ny.md:2 lead',
      'ny.md:3 language',
      'ny.md:4 topics',
      'ny.md:7 images[0].credti',
      'ny.md:9 body',
    ]);
  });
});

describe('a damaged release file', () => {
  const sample = sampleReleaseText();
  const piece = fc.constantFrom(
    ...['"', "'", ': ', ' #', '[', '{', '}', '\t', '\n', '- ', '*', '&a ', '!x ', '|', '>', '%', '@', '---\n', '? ', '\0', '\ud800', ''],
  );
  const damage = fc.record({ at: fc.nat(sample.length), cut: fc.nat(30), put: piece });

  it('is still a release, or answered with lines and remedies (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
        const text = damages.reduce((whole, { at, cut, put }) => whole.slice(0, at) + put + whole.slice(at + cut), sample);
        for (const problem of await problemsIn(read(text))) {
          expect(problem.at).toMatch(/^ny\.md:\d+$/);
          expect(problem.remedy).not.toBe('');
        }
      }),
      { numRuns: 60 },
    );
  }, 20_000);
});

describe('bad JSON is answered with its path and the remedy:', () => {
  const release = { language: 'sv', title: 'En rubrik', lead: 'En ingress.', body: 'En text.' };
  // biome-ignore format: a row a line reads as a table
  it.each([
    { what: 'a number as title', value: { ...release, title: 7 }, field: 'title', says: 'is a number', remedy: 'Write it as text' },
    { what: 'a missing body', value: { ...release, body: undefined }, field: 'body', says: 'is missing', remedy: 'Write the text' },
    { what: 'a picture without hash', value: { ...release, images: [{ name: 'a.jpg' }] }, field: 'images[0].asset', says: 'is missing', remedy: 'POST /api/assets' },
    { what: 'a hash that is none', value: { ...release, images: [{ name: 'a.jpg', asset: 'abc' }] }, field: 'images[0].asset', says: 'not in the form', remedy: 'POST /api/assets' },
    { what: 'a file, which the API cannot read', value: { ...release, images: [{ file: 'a.jpg' }] }, field: 'images[0].file', says: 'cannot be read from here', remedy: 'POST /api/assets' },
    { what: 'an unknown field', value: { ...release, titel: 'x' }, field: 'titel', says: 'is not a field', remedy: 'Near: title.' },
    { what: 'an amount with parts of an öre', value: { ...release, decisions: { by: 'x', date: '2026-11-18', items: [{ title: 'x', amount: 1.005 }] } }, field: 'decisions.items[0].amount', says: 'parts of an öre', remedy: '1 240 000 kr' },
  ])('$what', async ({ value, field, says, remedy }) => {
    expectProblem(await problemsIn(() => parseReleaseJson(value)), { at: '', field, says, remedy });
  });

  it.each([[null], ['text'], [[1, 2]], [7]])('a value that is no release: %j', async (value) => {
    const problems = await problemsIn(() => parseReleaseJson(value));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.remedy).not.toBe('');
  });
});
