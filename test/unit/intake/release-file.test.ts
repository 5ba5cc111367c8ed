import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReleaseJson, parseReleaseText, readReleaseText } from '../../../src/shared/intake/release-file.ts';
import { ReleaseContent } from '../../../src/shared/release/content.ts';
import { freezeContent } from '../../../src/shared/release/freeze.ts';
import { contentHash } from '../../../src/shared/release/hash.ts';
import { quotesOf } from '../../../src/shared/release/markdown/quotes.ts';
import { anyText } from '../../support/any-text.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { anyFile, releaseText, sampleReleaseText } from '../../support/releases.ts';

const readSample = () => readReleaseText(sampleReleaseText(), { name: 'ny.md', resolve: anyFile, newsroom: sampleNewsroom() });

describe('a release file', () => {
  it('with every element reads without a problem', async () => {
    const { content, publishAt, publishLatest, problems } = await readSample();
    expect(problems).toEqual([]);
    expect({ publishAt, publishLatest }).toEqual({ publishAt: '2026-11-19T09:30', publishLatest: '2026-11-19T12:00' });
    expect(content.title).toBe('Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor');
    expect(content.decisions?.items.map((item) => item.amount)).toEqual([1_240_000, 985_500, 610_000]);
    expect(content.decisions?.total).toBe(2_835_500);
    expect(content.event).toMatchObject({ start: '2026-12-03T09:00', end: '2026-12-03T15:30' });
    expect(content.event?.programme[2]).toEqual({
      time: '09:45',
      text: 'Arbete i grupper',
      points: ['Företag som växer', 'Vård på distans'],
    });
    expect(content.contacts[0]?.phones).toEqual(['070-174 06 05', '0980-319 20']);
    expect(content.images[0]).toMatchObject({ name: 'arena-storforsa.jpg', licence: 'press', decorative: false });
    expect(content.attachments[0]).toMatchObject({ name: 'beslut-84.pdf', title: 'Beslut § 84, regionala utvecklingsnämnden' });
  });

  it('keeps its quotes byte for byte and as data', async () => {
    const { content } = await readSample();
    const body = sampleReleaseText().split('\n---\n')[1]!;
    expect(content.body).toBe(body.trim());
    expect(quotesOf(content).map((quote) => [quote.line, quote.speaker?.name])).toEqual([
      [5, 'Karin Ekholm'],
      [15, 'Karin Ekholm'],
    ]);
  });

  it('needs title, lead, language and a body, and has a default for everything else', () => {
    const { content, publishAt, publishLatest } = parseReleaseText(releaseText(), 'ny.md');
    expect({ publishAt, publishLatest }).toEqual({});
    expect(content).toEqual({
      type: 'press-release',
      language: 'sv',
      title: 'En rubrik',
      lead: 'En ingress.',
      body: 'En text.',
      letters: true,
      urgent: false,
      ...Object.fromEntries(
        ['topics', 'images', 'speakers', 'facts', 'contacts', 'pressContacts', 'attachments', 'related'].map((list) => [list, []]),
      ),
    });
  });

  it('means the same with Windows line ends, a byte order mark and decomposed letters', () => {
    const plain = parseReleaseText(releaseText({ title: 'Åre får ny väg', fields: 'topics: [naringsliv]' }), 'ny.md').content;
    const other = `\ufeff${releaseText({ title: 'Åre får ny väg'.normalize('NFD'), fields: 'topics: [naringsliv]' })}`.replaceAll(
      '\n',
      '\r\n',
    );
    expect(contentHash(parseReleaseText(other, 'ny.md').content)).toBe(contentHash(plain));
  });

  it('reads 9.30 as 09:30, ja as yes, and an end without a day as the day of the start', () => {
    const fields =
      'letters: nej\nurgent: ja\nevent:\n  title: Fika\n  start: 2026-12-03 9.30\n  end: 11.00\n  programme: |\n    9.30 Fika\npublishAt: 2026-11-19 kl. 9.30';
    const { content, publishAt } = parseReleaseText(releaseText({ fields }), 'ny.md');
    expect(publishAt).toBe('2026-11-19T09:30');
    expect(content).toMatchObject({ letters: false, urgent: true });
    expect(content.event).toMatchObject({
      start: '2026-12-03T09:30',
      end: '2026-12-03T11:00',
      programme: [{ time: '09:30', text: 'Fika' }],
    });
  });

  it('keeps text that looks like a number', () => {
    const fields = 'registration: 0417\ncontacts:\n  - name: Jon Dahl\n    phones: [0701740605]';
    const { content } = parseReleaseText(releaseText({ fields }), 'ny.md');
    expect(content.registration).toBe('0417');
    expect(content.contacts[0]?.phones).toEqual(['0701740605']);
  });

  it('takes one text where a list of words stands, with or without commas', () => {
    const { content } = parseReleaseText(releaseText({ fields: 'topics: naringsliv, kollektivtrafik\nrelated: ett' }), 'ny.md');
    expect(content).toMatchObject({ topics: ['naringsliv', 'kollektivtrafik'], related: ['ett'] });
  });

  it('lets a field stand blank', () => {
    const { content } = parseReleaseText(
      releaseText({ fields: 'registration:\nslug:\ntopics:\nevent:\ncontacts:\n  - name: Jon Dahl\n    email:' }),
      'ny.md',
    );
    expect(content.contacts).toEqual([{ name: 'Jon Dahl', phones: [] }]);
    expect(content).toMatchObject({ topics: [] });
  });

  it('cleans what cannot be shown, says so, and goes on', () => {
    const { content, problems } = parseReleaseText(
      releaseText({ title: 'Nytt\u0007 hus\uffff', body: 'Lone \ud800 end\u0096 paste' }),
      'ny.md',
    );
    expect(content.title).toBe('Nytt hus');
    expect(content.body).toBe('Lone \ufffd end– paste');
    expect(problems.map((problem) => [problem.at, problem.severity])).toEqual([
      ['ny.md:4', 'advice'],
      ['ny.md:8', 'advice'],
    ]);
  });

  it('gives later problems their line', async () => {
    const { locate } = await readSample();
    const lines = sampleReleaseText().split('\n');
    const line = (beginning: string) => `ny.md:${lines.findIndex((text) => text.trim().startsWith(beginning)) + 1}`;
    const problem = { field: '', at: '', message: 'x', remedy: 'y', severity: 'advice' } as const;
    expect(locate({ ...problem, field: 'decisions' }).at).toBe(line('decisions:'));
    expect(locate({ ...problem, field: 'decisions.items[1].text', at: 'line 1' }).at).toBe('ny.md:43');
    expect(locate({ ...problem, field: 'images[0].licence' }).at).toBe(line('licence:'));
    expect(locate({ ...problem, field: 'body', at: 'line 9' }).at).toBe(line('## Så valdes'));
    expect(locate({ ...problem, field: 'facts[0].text', at: 'line 2' }).at).toBe(line('pågår till'));
  });
});

describe('canonical content', () => {
  it('read again changes nothing', async () => {
    const { content } = await readSample();
    expect(parseReleaseJson(JSON.parse(JSON.stringify(content))).content).toEqual(content);
    const frozen = freezeContent(content, sampleNewsroom());
    expect(contentHash(freezeContent(frozen, sampleNewsroom()))).toBe(contentHash(frozen));
    expect(contentHash(parseReleaseJson(JSON.parse(JSON.stringify(frozen))).content)).toBe(contentHash(frozen));
  });

  const text = anyText(60).map((rest) => `x${rest}`);
  const raw = fc.record(
    {
      title: text,
      lead: text,
      body: fc.array(text, { maxLength: 4 }).map((lines) => lines.join('\n')),
      language: fc.constantFrom('sv', 'EN', 'sv-fi', 'swe', 'sma'),
      topics: fc.oneof(fc.constantFrom('naringsliv, vard', ''), fc.array(fc.constantFrom('naringsliv', ' vard '))),
      letters: fc.constantFrom('ja', 'no', true, 'TRUE'),
      decisions: fc.record({
        by: text,
        date: fc.constant(' 2026-11-18 '),
        total: fc.oneof(fc.integer(), fc.constantFrom('1 240 000,50 kr', 'SEK 1,240', '−5 kr', '')),
        items: fc.array(fc.record({ title: text, amount: fc.integer().map((ore) => ore / 100), text }), { minLength: 1, maxLength: 3 }),
      }),
      event: fc.record({
        title: text,
        start: fc.constantFrom('2026-12-03 9.30', '2026-12-03T09:30Z', '2026-12-03 kl 9.30 +01:00'),
        end: fc.constantFrom('11.00', '2026-12-04 12:00', ''),
        programme: fc.array(fc.record({ time: fc.constantFrom('9.30', 'kl. 9'), text, points: fc.array(text, { maxLength: 2 }) }), {
          maxLength: 2,
        }),
      }),
      contacts: fc.array(
        fc.record({ name: text, phones: fc.constantFrom('070-174 06 05, 112', ''), email: fc.constantFrom('mailto:a@b.example', '') }),
        { maxLength: 2 },
      ),
      facts: fc.array(fc.record({ title: text, text }), { maxLength: 2 }),
    },
    { requiredKeys: ['title', 'lead', 'body', 'language'] },
  );

  it('read again changes nothing, whatever was written (property)', () => {
    let accepted = 0;
    fc.assert(
      fc.property(raw, (value) => {
        const once = ReleaseContent.safeParse(value);
        if (!once.success) return;
        accepted += 1;
        const kept = JSON.parse(JSON.stringify(once.data));
        expect(ReleaseContent.parse(kept)).toEqual(once.data);
        expect(contentHash(ReleaseContent.parse(kept))).toBe(contentHash(once.data));
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(200);
  });
});
