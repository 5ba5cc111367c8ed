import { html } from '../platform/markup.ts';
import { formatDate, formatMoment } from '../release/dates.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { interfaceLanguage } from '../release/newsroom/newsroom.ts';
import { onDuty } from '../release/parts.ts';
import type { Publisher, WithdrawnView } from '../release/view.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { pressOffice, renderPerson } from './letter-people.ts';
import { footerLines, headed, mastheadLines, personLines, wrapText } from './plain-text.ts';
import { letterWords } from './words.ts';

/*
 * The letter that takes a release back: when, why, whom to ask. Neither title nor text is repeated in it (promise 9).
 */

export function renderWithdrawalHtml(view: WithdrawnView, publisher: Publisher): string {
  const { language, words, letter, time, people } = partsOf(view, publisher);
  const own = language !== view.language && langAttribute(view.language);
  return renderLetterFrame({
    publisher,
    language,
    words,
    title: words.gone,
    preview: letter,
    main: html`<p class="dateline">${time}</p>
<h1>${words.gone}</h1>
<p class="lead">${letter}</p>
<h2>${words.goneReason}</h2>
<p${own}>${view.reason}</p>
<h2>${words.pressContact}</h2>
${people.map(renderPerson)}`,
  });
}

export function renderWithdrawalText(view: WithdrawnView, publisher: Publisher): string {
  const { words, letter, time, people } = partsOf(view, publisher);
  return [
    ...mastheadLines(publisher, time),
    ...headed(words.gone, '='),
    '',
    ...wrapText(letter),
    '',
    ...headed(words.goneReason, '-'),
    ...wrapText(view.reason),
    '',
    ...headed(words.pressContact, '-'),
    ...people.flatMap((person) => [...personLines(person), '']),
    ...footerLines(publisher, words),
  ].join('\n');
}

function partsOf(view: WithdrawnView, publisher: Publisher) {
  const { newsroom } = publisher;
  const language = interfaceLanguage(view.language);
  const words = letterWords(language);
  const duty = onDuty(newsroom, view.publishedAt);
  return {
    language,
    words,
    letter: words.goneLetter(newsroom.name, formatDate(view.firstPublishedAt, language, newsroom.timezone)),
    time: words.goneAt(formatMoment(view.publishedAt, language, newsroom.timezone)),
    people: duty.length > 0 ? duty : [pressOffice(newsroom)],
  };
}
