import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releaseForm } from '../../../src/shared/intake/release-fields.ts';
import { parseReleaseForm } from '../../../src/shared/intake/release-file.ts';
import { InvalidInput } from '../../../src/shared/platform/failure.ts';
import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { freezeContent } from '../../../src/shared/release/freeze.ts';
import { hostileContent } from '../../support/hostile-releases.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { sampleEnglish, sampleInvitation, sampleView } from '../../support/views.ts';

const name = 'Övriga uppgifter';

/** As a browser sends a form: its boxes end their lines with CR LF. */
function sent(content: ReleaseContent, fields = releaseForm(content).fields) {
  const form = releaseForm(content);
  return { ...form, body: form.body.replaceAll('\n', '\r\n'), fields: fields.replaceAll('\n', '\r\n') };
}

function problemsOf(form: ReturnType<typeof sent>) {
  try {
    parseReleaseForm(form, { name, newsroom: sampleNewsroom() });
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.filter(({ severity }) => severity === 'error');
    throw error;
  }
  return [];
}

describe('a release in a form', () => {
  it.each([
    ['a release with everything', sampleView().content],
    ['an invitation', sampleInvitation().content],
    ['a translation', sampleEnglish().content],
  ])('comes back as it went out: %s', (_, content) => {
    const read = parseReleaseForm(sent(content), { name, newsroom: sampleNewsroom() });
    expect(freezeContent(read.content, sampleNewsroom())).toEqual(freezeContent(content, sampleNewsroom()));
  });

  it('comes back as it went out, whatever stands in it', () => {
    fc.assert(
      fc.property(hostileContent, (content) => {
        const read = parseReleaseForm(sent(content), { name });
        expect(freezeContent(read.content, sampleNewsroom())).toEqual(freezeContent(content, sampleNewsroom()));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps amounts with öre and amounts paid back', () => {
    const { content } = sampleView();
    const items = [0, 0.5, 1_240_000.25, -300].map((amount) => ({ title: 'x', amount }));
    const paid = { ...content, decisions: { ...content.decisions!, total: 1_239_950.75, items } };
    expect(parseReleaseForm(sent(paid), { name }).content.decisions).toEqual(paid.decisions);
  });

  it('says what is usual without a word, amounts as people read them, and words in one line', () => {
    expect(releaseForm(sampleView().content, { publishAt: '2026-11-19T09:30' }).fields.replaceAll('\u00a0', ' ')).toMatchInlineSnapshot(`
      "language: sv
      topics: [regional-utveckling, naringsliv, lokalmedia]
      registration: RUN 2026-0417
      speakers:
        - name: Karin Ekholm
          title: ordförande i regionala utvecklingsnämnden
          party: A
      decisions:
        by: Regionala utvecklingsnämnden
        date: 2026-11-18
        total: 2 835 500 kr
        items:
          - title: Arena Storforsa
            recipient: Storforsa ekonomiska förening
            amount: 1 240 000 kr
            text: En lokal med kontorsplatser, mötesrum och teknik för digitala möten.
          - title: Studenter möter inlandet
            recipient: Granbäcks kommun
            amount: 985 500 kr
            text: Mötesplatser där studenter och arbetsgivare lär känna varandra.
          - title: Vård utan vägsträcka
            recipient: Lillåns kommun
            amount: 610 000 kr
            text: Ett rum för vårdmöten på distans, öppet för alla i Lillån.
      event:
        title: Öppet hus i Arena Storforsa
        start: 2026-12-03 09:00
        end: 2026-12-03 15:30
        place: Arena Storforsa, Ågatan 11, Storforsa
        stream: https://www.alvmark.example/direkt
        programme:
          - time: 09:00
            text: Fika
          - time: 09:30
            text: "Inledning: Karin Ekholm, regionala utvecklingsnämnden"
          - time: 09:45
            text: Arbete i grupper
            points: [Företag som växer, Vård på distans]
          - time: 12:00
            text: Lunch
          - time: 13:00
            text: Visning av lokalen
          - time: 15:30
            text: Slut
      facts:
        - title: Fakta om mötesplatserna
          text: Pengarna kommer från regionens anslag för regional tillväxt. Projekten pågår till och med 2029. Kommunerna betalar hälften av kostnaden.
      contacts:
        - name: Jon Dahl
          title: enhetschef för projektfinansiering
          organisation: Region Älvmark
          phones: [070-174 06 05, 0980-319 20]
          email: jon.dahl@alvmark.example
        - name: Sara Lind-Öst
          title: verksamhetsledare
          organisation: Storforsa ekonomiska förening
          phones: [070-174 06 11]
          email: sara@arena-storforsa.example
          about: Arena Storforsa
      pressContacts:
        - name: Elin Sand
          title: kommunikatör
          phones: [070-174 06 17]
          email: press@alvmark.example
      related: [regionen-soker-lokaler-i-inlandet]
      timezone: Europe/Stockholm
      publishAt: 2026-11-19 09:30
      "
    `);
  });

  it('names the line of a wrong field, and the box of a wrong text', () => {
    const { content } = sampleView();
    const fields = `${releaseForm(content).fields}topcs: [kultur]\ntitle: En till\n`;
    const lines = fields.trimEnd().split('\n').length;
    const found = problemsOf({ ...sent(content, fields), title: '' }).map(({ at, field }) => [at, field]);
    expect(found).toContainEqual(['', 'title']);
    expect(found).toContainEqual([`${name}:${lines - 1}`, 'topcs']);
    expect(found).toContainEqual([`${name}:${lines}`, 'title']);
    expect(problemsOf({ ...sent(content), body: 'Text\n\n# För stor' }).map(({ at, field }) => [at, field])).toEqual([['line 3', 'body']]);
  });

  it('has pictures and attachments outside the other fields, each with the texts it was given', () => {
    const { content } = sampleView();
    const { images, attachments } = releaseForm(content);
    expect(images[0]).toMatchObject({ asset: content.images[0]!.asset, alt: content.images[0]!.alt, credit: content.images[0]!.credit });
    expect(attachments[0]).toMatchObject({ title: content.attachments[0]!.title, bytes: String(content.attachments[0]!.bytes) });
    const found = problemsOf({
      ...sent(content),
      images: [{ ...images[0], decorative: 'yes' }],
      attachments: [{ ...attachments[0], title: '' }],
    });
    expect(found.map(({ at, field }) => [at, field])).toEqual([
      ['', 'attachments[0].title'],
      ['', 'images[0].decorative'],
    ]);
    // What a picture still lacks is no reason to refuse what was written.
    expect(problemsOf({ ...sent(content), images: [{ ...images[0], alt: '', credit: '' }] })).toEqual([]);
  });

  it('refuses pictures among the other fields: they have a place of their own', () => {
    const { content } = sampleEnglish();
    const fields = `${releaseForm(content).fields}images:\n  - file: bilder/a.jpg\n    alt: a\n    credit: b\n`;
    expect(problemsOf(sent(content, fields)).map(({ field, message }) => [field, message])).toEqual([['images', 'has a box of its own.']]);
  });
});
