import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, diffContents } from '../../../src/shared/release/changes/diff.ts';
import { passagesOf } from '../../../src/shared/release/changes/passages.ts';
import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { anyText } from '../../support/any-text.ts';
import { sampleView } from '../../support/views.ts';

const sample = sampleView().content;

function changed(before: Partial<ReleaseContent>, after: Partial<ReleaseContent> = {}): Change[] {
  return diffContents({ ...sample, ...before }, { ...sample, ...after });
}

/** A changed passage as a person marks it on paper. */
function marked({ words }: Change): string {
  const signs = { same: ['', ''], removed: ['[-', ']'], added: ['[+', ']'] } as const;
  return (words ?? []).map(({ kind, text }) => `${signs[kind][0]}${text}${signs[kind][1]}`).join('');
}

describe('a comparison of two revisions', () => {
  it('finds nothing between equal texts, however they are wrapped', () => {
    expect(changed({})).toEqual([]);
    expect(changed({ body: sample.body.replace(/(?<!\n)\n(?![\n–#-])/g, ' ') })).toEqual([]);
  });

  it('marks within a passage the words that changed, figures whole', () => {
    const [title] = changed({ title: sample.title.replace('2 835 500', '2 853 500') });
    expect(title).toMatchObject({ place: 'title', after: sample.title });
    expect(marked(title!)).toBe('Klart: tre nya mötesplatser i inlandet får [-2 853 500][+2 835 500] kronor');
    const [event] = changed({ event: { ...sample.event!, start: '2026-12-03T08:30' } });
    expect(marked(event!)).toBe('Tid: torsdag 3 december 2026 kl. [-08.30][+09.00]–15.30');
  });

  it('tells of another picture under the same words by the names of the files, and of nothing when it is the same one', () => {
    const [picture] = sample.images;
    const other = { ...picture!, asset: 'f'.repeat(64), name: 'torg.jpg' };
    const [change, ...more] = changed({}, { images: [other, ...sample.images.slice(1)] });
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      place: 'images',
      before: expect.stringContaining(`(${picture!.name})`),
      after: expect.stringContaining('(torg.jpg)'),
    });
    expect(changed({}, { images: [{ ...picture!, name: 'torg.jpg' }, ...sample.images.slice(1)] })).toEqual([]);
  });

  it('never shows why a release had no registration number: no page says so', () => {
    expect(changed({ registration: 'exempt, minor importance' }, { registration: 'RUN 2026-0001' })).toEqual([
      { place: 'registration', before: null, after: 'RUN 2026-0001' },
    ]);
  });

  it('joins changes that only a space divides', () => {
    const [change] = changed({ body: 'Nästa omgång öppnar tidigt i mars.' }, { body: 'Nästa omgång öppnar sent under maj.' });
    expect(marked(change!)).toBe('Nästa omgång öppnar [-tidigt i mars][+sent under maj].');
  });

  it('gives a passage put in or taken out whole, in the order of the page', () => {
    const changes = changed(
      { body: 'Ett första stycke som står kvar.\n\nDet här försvinner helt.', facts: [] },
      { body: 'Ett första stycke som står kvar.\n\nSista ansökningsdag är den 4 mars.' },
    );
    expect(changes.map(({ place, before, after }) => [place, before, after])).toEqual([
      ['body', null, 'Sista ansökningsdag är den 4 mars.'],
      ['body', 'Det här försvinner helt.', null],
      ['facts', null, 'Fakta om mötesplatserna'],
      ['facts', null, sample.facts[0]!.text],
    ]);
  });

  it('follows decisions, programme and people by what they say, also when they are renamed or moved down', () => {
    const [first, ...others] = sample.contacts;
    const [person] = changed({}, { contacts: [{ ...first!, name: 'Jon Dahlberg' }, ...others] });
    expect(person).toMatchObject({ place: 'contacts' });
    expect(marked(person!)).toMatch(/^Jon \[-Dahl\]\[\+Dahlberg\], enhetschef/);
    const { decisions } = sample;
    const items = decisions!.items.map((item, index) => (index === 2 ? { ...item, amount: 628_000 } : item));
    const amounts = changed({ decisions: { ...decisions!, total: 2_853_500, items } });
    expect(amounts.map(({ place }) => place)).toEqual(['decisions', 'decisions']);
    expect(marked(amounts[0]!)).toContain('[-628\u00a0000][+610\u00a0000]');
    const [added, ...rest] = changed({ event: { ...sample.event!, programme: sample.event!.programme.slice(1) } });
    expect([added, rest]).toEqual([{ place: 'programme', before: null, after: '09.00 Fika' }, []]);
  });

  it('sets two headings that have nothing in common side by side, whole', () => {
    expect(changed({ title: 'Något helt annat' })).toEqual([{ place: 'title', before: 'Något helt annat', after: sample.title }]);
  });
});

/** Few different words, so that texts have something in common; and anything a paste can hold. */
const words = fc.array(fc.constantFrom('ett', 'två', '2 500', '09.30', 'Å\u030a', 'kr.', '–', '👩‍🔬', '\n\n', '- ', '## '), {
  maxLength: 30,
});
const body = fc.oneof(
  words.map((list) => list.join(' ')),
  fc.tuple(words, anyText(40)).map(([list, text]) => `${list.join(' ')}\n\n${text}`),
);

describe('whatever stands in them', () => {
  it('what stayed and what went make the passage before, what stayed and what came the passage now', () => {
    fc.assert(
      fc.property(body, body, anyText(), anyText(), (old, now, oldTitle, title) => {
        for (const { before, after, words } of changed({ body: old, title: oldTitle }, { body: now, title })) {
          expect(before).not.toBe(after);
          if (!words) continue;
          const without = (kind: string) => words.filter((stretch) => stretch.kind !== kind).map(({ text }) => text);
          expect(without('added').join('')).toBe(before);
          expect(without('removed').join('')).toBe(after);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the changes turn the old passages into the new ones', () => {
    fc.assert(
      fc.property(body, body, (old, now) => {
        const of = (text: string) => [...passagesOf({ ...sample, body: text }, 'sv').body].sort();
        const left = of(old);
        for (const { place, before, after } of changed({ body: old }, { body: now })) {
          expect(place).toBe('body');
          if (before !== null) left.splice(left.indexOf(before), 1);
          if (after !== null) left.push(after);
        }
        expect(left.sort()).toEqual(of(now));
      }),
      { numRuns: 300 },
    );
  });

  it('takes no longer than a page may take, for bodies of 64 kB that have every word elsewhere', { timeout: 30_000 }, () => {
    const vocabulary = Array.from({ length: 400 }, (_, index) => `o${index.toString(36)}`);
    const shuffled = (seed: number) => vocabulary.map((_, index) => vocabulary[(index * seed) % vocabulary.length]!);
    const paragraphs = (seed: number, size: number) =>
      Array.from({ length: Math.floor(16_000 / size) }, (_, at) =>
        shuffled(seed + at * 2)
          .slice(0, size)
          .join(' '),
      ).join('\n\n');
    const cases = [5, 60, 200].map((size) => [paragraphs(7, size), paragraphs(13, size)] as const);
    const one = (seed: number) => Array.from({ length: 40 }, () => shuffled(seed).join(' ')).join(' ');
    for (const [old, now] of [...cases, [one(7), one(13)] as const, ['a\n\n'.repeat(21_000), 'b\n\n'.repeat(21_000)] as const]) {
      const from = process.cpuUsage();
      changed({ body: old }, { body: now });
      const { user } = process.cpuUsage(from);
      // Measured 0.3 s at most; what grows with the square of the text takes minutes.
      expect(user / 1_000).toBeLessThan(4_000);
    }
  });
});
