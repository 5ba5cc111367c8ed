import { describe, expect, it } from 'vitest';
import { checkContent } from '../../../src/shared/release/check.ts';
import { ReleaseContent } from '../../../src/shared/release/content.ts';
import { freezeContent } from '../../../src/shared/release/freeze.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

const base = { language: 'sv', title: 'T', lead: 'En ingress.', body: 'En text.', registration: 'RUN 1' };
const advice = (parts: object, newsroom = sampleNewsroom()) =>
  checkContent(ReleaseContent.parse({ ...base, ...parts }), newsroom).map(
    (problem) => `${problem.severity} ${problem.at} ${problem.field}: ${problem.message}`,
  );
const image = { asset: 'a'.repeat(64), name: 'a.jpg', alt: 'Ett hus.', credit: 'Mira Alm' };
const decisions = (total: number | undefined, ...amounts: (number | undefined)[]) => ({
  by: 'Nämnden',
  date: '2026-11-18',
  total,
  items: amounts.map((amount) => ({ title: 'x', amount })),
});

describe('advice', () => {
  it('says nothing about a release that is right', () => expect(advice({})).toEqual([]));

  it('compares the sum with the total to the öre', () => {
    expect(advice({ decisions: decisions(0.3, 0.1, 0.2) })).toEqual([]);
    expect(advice({ decisions: decisions(2_853_500, 2_835_500) })).toEqual([
      'advice  decisions: the items make 2\u00a0835\u00a0500\u00a0kr, total says 2\u00a0853\u00a0500\u00a0kr',
    ]);
    expect(advice({ decisions: decisions(undefined, 1) })).toEqual([]);
  });

  it('names quotes by strangers, once when nobody is listed', () => {
    const body = '– Ja, säger Erik Sund.\n\n– Nej, säger Anna Berg.';
    expect(advice({ body })).toEqual(['advice  speakers: is missing while the text quotes somebody.']);
    expect(advice({ body, speakers: [{ name: 'Anna Berg' }] })).toEqual([
      'advice line 1 body: the quote "– Ja, säger Erik Sund." names no speaker.',
    ]);
  });

  it('notices a quote that opens with a hyphen', () => {
    expect(advice({ body: 'Ett.\n\n- Ja, säger Anna Berg.', speakers: [{ name: 'Anna Berg' }] })).toEqual([
      'advice line 3 body: a quote opens with a hyphen and becomes a list.',
    ]);
    expect(advice({ body: '- Ett krav.\n- Ett annat.', speakers: [{ name: 'Anna Berg' }] })).toEqual([]);
  });

  it('notices what a word processor leaves behind: paragraphs without an empty line between, signs that make no list', () => {
    const long = 'Nämnden valde tre projekt. '.repeat(7).trim();
    expect(advice({ body: `${long}\nNästa stycke.\n•\tEn punkt` })).toEqual([
      'advice line 2 body: runs on into the paragraph before.',
      'advice line 3 body: begins a point with •, which makes no list.',
    ]);
    expect(advice({ body: `${long}\n\n- ${long}\n- En punkt\n\n${long.slice(0, 100)}\n${long.slice(0, 20)}` })).toEqual([]);
  });

  it('notices a lead that stands twice', () =>
    expect(advice({ body: 'En ingress.\n\nMer.' })).toEqual(['advice line 1 body: begins with the lead, which already stands above it.']));

  it('notices days that will be wrong tomorrow, but not in quotes', () => {
    expect(advice({ body: 'Ett.\nDet beslutades i går.' })).toEqual([
      'advice line 2 body: "i går" means another day to whoever reads it later.',
    ]);
    expect(advice({ body: '– Det var i går,\nsäger Anna Berg i morgon.', speakers: [{ name: 'Anna Berg' }] })).toEqual([]);
  });

  it.each([
    ['sv', 'Torsdag 20 november 2026 öppnar vi.', '"Torsdag 20 november 2026" is not right.'],
    ['en', 'On Thursday 20 November 2026 we open.', '"Thursday 20 November 2026" is not right.'],
  ])('holds weekdays against their dates in %s', (language, body, message) => {
    expect(advice({ language, body })).toEqual([`advice line 1 body: ${message}`]);
    expect(advice({ language, body: body.replace('20', '19') })).toEqual([]);
  });

  it('misses an event in an invitation, and a registration number', () => {
    expect(advice({ type: 'invitation', registration: undefined })).toEqual([
      'advice  event: is missing in an invitation.',
      'advice  registration: is missing.',
    ]);
  });

  it('names a contact that stands twice', () => {
    const jon = { name: 'Jon Dahl', phones: ['112'] };
    expect(advice({ contacts: [jon, { name: 'Sara Lind' }, jon] })).toEqual([
      'advice  contacts[2]: Jon Dahl stands here and in contacts[0].',
    ]);
    expect(advice({ contacts: [jon, { ...jon, about: 'Arenan' }] })).toEqual([]);
  });
});

describe('what forbids submission', () => {
  it('is a picture without licence only where the newsroom has no default', () => {
    expect(advice({ images: [image] })).toEqual([]);
    expect(advice({ images: [image] }, sampleNewsroom({ defaultLicence: undefined }))).toEqual(['error  images[0].licence: is missing.']);
  });

  it('is a picture without alternative text or credit, or with a licence this newsroom has not; decoration needs no words', () => {
    const lacks = (parts: Partial<typeof image> & Record<string, unknown>) => advice({ images: [{ ...image, ...parts }] });
    expect(lacks({ alt: '' })).toEqual(['error  images[0].alt: is missing.']);
    expect(lacks({ alt: '', decorative: 'yes' })).toEqual([]);
    expect(lacks({ credit: '' })).toEqual(['error  images[0].credit: is missing.']);
    expect(lacks({ licence: 'okänd' })).toEqual([expect.stringMatching(/^error {2}images\[0\]\.licence: /)]);
  });

  it('is not an unlisted topic', () => expect(advice({ topics: ['lokalmedia'] })).toEqual([]));
});

describe('freezing', () => {
  it('fills in licence, name, zone, boilerplate of the language and address', () => {
    const frozen = freezeContent(ReleaseContent.parse({ ...base, language: 'en', images: [image] }), sampleNewsroom());
    expect(frozen).toMatchObject({
      organisation: 'Region Älvmark',
      timezone: 'Europe/Stockholm',
      address: 'Regionens hus, Storgatan 1, 900 00 Älvstad',
    });
    expect(frozen.boilerplate).toMatch(/^Region Älvmark provides/);
    expect(frozen.images[0]?.licence).toBe('press');
  });

  it('leaves the boilerplate out in a language that has none', () => {
    const frozen = freezeContent(ReleaseContent.parse({ ...base, language: 'fi', boilerplate: 'gammal' }), sampleNewsroom());
    expect(frozen.boilerplate).toBeUndefined();
  });

  it('keeps the clock that the times of a correction were read on', () => {
    expect(freezeContent(ReleaseContent.parse({ ...base, timezone: 'Europe/Helsinki' }), sampleNewsroom()).timezone).toBe(
      'Europe/Helsinki',
    );
  });
});
