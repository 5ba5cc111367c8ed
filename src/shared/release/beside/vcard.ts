import { absolute, releasePath } from '../addresses.ts';
import type { Person } from '../content.ts';
import type { Publisher, RevisionView } from '../view.ts';
import { escapeText, renderContentLines } from './content-lines.ts';

/**
 * A person as a vCard. Version 3.0 (RFC 2426), which every address book we know of takes; some still refuse 4.0 (RFC 6350).
 * Numbers stay as people wrote them.
 */
export function renderVcard(person: Person, view: RevisionView, publisher: Publisher): string {
  return renderCard(person, { url: absolute(publisher.baseUrl, releasePath(view.slug)), revisedAt: view.publishedAt });
}

/** The same for a person of the newsroom file; `url` is where we name them. */
export function renderCard(person: Person, { url, revisedAt }: { url: string; revisedAt?: Date }): string {
  const { given, family } = namesOf(person.name);
  return renderContentLines([
    'BEGIN:VCARD',
    'VERSION:3.0',
    'PRODID:-//Depesch//Newsroom//EN',
    `N:${escapeText(family)};${escapeText(given)};;;`,
    `FN:${escapeText(person.name)}`,
    person.organisation && `ORG:${escapeText(person.organisation)}`,
    person.title && `TITLE:${escapeText(person.title)}`,
    ...person.phones.map((phone) => `TEL;TYPE=WORK,VOICE:${escapeText(phone)}`),
    person.email && `EMAIL;TYPE=INTERNET:${escapeText(person.email)}`,
    person.about && `NOTE:${escapeText(person.about)}`,
    `URL:${url}`,
    revisedAt && `REV:${revisedAt.toISOString()}`,
    'END:VCARD',
  ]);
}

/** What is written last is the family's name: `Sara Lind-Öst`. A name of one word is given. */
function namesOf(name: string): { given: string; family: string } {
  const words = name.split(/\s+/);
  return words.length < 2 ? { given: name, family: '' } : { given: words.slice(0, -1).join(' '), family: words.at(-1)! };
}
