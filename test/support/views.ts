import { canonicalJson, type Json, sha256Hex } from '../../src/shared/platform/canonical.ts';
import { ReleaseContent } from '../../src/shared/release/content.ts';
import type { ReleaseSummary } from '../../src/shared/release/lists/lists.ts';
import type { Publisher, ReleaseLink, RevisionView, WithdrawnView } from '../../src/shared/release/view.ts';
import { sampleNewsroom } from './newsroom.ts';
import { BODY, BODY_HTML, CONTACTS, DECISION, DECISIONS, FROZEN, MAP, OPEN_HOUSE, PICTURE, SAMPLE_ASSETS } from './sample-parts.ts';

/*
 * Views as store.ts loads them, for tests of everything that renders. People, places and numbers are invented;
 * telephone numbers come from the series set aside for fiction.
 */

export function samplePublisher(overrides: Partial<Publisher['newsroom']> = {}, baseUrl = 'https://press.alvmark.example'): Publisher {
  return { newsroom: { ...sampleNewsroom(), ...overrides }, baseUrl };
}

function content(overrides: Record<string, unknown>): ReleaseContent {
  return ReleaseContent.parse({ type: 'press-release', language: 'sv', body: BODY, ...FROZEN, ...overrides });
}

function viewOf(parsed: ReleaseContent, overrides: Partial<RevisionView>): RevisionView {
  const publishedAt = new Date('2026-11-19T08:30:00.123Z');
  return {
    id: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
    slug: 'klart-tre-nya-motesplatser-i-inlandet-far-2-835-500-kronor',
    n: 1,
    kind: 'first',
    hash: sha256Hex(canonicalJson(parsed as unknown as Json)),
    publication: 41,
    publishedAt,
    firstPublishedAt: publishedAt,
    significantAt: publishedAt,
    changeNote: null,
    conceal: false,
    content: parsed,
    rendered: { body: BODY_HTML, facts: [] },
    assets: SAMPLE_ASSETS,
    history: [{ n: 1, kind: 'first', publishedAt, changeNote: null, conceal: false }],
    translations: [],
    related: [],
    ...overrides,
  };
}

const ENGLISH_LINK: ReleaseLink = {
  slug: 'three-new-meeting-places-inland',
  language: 'en',
  title: 'Decided: three new inland meeting places receive SEK 2,835,500',
  publishedAt: new Date('2026-11-19T09:00:00Z'),
};

const SWEDISH_LINK: ReleaseLink = {
  slug: 'klart-tre-nya-motesplatser-i-inlandet-far-2-835-500-kronor',
  language: 'sv',
  title: 'Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor',
  publishedAt: new Date('2026-11-19T08:30:00.123Z'),
};

/** A press release in Swedish with every element a release can have; corrected once (major, revision 3) after a minor change. */
export function sampleView(overrides: Partial<RevisionView> = {}): RevisionView {
  const first = new Date('2026-11-19T08:30:00.123Z');
  const minor = new Date('2026-11-19T08:41:10.500Z');
  const major = new Date('2026-11-19T09:05:00.400Z');
  const note = 'Beloppet till Vård utan vägsträcka var fel i rubrik och tabell. Rätt belopp är 610 000 kronor.';
  const parsed = content({
    title: SWEDISH_LINK.title,
    lead: 'Storforsa, Lillån och Granbäck får var sin lokal för företag, studenter och vård på distans. Det beslutade regionala utvecklingsnämnden den 18 november.',
    topics: ['regional-utveckling', 'naringsliv', 'lokalmedia'],
    registration: 'RUN 2026-0417',
    images: [
      {
        asset: PICTURE,
        name: 'arena-storforsa.jpg',
        alt: 'Två personer bär in stolar i en lokal med höga fönster.',
        caption: 'Lokalen på Ågatan 11 i Storforsa öppnar i december.',
        credit: 'Mira Alm/Region Älvmark',
        licence: 'press',
      },
      {
        asset: MAP,
        name: 'karta.jpg',
        alt: 'Karta över inlandet med Storforsa, Granbäck och Lillån utmärkta.',
        caption: 'De tre orterna.',
        credit: 'Region Älvmark',
        licence: 'press',
      },
    ],
    speakers: [{ name: 'Karin Ekholm', title: 'ordförande i regionala utvecklingsnämnden', party: 'A' }],
    decisions: DECISIONS,
    event: OPEN_HOUSE,
    facts: [
      {
        title: 'Fakta om mötesplatserna',
        text: 'Pengarna kommer från regionens anslag för regional tillväxt. Projekten pågår till och med 2029. Kommunerna betalar hälften av kostnaden.',
      },
    ],
    contacts: CONTACTS,
    pressContacts: [{ name: 'Elin Sand', title: 'kommunikatör', phones: ['070-174 06 17'], email: 'press@alvmark.example' }],
    attachments: [
      {
        asset: DECISION,
        name: 'beslut-84.pdf',
        title: 'Beslut § 84, regionala utvecklingsnämnden',
        mediaType: 'application/pdf',
        bytes: 184_320,
      },
    ],
    related: ['regionen-soker-lokaler-i-inlandet'],
  });
  return viewOf(parsed, {
    n: 3,
    kind: 'major',
    publication: 44,
    publishedAt: major,
    firstPublishedAt: first,
    significantAt: major,
    changeNote: note,
    rendered: {
      body: BODY_HTML,
      facts: [
        '<p>Pengarna kommer från regionens anslag för regional tillväxt. Projekten pågår till och med 2029. Kommunerna betalar hälften av kostnaden.</p>\n',
      ],
    },
    history: [
      { n: 1, kind: 'first', publishedAt: first, changeNote: null, conceal: false },
      { n: 2, kind: 'minor', publishedAt: minor, changeNote: 'Stavningen av Lillån.', conceal: false },
      { n: 3, kind: 'major', publishedAt: major, changeNote: note, conceal: false },
    ],
    translations: [ENGLISH_LINK],
    related: [
      {
        slug: 'regionen-soker-lokaler-i-inlandet',
        language: 'sv',
        title: 'Regionen söker lokaler i inlandet',
        publishedAt: new Date('2026-05-12T07:00:00Z'),
      },
    ],
    ...overrides,
  });
}

/** An invitation in Swedish without a picture, without named press contact (the duty week answers). */
export function sampleInvitation(overrides: Partial<RevisionView> = {}): RevisionView {
  const parsed = content({
    type: 'invitation',
    title: 'Pressvisning: så blir det nya sjukhusköket i Älvstad',
    lead: 'Välkommen att se köket innan det tas i bruk. Medier kan fotografera och ställa frågor till kökschefen.',
    body: 'Köket lagar 2 400 portioner om dagen. Anmäl dig till presskontakten senast den 30 november.',
    topics: ['halsa-och-vard'],
    registration: 'exempt, minor importance',
    event: {
      title: 'Pressvisning av sjukhusköket',
      start: '2026-12-01T10:00',
      end: '2026-12-01T11:30',
      place: 'Älvstads sjukhus, entré B',
    },
    contacts: [{ name: 'Amir Noori', title: 'kökschef', organisation: 'Region Älvmark', phones: ['070-174 06 23'] }],
  });
  return viewOf(parsed, {
    id: '0b9c7c46-0d6a-4b25-8d5c-1c8f0f3b6a02',
    slug: 'pressvisning-sa-blir-det-nya-sjukhuskoket-i-alvstad',
    publication: 45,
    rendered: {
      body: '<p>Köket lagar 2 400 portioner om dagen. Anmäl dig till presskontakten senast den 30 november.</p>\n',
      facts: [],
    },
    ...overrides,
  });
}

/** The English translation of sampleView: short, no pictures. */
export function sampleEnglish(overrides: Partial<RevisionView> = {}): RevisionView {
  const publishedAt = ENGLISH_LINK.publishedAt;
  const parsed = content({
    language: 'en',
    title: ENGLISH_LINK.title,
    lead: 'Storforsa, Lillån and Granbäck each get premises for businesses, students and remote care. The Regional Development Committee decided on 18 November.',
    body: 'Arena Storforsa opens on 3 December with twelve desks and two rooms for video meetings.\n\n“Nobody who wants to run a business or study should have to move away,” says Karin Ekholm, chair of the Regional Development Committee.',
    topics: ['regional-utveckling'],
    registration: 'RUN 2026-0417',
    translationOf: SWEDISH_LINK.slug,
    speakers: [{ name: 'Karin Ekholm', title: 'chair of the Regional Development Committee' }],
    contacts: [
      {
        name: 'Jon Dahl',
        title: 'head of project funding',
        organisation: 'Region Älvmark',
        phones: ['+46 70 174 06 05'],
        email: 'jon.dahl@alvmark.example',
      },
    ],
    boilerplate:
      'Region Älvmark provides health care, public transport and regional development for 148,000 inhabitants in eleven municipalities.',
  });
  return viewOf(parsed, {
    id: '77d1f7a0-52cf-4c5c-8a9d-3b8f3e6f2a03',
    slug: ENGLISH_LINK.slug,
    publication: 43,
    publishedAt,
    firstPublishedAt: publishedAt,
    significantAt: publishedAt,
    rendered: {
      body: '<p>Arena Storforsa opens on 3 December with twelve desks and two rooms for video meetings.</p>\n<blockquote><p>“Nobody who wants to run a business or study should have to move away,” says Karin Ekholm, chair of the Regional Development Committee.</p></blockquote>\n',
      facts: [],
    },
    history: [{ n: 1, kind: 'first', publishedAt, changeNote: null, conceal: false }],
    translations: [SWEDISH_LINK],
    ...overrides,
  });
}

/** A withdrawn release: what it said is nowhere in it. */
export function sampleWithdrawn(overrides: Partial<WithdrawnView> = {}): WithdrawnView {
  return {
    id: '9a1d2c3b-1111-4222-8333-444455556604',
    slug: 'regionen-inratter-ny-beredskapsenhet',
    n: 2,
    kind: 'withdrawal',
    language: 'sv',
    publication: 46,
    publishedAt: new Date('2026-11-20T12:15:00Z'),
    firstPublishedAt: new Date('2026-11-20T07:00:00Z'),
    reason: 'Uppgifterna lämnades av misstag innan beslutet var fattat.',
    ...overrides,
  };
}

/** The same release as lists show it. */
export function summaryOf(view: RevisionView): ReleaseSummary {
  const { content } = view;
  const [image] = content.images;
  const asset = image && view.assets.get(image.asset);
  return {
    family: view.id,
    slug: view.slug,
    language: content.language,
    title: content.title,
    lead: content.lead,
    type: content.type,
    publishedAt: view.firstPublishedAt,
    topics: content.topics,
    withdrawn: false,
    ...(image && asset ? { image: { ...asset, alt: image.alt } } : {}),
  };
}
