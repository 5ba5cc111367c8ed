import { html, type Markup } from '../platform/markup.ts';
import { releaseFilePath } from '../release/addresses.ts';
import type { Person } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { groupContacts, telephone } from '../release/parts.ts';
import type { RevisionView } from '../release/view.ts';
import type { Answering } from '../release/who-answers.ts';
import type { PageContext } from './page-context.ts';
import { type Words, wordsOf } from './words.ts';

/** Contacts, press contacts and whoever is on duty, in the order of the page: a person's place is the number of their card. */
export function peopleOf({ contacts, press, today }: Answering): Person[] {
  const grouped = groupContacts(contacts).flatMap(({ people }) => people);
  return [...grouped, ...press, ...(today ? [today] : [])];
}

/** People on the release, grouped by what they answer for, and then whom the press may ring. */
export function renderPeople({ view, publisher, words, language, own, answering }: PageContext): Markup {
  const { contacts, press, today, old } = answering;
  const places = new Map(peopleOf(answering).map((person, index) => [person, index + 1]));
  const show = (person: Person, titled: Markup | undefined) =>
    renderPerson(person, words, { card: cardPath(view, person, places.get(person)!), titled });
  const months = publisher.newsroom.staffMonths;
  return html`${
    contacts.length > 0 &&
    html`<section>
<h2>${words.moreInformation}</h2>
${groupContacts(contacts).map(({ about, people }) => html`${about && html`<h3>${words.about(about)}</h3>\n`}${people.map((person) => show(person, own))}`)}${
  old && html`<p class="small">${words.staffGone(words.months(months))}</p>\n`
}</section>
`
  }<section id="presskontakt">
<h2>${words.pressContact}</h2>
${press.map((person) => show(person, own))}${today && html`<h3>${words.answersToday}</h3>\n${show(today, titlesIn(publisher.newsroom, language))}`}${press.length === 0 && !today && renderPerson(pressOffice(publisher.newsroom), words)}</section>
`;
}

/** A card without telephone and address is none. */
function cardPath({ slug }: RevisionView, { phones, email }: Person, place: number): string | undefined {
  return phones.length > 0 || email ? releaseFilePath(slug, `contact-${place}.vcf`) : undefined;
}

/** Whom the press may ring, where there is no release to take them from. Every tool line and error page points at this id. */
export function renderPressContacts(people: readonly Person[], newsroom: Newsroom, language: string): Markup {
  const words = wordsOf(language);
  const titled = titlesIn(newsroom, language);
  return html`<section id="presskontakt">
<h2>${words.pressContact}</h2>
${(people.length > 0 ? people : [pressOffice(newsroom)]).map((person) => renderPerson(person, words, { titled }))}</section>
`;
}

/** When nobody is named and no week is set: the newsroom's own address. */
function pressOffice({ name, pressEmail }: Newsroom): Person {
  return { name, phones: [], email: pressEmail };
}

/** A `lang` attribute for titles of the newsroom file, which are in its first language, on a page in another; a release names its people in its own. */
export function titlesIn({ languages }: Newsroom, language: string): Markup | undefined {
  return languages[0] === language ? undefined : html` lang="${languages[0]}"`;
}

export type PersonParts = {
  /** Address of their vCard. */
  readonly card?: string | undefined;
  /** A `lang` attribute for their title where it is not in the page's language (WCAG 3.1.2). */
  readonly titled?: Markup | undefined;
};

/** A person with the ways to reach them. */
export function renderPerson(person: Person, words: Words, { card, titled }: PersonParts = {}): Markup {
  const { name, title, organisation, phones, email } = person;
  const ways = [
    ...phones.map((phone) => html`<li><a class="target" href="${telephone(phone)}">${phone}</a></li>\n`),
    ...(email ? [html`<li><a class="target" href="mailto:${email}">${email}</a></li>\n`] : []),
    ...(card
      ? [
          html`<li class="card" data-silent><a class="target" href="${card}">${words.card}<span class="hidden">${words.cardOf(name)}</span></a></li>\n`,
        ]
      : []),
  ];
  return html`<div class="person">
<p><strong class="name">${name}</strong>${title && html`<br>${titled ? html`<span${titled}>${title}</span>` : title}`}${organisation && html`<br>${organisation}`}</p>
${ways.length > 0 && html`<ul>\n${ways}</ul>\n`}</div>
`;
}
