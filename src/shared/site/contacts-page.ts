import { html, type Markup } from '../platform/markup.ts';
import { absolute } from '../release/addresses.ts';
import { formatDate, isoWeek, startOfWeek } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { onDuty } from '../release/parts.ts';
import { contactCardPath, contactsPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { renderPerson, titlesIn } from './people.ts';
import { structuredOrganisation, structuredPage } from './structured-site.ts';
import { unbroken } from './time.ts';
import { wordsOf } from './words.ts';
import { type PageWords, pageWords } from './words-pages.ts';

/** A rota of two months is what a journalist plans with; later weeks still change. */
const COMING_WEEKS = 8;

const DAY_MS = 86_400_000;

/** Whom the press may ring: this week by the rota, the coming weeks, and everybody of the newsroom file. Made for the moment it is read. */
export function renderContactsPage(publisher: Publisher, language: string, at: Date): string {
  const { newsroom } = publisher;
  const words = pageWords(language);
  const path = contactsPath(language, newsroom);
  const alternates = newsroom.languages.map((other) => ({ language: other, path: contactsPath(other, newsroom) }));
  return renderPublicPage({
    language,
    title: words.contacts,
    publisher,
    current: 'contacts',
    inLanguages: new Map(alternates.map((other) => [other.language, other.path])),
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title: words.contacts,
      description: `${newsroom.name}. ${words.contactsLead}`,
      language,
      alternates,
      structured: structuredPage(publisher, {
        language,
        trail: [{ name: words.contacts, path }],
        type: 'ContactPage',
        more: { mainEntity: structuredOrganisation(publisher, { people: onDuty(newsroom, at) }) },
      }),
    }),
    main: html`<h1>${words.contacts}</h1>
<p class="intro">${words.contactsLead}</p>
<div class="contacts">
${now(newsroom, language, at)}${address(newsroom, words)}${coming(newsroom, language, at)}${everybody(newsroom, language, words)}</div>
`,
  });
}

/** A person of the newsroom file, with a card where there is something to put on it. */
function renderContact(newsroom: Newsroom, key: string, language: string): Markup {
  const person = newsroom.contacts[key]!;
  const card = person.phones.length > 0 || person.email ? contactCardPath(key) : undefined;
  return renderPerson(person, wordsOf(language), { card, titled: titlesIn(newsroom, language) });
}

function now(newsroom: Newsroom, language: string, at: Date): Markup {
  const words = pageWords(language);
  const week = isoWeek(at, newsroom.timezone);
  const key = newsroom.duty[week];
  return html`<section id="presskontakt">
<h2>${words.onDuty}</h2>
<p class="small">${span(week, week, { newsroom, language })}</p>
${key !== undefined && newsroom.contacts[key] ? renderContact(newsroom, key, language) : html`<p>${words.nobodyOnDuty}</p>\n`}</section>
`;
}

function address(newsroom: Newsroom, words: PageWords): Markup {
  return html`<section>
<h2>${words.pressAddress}</h2>
<p><a class="target" href="mailto:${newsroom.pressEmail}">${newsroom.pressEmail}</a></p>
<h3>${words.postalAddress}</h3>
<p>${keepFigures(newsroom.address)}</p>
</section>
`;
}

/** The rota from next week on, weeks of one person in a row as one line. A week nobody has is left out: nothing is promised for it. */
function coming(newsroom: Newsroom, language: string, at: Date): Markup | undefined {
  const words = pageWords(language);
  const weeks = Array.from({ length: COMING_WEEKS }, (_, index) =>
    isoWeek(new Date(at.getTime() + 7 * (index + 1) * DAY_MS), newsroom.timezone),
  );
  const lines: { key: string | undefined; from: string; to: string }[] = [];
  for (const week of weeks) {
    const last = lines.at(-1);
    const key = newsroom.duty[week];
    if (last && last.key === key) last.to = week;
    else lines.push({ key, from: week, to: week });
  }
  const known = lines.flatMap(({ key, from, to }) => {
    const person = newsroom.contacts[key ?? ''];
    return person ? [html`<li><span>${person.name}</span> <span class="meta">${span(from, to, { newsroom, language })}</span></li>\n`] : [];
  });
  if (known.length === 0) return undefined;
  return html`<section>
<h2>${words.comingWeeks}</h2>
<ul class="index">
${known}</ul>
</section>
`;
}

function everybody(newsroom: Newsroom, language: string, words: PageWords): Markup | undefined {
  const keys = Object.keys(newsroom.contacts);
  if (keys.length === 0) return undefined;
  return html`<section>
<h2>${words.everybody}</h2>
<div class="people">
${keys.map((key) => renderContact(newsroom, key, language))}</div>
</section>
`;
}

/** `Vecka 47, 16–22 november 2026`, `Vecka 48–49, 23 november–6 december 2026`. */
function span(first: string, last: string, { newsroom, language }: { newsroom: Newsroom; language: string }): string {
  const { timezone } = newsroom;
  const monday = startOfWeek(first, timezone);
  // Six and a half days on is Sunday, whatever the clock does in between.
  const sunday = new Date(startOfWeek(last, timezone).getTime() + 6.5 * DAY_MS);
  const [from, to] = [monday, sunday].map((day) => formatDate(day, language, timezone)) as [string, string];
  const number = (week: string) => Number(week.slice(-2));
  return unbroken(`${pageWords(language).week(number(first), number(last))}, ${withoutCommonEnd(from, to)}–${to}`);
}

/** `16 november 2026` before `22 november 2026` is `16`; before `3 december 2026`, `30 november`. */
function withoutCommonEnd(from: string, to: string): string {
  const [fromWords, toWords] = [from.split(' '), to.split(' ')];
  while (fromWords.length > 1 && fromWords.at(-1) === toWords.at(-1)) {
    fromWords.pop();
    toWords.pop();
  }
  return fromWords.join(' ');
}
