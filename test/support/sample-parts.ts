import { sha256Hex } from '../../src/shared/platform/canonical.ts';
import type { AssetView } from '../../src/shared/release/view.ts';

/* What the releases of views.ts are made of: pictures, texts, decisions, programme, people. All invented. */

export const PICTURE = sha256Hex('arena-storforsa.jpg');
export const MAP = sha256Hex('karta.png');
export const DECISION = sha256Hex('beslut-84.pdf');

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

export const SAMPLE_ASSETS: ReadonlyMap<string, AssetView> = new Map([
  [PICTURE, pictureView(PICTURE)],
  [MAP, { ...pictureView(MAP), bytes: 812_300 }],
  [DECISION, { hash: DECISION, mediaType: 'application/pdf', bytes: 184_320, width: null, height: null, variants: [] }],
]);

export const BOILERPLATE = `Region Älvmark ansvarar för vård, kollektivtrafik och regional utveckling för 148 000 invånare i elva kommuner.

Läs mer på [alvmark.example](https://www.alvmark.example/om).`;

export const BODY = `Arena Storforsa ligger på Ågatan 11 och öppnar den 3 december. Där finns tolv
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

export const BODY_HTML = `<p>Arena Storforsa ligger på Ågatan 11 och öppnar den 3 december. Där finns tolv
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

export const DECISIONS = {
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

export const OPEN_HOUSE = {
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

export const CONTACTS = [
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

export const FROZEN = {
  organisation: 'Region Älvmark',
  timezone: 'Europe/Stockholm',
  boilerplate: BOILERPLATE,
  address: 'Regionens hus, Storgatan 1, 900 00 Älvstad',
};
