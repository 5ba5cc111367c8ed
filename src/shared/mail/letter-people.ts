import { html, type Markup } from '../platform/markup.ts';
import type { Person } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { groupContacts, pressContactsOf, telephone } from '../release/parts.ts';
import type { LetterContext } from './letter-context.ts';

/** Who answers for what the release says, in its groups. */
export function renderContacts({ view, words }: LetterContext): Markup | undefined {
  const { contacts } = view.content;
  if (contacts.length === 0) return undefined;
  return html`<h2>${words.moreInformation}</h2>
${groupContacts(contacts).map(({ about, people }) => html`${about && html`<h3>${words.about(about)}</h3>\n`}${people.map(renderPerson)}`)}`;
}

/** Whom the press may ring; without a named one the newsroom's own address. */
export function renderPressContacts({ view, publisher, words }: LetterContext): Markup {
  const people = pressContactsOf(view, publisher);
  return html`<h2>${words.pressContact}</h2>
${(people.length > 0 ? people : [pressOffice(publisher.newsroom)]).map(renderPerson)}`;
}

export function pressOffice(newsroom: Newsroom): Person {
  return { name: newsroom.name, phones: [], email: newsroom.pressEmail };
}

export function renderPerson(person: Person): Markup {
  return html`<div class="person">
<p><strong>${person.name}</strong>${person.title && html`<br>${person.title}`}${person.organisation && html`<br>${person.organisation}`}</p>
${person.phones.map((phone) => html`<p><a class="tap" href="${telephone(phone)}">${phone}</a></p>\n`)}${
  person.email && html`<p><a class="tap" href="mailto:${person.email}">${person.email}</a></p>\n`
}</div>
`;
}
