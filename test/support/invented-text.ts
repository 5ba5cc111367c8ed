/*
 * Made-up news of a made-up region, as long as such texts are: titles of 40 to 90 characters, bodies of one to two pages with headings, quotes
 * and now and then a list. From few words many texts; nothing in them is true.
 */

export type InventedText = {
  readonly title: string;
  readonly lead: string;
  /** Markdown. */
  readonly body: string;
  readonly speaker: { readonly name: string; readonly title: string };
};

/** Numbers from 0 up to 1 (random.ts). */
export type Random = () => number;

type Bank = {
  readonly who: readonly string[];
  readonly does: readonly string[];
  readonly what: readonly string[];
  readonly where: readonly string[];
  readonly when: readonly string[];
  readonly facts: readonly string[];
  readonly headings: readonly string[];
  readonly points: readonly string[];
  readonly people: readonly (readonly [name: string, title: string])[];
  readonly quote: (said: string, name: string, title: string) => string;
};

const BANKS: Readonly<Record<'sv' | 'en', Bank>> = {
  sv: {
    who: words(
      'Regionen|Regionstyrelsen|Folktandvården|Trafiknämnden|Kulturnämnden|Sjukhuset i Storforsa|Vårdcentralen|Biblioteket|Flygplatsen|Forskarna i Älvstad|Näringslivsrådet|Ambulansen|Folkhögskolan|Älvmarkstrafiken',
    ),
    does: words(
      'öppnar|bygger ut|förlänger|provar|samlar|fördubblar|ger stöd till|inviger|inrättar|flyttar|följer upp|beslutar om|utreder|halverar',
    ),
    what: words(
      'nattbussarna|en ny mottagning|kvällsöppet|tandvårdsbussen|mötesplatser för unga|ett labb för kallt klimat|laddplatser|fiber i byarna|en beredskapsenhet|läslust i förskolan|skogsforskningen|jourlinjen|en mobil röntgen|planen för kusten',
    ),
    where: words('i Älvstad|i Storforsa|i Granbäck|i Lillån|i inlandet|längs kusten|i hela länet|i fem kommuner|vid älven|på landsbygden'),
    when: words('i höst|från måndag|före midsommar|under två år|redan nästa vecka|efter nyår|till våren|i tre steg'),
    facts: words(
      'Arbetet följs upp tillsammans med kommunerna och redovisas i juni|Kostnaden ryms i budgeten och inga avgifter höjs|Försöket pågår i ett år och därefter fattas ett nytt beslut|Närmare 2 400 personer berörs, de flesta av dem barn och äldre|Förslaget har varit ute på remiss och fått 31 svar|De första resultaten väntas efter sommaren|Platsen har valts för att den ligger nära både skola och busshållplats|Den som har frågor kan ringa växeln alla vardagar mellan 8 och 16',
    ),
    headings: words('Bakgrund|Så går det till|Nästa steg|Vad det kostar|Färre väntar|Frågor och svar'),
    points: words(
      'nya tider på vardagar|en telefonlinje på sex språk|fler turer till sjukhuset|kortare väntan för barn|en samlad webbplats|stöd till föreningar',
    ),
    people: people(
      'Olof Bäckman|tandvårdschef;Rut Sellberg|regionråd;Ingrid Lövås|trafikdirektör;Petter Holm|verksamhetschef;Aino Kurki|forskningsledare;Mats Engvall|näringslivschef',
    ),
    quote: (said, name, title) => `– ${said}, säger ${name}, ${title}.`,
  },
  en: {
    who: words(
      'The region|The regional board|The dental service|The transport board|The hospital in Storforsa|The library|Researchers in Älvstad|The business council|The ambulance service',
    ),
    does: words('opens|extends|doubles|tries out|supports|moves|plans|halves|reviews'),
    what: words(
      'night buses|a new clinic|evening hours|a mobile dental bus|meeting places for the young|a laboratory for the cold|charging points|forest research|a coastal plan',
    ),
    where: words('in Älvstad|in Storforsa|in Granbäck|inland|along the coast|across the county|in five municipalities|by the river'),
    when: words('this autumn|from Monday|before midsummer|for two years|as early as next week|after the new year|in three steps'),
    facts: words(
      'The work is followed up with the municipalities and reported in June|The cost is within the budget and no fees are raised|The trial runs for a year and is then decided anew|About 2,400 people are concerned, most of them children and the elderly|The first results are expected after the summer|Questions are answered by telephone on weekdays between 8 and 4',
    ),
    headings: words('Background|How it works|Next steps|What it costs|Shorter queues'),
    points: words(
      'new hours on weekdays|a telephone line in six languages|more departures|shorter waits for children|one website for all of it',
    ),
    people: people('Aino Kurki|head of research;Ingrid Lövås|director of transport;Mats Engvall|head of business'),
    quote: (said, name, title) => `“${said},” says ${name}, ${title}.`,
  },
};

/** A text in one of the two languages. */
export function inventText(random: Random, language: 'sv' | 'en'): InventedText {
  const bank = BANKS[language];
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const event = () => `${one(bank.who)} ${one(bank.does)} ${one(bank.what)} ${one(bank.where)}`;
  const sentence = () => (random() < 0.5 ? `${event()} ${one(bank.when)}.` : `${one(bank.facts)}.`);
  const paragraph = (least: number) => Array.from({ length: least + Math.floor(random() * 3) }, sentence).join(' ');
  const [name, title] = one(bank.people);
  const parts = [paragraph(3), bank.quote(one(bank.facts), name, title), paragraph(2)];
  for (let section = 0; section < 1 + Math.floor(random() * 3); section += 1) {
    parts.push(`## ${one(bank.headings)}`, paragraph(2), paragraph(3));
    if (random() < 0.4) parts.push(bank.points.map((point) => `- ${point}`).join('\n'));
    if (random() < 0.5) parts.push(bank.quote(one(bank.facts), name, title));
    if (random() < 0.3) parts.push(`${paragraph(1)} [${one(bank.headings)}](https://www.alvmark.example/${Math.floor(random() * 900)}).`);
  }
  return {
    title: `${event()} ${one(bank.when)}`,
    lead: `${event()}. ${one(bank.facts)}.`,
    body: parts.join('\n\n'),
    speaker: { name, title },
  };
}

function words(list: string): string[] {
  return list.split('|');
}

function people(list: string): [string, string][] {
  return list.split(';').map((person) => person.split('|') as [string, string]);
}
