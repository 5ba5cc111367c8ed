import { html, type Markup } from '../platform/markup.ts';
import type { Person } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { groupContacts, telephone } from '../release/parts.ts';
import type { Words } from './words.ts';

/** People on the release, grouped by what they answer for: those without `about` first, then one heading per subject. */
export function renderContacts(contacts: readonly Person[], words: Words): Markup {
  return html`<section>
<h2>${words.moreInformation}</h2>
${groupContacts(contacts).map(({ about, people }) => html`${about && html`<h3>${words.about(about)}</h3>\n`}${people.map(renderPerson)}`)}</section>
`;
}

/** Whom the press may ring. Every tool line and error page points at this id. */
export function renderPressContacts(people: readonly Person[], words: Words): Markup {
  return html`<section id="presskontakt">
<h2>${words.pressContact}</h2>
${people.map(renderPerson)}</section>
`;
}

/** When nobody is named and no week is set: the newsroom's own address. */
export function renderPressOffice(newsroom: Newsroom, words: Words): Markup {
  return renderPressContacts([{ name: newsroom.name, phones: [], email: newsroom.pressEmail }], words);
}

function renderPerson(person: Person): Markup {
  return html`<div class="person">
<p><strong>${person.name}</strong>${person.title && html`<br>${person.title}`}${person.organisation && html`<br>${person.organisation}`}</p>
<ul>
${person.phones.map((phone) => html`<li><a class="target" href="${telephone(phone)}">${phone}</a></li>\n`)}${
  person.email && html`<li><a class="target" href="mailto:${person.email}">${person.email}</a></li>\n`
}</ul>
</div>
`;
}
