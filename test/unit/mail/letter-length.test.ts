import fc from 'fast-check';
import { expect, it } from 'vitest';
import { composeDigest } from '../../../src/shared/mail/digest-letter.ts';
import { composeLetter } from '../../../src/shared/mail/letter.ts';
import { LETTER_BYTES } from '../../../src/shared/mail/letter-parts.ts';
import type { LetterText } from '../../../src/shared/mail/raw.ts';
import { renderContent } from '../../../src/shared/release/markdown/markdown.ts';
import type { RevisionView } from '../../../src/shared/release/view.ts';
import { earlierContent } from '../../support/letter-kinds.ts';
import { samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const sample = sampleView();

/** Texts as long as a release may have, of characters that take little or much room in HTML. */
const text = (most: number) =>
  fc.tuple(fc.constantFrom('ord ', 'å', '"', '👩‍🔬 ', '<b>', '\n\n', '- a\n'), fc.integer({ min: 1, max: most })).map(([unit, length]) =>
    unit
      .repeat(Math.ceil(length / unit.length))
      .slice(0, length)
      .toWellFormed(),
  );
const several = <Value>(value: fc.Arbitrary<Value>, most: number) =>
  fc.tuple(value, fc.integer({ min: 0, max: most })).map(([item, count]) => Array.from({ length: count }, () => item));

const person = fc.record({ name: text(500), title: text(500), organisation: text(500), phones: several(fc.constant('070-174 06 05'), 10) });
const view: fc.Arbitrary<RevisionView> = fc
  .record({
    title: text(200),
    lead: text(1_000),
    body: text(64_000),
    facts: several(fc.record({ title: text(500), text: text(10_000) }), 20),
    decisions: fc.record({
      by: text(500),
      date: fc.constant('2026-11-18'),
      items: several(fc.record({ title: text(500), text: text(2_000), amount: fc.constant(1_000) }), 500).filter(
        (items) => items.length > 0,
      ),
    }),
    contacts: several(person, 30),
    pressContacts: several(person, 10),
    images: several(fc.constant(sample.content.images[0]!), 50),
  })
  .map((parts) => {
    const content = { ...sample.content, ...parts };
    return { ...sample, content, rendered: renderContent(content) };
  });

function expectFits({ html, text }: LetterText): void {
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(LETTER_BYTES);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LETTER_BYTES);
  for (const part of [html, text]) {
    expect(part).toContain('/releases/klart-tre-nya-motesplatser');
    expect(part).toContain('/unsubscribe/');
  }
}

it('whatever a release is long in, neither part of its letter passes 100 kB, and the links to the page and out stay', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(view, (long) => expectFits(composeLetter(long, publisher, { earlier: { title: '', content: earlierContent() } }))),
    { numRuns: 12 },
  );
});

it('nor does a digest, however much there is', { timeout: 60_000 }, () => {
  const date = new Date('2026-11-23T06:00:00Z');
  fc.assert(
    fc.property(several(view, 400), fc.constantFrom('sv', 'en'), (items, language) => {
      if (items.length > 0) expectFits(composeDigest({ frequency: 'mixed', language, date, items }, publisher));
    }),
    { numRuns: 8 },
  );
});
