import { canonicalJson, type Json, sha256Hex } from '../../src/shared/platform/canonical.ts';
import { ReleaseContent } from '../../src/shared/release/content.ts';
import type { ReleaseSummary } from '../../src/shared/release/lists.ts';
import type { AssetView, Publisher, ReleaseLink, RevisionView, WithdrawnView } from '../../src/shared/release/view.ts';
import { sampleNewsroom } from './newsroom.ts';

/*
 * Views as store.ts loads them, for tests of everything that renders. People, places and numbers are invented;
 * telephone numbers come from the series set aside for fiction.
 */

const PICTURE = sha256Hex('arena-storforsa.jpg');
const MAP = sha256Hex('karta.png');
const DECISION = sha256Hex('beslut-84.pdf');

export function samplePublisher(overrides: Partial<Publisher['newsroom']> = {}, baseUrl = 'https://press.alvmark.example'): Publisher {
  return { newsroom: { ...sampleNewsroom(), ...overrides }, baseUrl };
}

const variant = (hash: string, width: number, format: 'avif' | 'webp' | 'jpeg', bytes: number) => ({
  width,
  height: Math.round((width * 2) / 3),
  format,
  path: `${hash}-${width}.${format === 'jpeg' ? 'jpg' : format}`,
  bytes,
});

/** A picture in the sizes made at upload. */
export function pictureView(hash: string): AssetView {
  return {
    hash,
    mediaType: 'image/jpeg',
    bytes: 3_212_004,
    width: 3000,
    height: 2000,
    variants: [480, 960, 1600].flatMap((width) => [
      variant(hash, width, 'avif', width * 30),
      variant(hash, width, 'webp', width * 50),
      variant(hash, width, 'jpeg', width * 80),
    ]),
  };
}

const SAMPLE_ASSETS: ReadonlyMap<string, AssetView> = new Map([
  [PICTURE, pictureView(PICTURE)],
  [MAP, { ...pictureView(MAP), bytes: 812_300 }],
  [DECISION, { hash: DECISION, mediaType: 'application/pdf', bytes: 184_320, width: null, height: null, variants: [] }],
]);

const BOILERPLATE = `Region Älvmark ansvarar för vård, kollektivtrafik och regional utveckling för 148 000 invånare i elva kommuner.

Läs mer på [alvmark.example](https://www.alvmark.example/om).`;

const BODY = `Arena Storforsa ligger på Ågatan 11 och öppnar den 3 december. Där finns tolv
kontorsplatser och två rum för digitala möten. Lokalerna i Granbäck och Lillån
öppnar våren 2027.

– Den som vill driva företag eller studera ska inte behöva flytta härifrån,
säger Karin Ekholm (A), ordförande i regionala utvecklingsnämnden. Nu finns en
dörr att gå in genom, också i inlandet.

## Så valdes projekten

Tolv föreningar och kommuner sökte. Nämnden valde tre som har en lokal klar och
en partner som stannar när projekttiden är slut. Läs mer om
[regionens anslag för tillväxt](https://www.alvmark.example/tillvaxt).

- Lokalen ska vara öppen minst 30 timmar i veckan.
- Kommunen ska betala hälften av kostnaden.
- Projektet ska pågå till och med 2029.

– Vi hade gärna sagt ja till fler. Nästa omgång öppnar i mars, säger Karin
Ekholm.`;

const BODY_HTML = `<p>Arena Storforsa ligger på Ågatan 11 och öppnar den 3 december. Där finns tolv
kontorsplatser och två rum för digitala möten. Lokalerna i Granbäck och Lillån
öppnar våren 2027.</p>
<blockquote><p>– Den som vill driva företag eller studera ska inte behöva flytta härifrån,
säger Karin Ekholm (A), ordförande i regionala utvecklingsnämnden. Nu finns en
dörr att gå in genom, också i inlandet.</p></blockquote>
<h2>Så valdes projekten</h2>
<p>Tolv föreningar och kommuner sökte. Nämnden valde tre som har en lokal klar och
en partner som stannar när projekttiden är slut. Läs mer om
<a href="https://www.alvmark.example/tillvaxt" rel="noopener">regionens anslag för tillväxt</a>.</p>
<ul>
<li>Lokalen ska vara öppen minst 30 timmar i veckan.</li>
<li>Kommunen ska betala hälften av kostnaden.</li>
<li>Projektet ska pågå till och med 2029.</li>
</ul>
<blockquote><p>– Vi hade gärna sagt ja till fler. Nästa omgång öppnar i mars, säger Karin
Ekholm.</p></blockquote>
`;

const DECISIONS = {
  by: 'Regionala utvecklingsnämnden',
  date: '2026-11-18',
  total: 2_835_500,
  items: [
    {
      title: 'Arena Storforsa',
      recipient: 'Storforsa ekonomiska förening',
      amount: 1_240_000,
      text: 'En lokal med kontorsplatser, mötesrum och teknik för digitala möten.',
    },
    {
      title: 'Studenter möter inlandet',
      recipient: 'Granbäcks kommun',
      amount: 985_500,
      text: 'Mötesplatser där studenter och arbetsgivare lär känna varandra.',
    },
    {
      title: 'Vård utan vägsträcka',
      recipient: 'Lillåns kommun',
      amount: 610_000,
      text: 'Ett rum för vårdmöten på distans, öppet för alla i Lillån.',
    },
  ],
};

const OPEN_HOUSE = {
  title: 'Öppet hus i Arena Storforsa',
  start: '2026-12-03T09:00',
  end: '2026-12-03T15:30',
  place: 'Arena Storforsa, Ågatan 11, Storforsa',
  stream: 'https://www.alvmark.example/direkt',
  programme: [
    { time: '09:00', text: 'Fika', points: [] },
    { time: '09:30', text: 'Inledning: Karin Ekholm, regionala utvecklingsnämnden', points: [] },
    { time: '09:45', text: 'Arbete i grupper', points: ['Företag som växer', 'Vård på distans'] },
    { time: '12:00', text: 'Lunch', points: [] },
    { time: '13:00', text: 'Visning av lokalen', points: [] },
    { time: '15:30', text: 'Slut', points: [] },
  ],
};

const CONTACTS = [
  {
    name: 'Jon Dahl',
    title: 'enhetschef för projektfinansiering',
    organisation: 'Region Älvmark',
    phones: ['070-174 06 05', '0980-319 20'],
    email: 'jon.dahl@alvmark.example',
  },
  {
    about: 'Arena Storforsa',
    name: 'Sara Lind-Öst',
    title: 'verksamhetsledare',
    organisation: 'Storforsa ekonomiska förening',
    phones: ['070-174 06 11'],
    email: 'sara@arena-storforsa.example',
  },
];

const FROZEN = {
  organisation: 'Region Älvmark',
  timezone: 'Europe/Stockholm',
  boilerplate: BOILERPLATE,
  address: 'Regionens hus, Storgatan 1, 900 00 Älvstad',
};

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
    history: [{ n: 1, kind: 'first', publishedAt, changeNote: null }],
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
      { n: 1, kind: 'first', publishedAt: first, changeNote: null },
      { n: 2, kind: 'minor', publishedAt: minor, changeNote: 'Stavningen av Lillån.' },
      { n: 3, kind: 'major', publishedAt: major, changeNote: note },
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
    history: [{ n: 1, kind: 'first', publishedAt, changeNote: null }],
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
