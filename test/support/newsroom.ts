import { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';

/** An invented region's newsroom, as newsroom-file.ts gives it: every default filled in. */
export function sampleNewsroom(overrides: Partial<Newsroom> = {}): Newsroom {
  return Newsroom.parse({
    name: 'Region Älvmark',
    timezone: 'Europe/Stockholm',
    languages: ['sv', 'en'],
    address: 'Regionens hus, Storgatan 1, 900 00 Älvstad',
    pressEmail: 'press@alvmark.example',
    publisher: 'Karin Ekholm',
    privacy: {
      officer: 'dso@alvmark.example',
      text: {
        sv: 'Den som prenumererar lämnar en e-postadress. Vi använder den för att skicka pressmeddelanden och inget annat.\n\n## Dina rättigheter\n\nDu kan när som helst avsluta, få ut eller radera dina uppgifter.',
        en: 'Subscribers give us an e-mail address. We use it to send press releases and for nothing else.\n\n## Your rights\n\nYou can leave, get a copy of your data or have it erased at any time.',
      },
    },
    accessibility: {
      text: {
        sv: 'Region Älvmark vill att alla ska kunna använda pressrummet.\n\n## Hur tillgänglig är webbplatsen?\n\nVi känner inte till några brister.',
        en: 'Region Älvmark wants everybody to be able to use this newsroom.\n\n## How accessible is the site?\n\nWe know of no shortcomings.',
      },
    },
    licences: { press: { name: 'Fri att använda vid publicering om regionen' } },
    defaultLicence: 'press',
    topics: {
      'regional-utveckling': { names: { sv: 'Regional utveckling', en: 'Regional development' }, unlisted: false },
      naringsliv: { names: { sv: 'Näringsliv', en: 'Business' }, unlisted: false },
      'halsa-och-vard': { names: { sv: 'Hälsa och vård', en: 'Health care' }, unlisted: false },
      kollektivtrafik: { names: { sv: 'Kollektivtrafik', en: 'Public transport' }, unlisted: false },
      lokalmedia: { names: { sv: 'Lokalmedia', en: 'Local media' }, unlisted: true },
    },
    contacts: {
      elin: { name: 'Elin Sand', title: 'kommunikatör', phones: ['070-174 06 17'], email: 'elin.sand@alvmark.example' },
      jonas: { name: 'Jonas Lind', title: 'presschef', phones: ['070-174 06 29'], email: 'jonas.lind@alvmark.example' },
    },
    duty: { '2026-W47': 'elin', '2026-W48': 'jonas' },
    boilerplate: {
      sv: 'Region Älvmark ansvarar för vård, kollektivtrafik och regional utveckling för 148 000 invånare i elva kommuner.\n\nLäs mer på [alvmark.example](https://www.alvmark.example/om).',
      en: 'Region Älvmark provides health care, public transport and regional development for 148,000 inhabitants in eleven municipalities.',
    },
    approval: 'four-eyes',
    latenessMs: 7_200_000,
    colours: { accent: '#1f5a4a', accentDark: '#8cc9b4' },
    limits: { bodyBytes: 200_000, imageBytes: 20_000_000, attachmentBytes: 20_000_000 },
    ...overrides,
  });
}
