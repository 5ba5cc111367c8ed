import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { BAR_ORDER, renderBar } from '../../../src/producers/desk/letters/equation-bar.ts';
import { renderList } from '../../../src/producers/desk/list.ts';
import { mark } from '../../../src/producers/desk/marks.ts';
import { deskWords, formatCount } from '../../../src/producers/desk/words.ts';
import { RELEASE_STATES } from '../../../src/shared/publishing/releases.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../../src/shared/schema/tables.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

function counts(values: readonly number[]): Record<DeliveryState, number> {
  return Object.fromEntries(DELIVERY_STATES.map((state, index) => [state, values[index] ?? 0])) as Record<DeliveryState, number>;
}

describe('the bar of the equation', () => {
  it('knows every state a delivery can be in', () => {
    expect([...BAR_ORDER].sort()).toEqual([...DELIVERY_STATES].sort());
  });

  it('gives every letter its place: the parts follow each other and fill the bar', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 8, maxLength: 8 }), (values) => {
        const bar = renderBar(counts(values), { id: 'run', sentence: 'x' }).toString();
        const parts = [...bar.matchAll(/class="part[^"]*" x="([\d.]+)" y="0" width="([\d.]+)"/g)].map(
          (match) => [Number(match[1]), Number(match[2])] as const,
        );
        let x = 0;
        for (const [from, width] of parts) {
          expect(from).toBeCloseTo(x, 1);
          x = from + width;
        }
        if (values.some((value) => value > 0)) expect(x).toBeCloseTo(600, 1);
        expect(parts.length).toBe(values.filter((value) => value > 0).length);
      }),
    );
  });

  it('says the same in words and is well-formed', () => {
    const bar = renderBar(counts([5, 1, 0, 2]), { id: 'run', sentence: '5 & 1' }).toString();
    expect(bar).toContain('aria-label="5 &amp; 1"');
    const parser = new SaxesParser();
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(bar).close();
    expect(bar).not.toContain('style=');
  });
});

describe('a state', () => {
  it('is told by a word and a shape of its own', () => {
    const shapes = new Set(
      [...RELEASE_STATES, 'owed', 'done', 'failed'].map((state) => /<svg[\s\S]*<\/svg>/.exec(mark(state as 'owed', 'word').toString())![0]),
    );
    expect(shapes.size).toBe(RELEASE_STATES.length + 3);
  });
});

describe('the desk’s words', () => {
  it('name every state and count in both languages', () => {
    expect(formatCount(1_206, 'sv')).toMatch(/^1\s206$/);
    expect(formatCount(1_206, 'en')).toBe('1,206');
    for (const language of ['sv', 'en'] as const) {
      for (const state of RELEASE_STATES) expect(deskWords(language).states[state]).not.toBe('');
      for (const state of DELIVERY_STATES) expect(deskWords(language).letters.counts[state]).not.toBe('');
    }
  });
});

describe('the list', () => {
  it('escapes what people wrote', () => {
    const context = {
      language: 'sv',
      words: deskWords('sv'),
      publisher: { newsroom: sampleNewsroom(), baseUrl: 'https://press.example' },
      visitor: undefined,
      path: '/desk/',
    } as const;
    const line = {
      release: 'id',
      slug: 'a',
      language: 'sv',
      title: '<b>5 < 6 & "7"</b>',
      state: 'editing',
      draftState: 'editing',
      revision: null,
      author: 'elin',
      waitsFor: 'author',
      publishedAt: null,
      publishAt: null,
      updatedAt: new Date(0),
    } as const;
    const page = renderList(context, {
      items: [line],
      state: undefined,
      find: undefined,
      next: undefined,
      first: true,
      unparsed: 0,
      names: new Map(),
    });
    expect(page).toContain('&lt;b&gt;5 &lt; 6 &amp; &quot;7&quot;&lt;/b&gt;');
    expect(page).not.toContain('<b>');
  });
});
