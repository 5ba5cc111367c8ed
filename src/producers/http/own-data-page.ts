import type { PersonLetter } from '../../shared/delivery/history.ts';
import type { OwnData } from '../../shared/delivery/own-data.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import { ownDataPath, releasePath } from '../../shared/release/addresses.ts';
import { formatDate, formatMoment } from '../../shared/release/dates.ts';
import { frequencyText } from '../../shared/release/digest-words.ts';
import { type InterfaceLanguage, type Newsroom, topicName } from '../../shared/release/newsroom/newsroom.ts';
import { languageName } from '../../shared/release/words.ts';
import type { Services } from '../../shared/services.ts';
import { renderNotice } from './notice-page.ts';
import { OWN_DATA_WORDS } from './own-data-words.ts';

type Words = (typeof OWN_DATA_WORDS)[InterfaceLanguage];

/** What the parts of the page are made with. */
type Page = { readonly newsroom: Newsroom; readonly language: InterfaceLanguage; readonly words: Words; readonly data: OwnData };

export type OwnDataView = {
  readonly token: string;
  readonly data: OwnData;
  readonly letters: readonly PersonLetter[];
  /** Place of the last letter shown, when there are older ones. */
  readonly older: number | undefined;
  readonly firstPage: boolean;
};

/** Everything that is kept about one person, in words. */
export async function renderOwnData(services: Services, language: InterfaceLanguage, view: OwnDataView): Promise<string> {
  const words = OWN_DATA_WORDS[language];
  const { newsroom } = await services.newsroom();
  const page: Page = { newsroom, language, words, data: view.data };
  return renderNotice(services, language, {
    title: words.title,
    body: html`<p class="lead">${words.lead(newsroom.name)}</p>
<p><a class="target" href="${ownDataPath(view.token, 'data.json')}" download>${words.download}</a></p>
${view.firstPage && html`${person(page)}${proof(page)}${single(page)}`}${letters(page, view)}${view.firstPage && returned(page)}<h2>${words.erase}</h2>
<p>${words.eraseText} <a class="target" href="${ownDataPath(view.token, 'erase')}">${words.eraseLink}</a></p>
`,
  });
}

function person(page: Page): Markup {
  const { data, words, language } = page;
  const line = (name: string, value: string | Markup | null | undefined | false) => value && html`<dt>${name}</dt><dd>${value}</dd>\n`;
  const topics = data.topics.map(({ topic, frequency }) => {
    return html`<li>${nameOf(page, topic)}: ${frequencyText(frequency, page.newsroom, language)}</li>\n`;
  });
  return html`<h2>${words.about}</h2>
<dl>
${line(words.address, data.address)}${line(words.name, data.name)}${line(words.language, languageName(data.language))}${line(words.state, words.states[data.state])}${line(words.since, moment(page, data.since))}${line(words.paused, data.pausedUntil && moment(page, data.pausedUntil))}${line(words.topics, topics.length > 0 && html`<ul>\n${topics}</ul>`)}${line(words.barred, data.suppression && html`${words.reasons[data.suppression.reason]}, ${moment(page, data.suppression.since)}`)}</dl>
`;
}

function proof(page: Page): Markup {
  const { data, words } = page;
  const more = (name: string, value: string | null) => value !== null && html`<br>${name}: ${value}`;
  const basis = (value: string | null) => value && (words.bases[value] ?? value);
  // A file often knows no more than the day.
  const given = (at: Date | null) => at && formatDate(at, page.language, page.newsroom.timezone);
  const topics = ({ topics: names }: { readonly topics?: unknown }) =>
    Array.isArray(names) ? names.map((topic) => nameOf(page, String(topic))).join(', ') : null;
  return html`<h2>${words.consents}</h2>
<ul>
${data.consents.map((row) => html`<li>${words.events[row.event]}, ${moment(page, row.at)}${more(words.topics, topics(row.detail))}${more(words.basis, basis(row.legal_basis))}${more(words.given, given(row.confirmed_at))}${more(words.source, row.source)}${more(words.wording, row.wording)}</li>\n`)}</ul>
`;
}

function nameOf({ newsroom, language, words }: Page, topic: string): string {
  return topic === '*' ? words.everything : topicName(newsroom, topic, language);
}

/** Sign-ups and letters outside any mailing; kept for some days only. */
function single(page: Page): Markup {
  const { data, words } = page;
  const list = (title: string, items: readonly Markup[]) => items.length > 0 && html`<h2>${title}</h2>\n<ul>\n${items}</ul>\n`;
  const signUps = data.signUps.map(({ at }) => html`<li>${moment(page, at)}</li>\n`);
  const notices = data.notices.map(({ kind, at }) => html`<li>${words.kinds[kind] ?? kind}, ${moment(page, at)}</li>\n`);
  return html`${list(words.signUps, signUps)}${list(words.notices, notices)}`;
}

function letters(page: Page, { letters, token, older, firstPage }: OwnDataView): Markup {
  const { words } = page;
  if (letters.length === 0) return html`<h2>${words.letters}</h2>\n<p>${words.noLetters}</p>\n`;
  return html`<h2>${words.letters}</h2>
<table class="letters">
<thead><tr><th scope="col">${words.letter}</th><th scope="col">${words.what}</th><th scope="col">${words.when}</th></tr></thead>
<tbody>
${letters.map((letter) => letterRow(page, letter))}</tbody>
</table>
<p>${!firstPage && html`<a class="target" href="${ownDataPath(token)}">${words.newest}</a> `}${older !== undefined && html`<a class="target" rel="next" href="${ownDataPath(token)}?before=${String(older)}">${words.older}</a>`}</p>
`;
}

function letterRow(page: Page, letter: PersonLetter): Markup {
  const { words } = page;
  const answer = [letter.code, letter.reply].filter(Boolean).join(' ');
  const what = [words.outcomes[letter.state], letter.relay && words.via(letter.relay), answer].filter(Boolean).join(', ');
  return html`<tr><th scope="row"><a href="${releasePath(letter.slug)}">${letter.title ?? words.noTitle}</a></th><td>${what}</td><td>${moment(page, letter.at ?? letter.dueAt)}</td></tr>\n`;
}

function returned(page: Page): Markup | undefined {
  const { data, words } = page;
  if (data.bounces.length === 0) return undefined;
  return html`<h2>${words.bounces}</h2>
<ul>
${data.bounces.map(({ at, code, verdict }) => html`<li>${moment(page, at)}: ${[verdict, code].filter(Boolean).join(' ')}</li>\n`)}</ul>
<p>${words.bouncesText}</p>
`;
}

/** The question before everything is erased. */
export async function renderEraseQuestion(services: Services, language: InterfaceLanguage, token: string): Promise<string> {
  const words = OWN_DATA_WORDS[language];
  return renderNotice(services, language, {
    title: words.question,
    body: html`<p class="lead">${words.whatGoes}</p>
<p>${words.whatStays}</p>
<p>${words.backups}</p>
<p>${words.comeBack}</p>
<form method="post" action="${ownDataPath(token, 'erase')}"><button class="button main" name="erase" value="1">${words.yes}</button></form>
<p><a class="target" href="${ownDataPath(token)}">${words.no}</a></p>
`,
  });
}

/** The answer to an erasure. */
export async function renderErased(services: Services, language: InterfaceLanguage): Promise<string> {
  const words = OWN_DATA_WORDS[language];
  const { newsroom } = await services.newsroom();
  return renderNotice(services, language, {
    title: words.done,
    body: html`<p class="lead">${words.doneText(newsroom.name)}</p>\n${newsLink(words)}`,
  });
}

/** Forged, expired and used-up links look the same. */
export async function renderExpired(services: Services, language: InterfaceLanguage): Promise<string> {
  const words = OWN_DATA_WORDS[language];
  return renderNotice(services, language, {
    title: words.expired,
    body: html`<p class="lead">${words.expiredText}</p>\n${newsLink(words)}`,
  });
}

function newsLink(words: Words): Markup {
  return html`<p><a class="target" href="/">${words.news}</a></p>\n`;
}

function moment({ newsroom, language }: Page, at: Date): Markup {
  return html`<time datetime="${at.toISOString()}">${formatMoment(at, language, newsroom.timezone)}</time>`;
}
