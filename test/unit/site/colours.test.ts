import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, mix, readableOn } from '../../../src/shared/release/newsroom/colours.ts';
import { stylesheetOf } from '../../../src/shared/site/stylesheet.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);

function properties(css: string, scheme: 'light' | 'dark'): Record<string, string> {
  const blocks = [...css.matchAll(/:root \{\n([^}]*--paper[^}]*)\}/g)].map((match) => match[1]!);
  const block = blocks[scheme === 'light' ? 0 : 1]!;
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#\w+);/g)].map((match) => [match[1], match[2]]));
}

test('contrast is measured as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});

test('whatever colour a newsroom chooses, its links can be read in light and dark, on paper and on tinted boxes', () => {
  fc.assert(
    fc.property(colour, colour, (accent, accentDark) => {
      const { css } = stylesheetOf({ ...sampleNewsroom(), colours: { accent, accentDark } });
      for (const scheme of ['light', 'dark'] as const) {
        const made = properties(css, scheme);
        for (const ground of [made.paper!, made.tint!]) {
          for (const text of ['ink', 'quiet', 'accent'])
            expect(contrast(made[text]!, ground), `${text} ${scheme}`).toBeGreaterThanOrEqual(4.5);
        }
        expect(contrast(made['on-accent']!, made.accent!)).toBeGreaterThanOrEqual(4.5);
      }
    }),
    { numRuns: 150 },
  );
});

test('a colour that can be read stays as it is', () => {
  expect(readableOn('#ffffff', '#1f5a4a')).toBe('#1f5a4a');
  expect(mix('#ff0000', '#ff0000', 0.5)).toBe('#ff0000');
});

test('the stylesheet’s address follows its bytes, and it fetches nothing', () => {
  const one = stylesheetOf(sampleNewsroom());
  const other = stylesheetOf({ ...sampleNewsroom(), colours: { accent: '#aa0000', accentDark: '#ffaaaa' } });
  expect(one.path).toMatch(/^\/style\.[0-9a-f]{16}\.css$/);
  expect(other.path).not.toBe(one.path);
  expect(stylesheetOf(sampleNewsroom()).path).toBe(one.path);
  expect(one.css).not.toMatch(/url\(|@import/);
});

test('a newsroom set in sans-serif has it everywhere, after the rules that say otherwise', () => {
  const { css } = stylesheetOf({ ...sampleNewsroom(), typeface: 'sans' });
  expect(css.lastIndexOf('--reading: var(--interface)')).toBeGreaterThan(css.indexOf('--reading: Charter'));
  expect(stylesheetOf(sampleNewsroom()).css).not.toContain('--reading: var(--interface)');
});
