import { html, type Markup, raw } from '../platform/markup.ts';
import type { Decisions, Person, ReleaseEvent } from '../release/content.ts';
import { formatAmount, formatBytes, formatLocalDate, formatMoment } from '../release/dates.ts';
import { fileKind } from '../release/files/file-types.ts';
import { isRightToLeft, langAttribute } from '../release/lang-attribute.ts';
import { renderStandingText } from '../release/markdown/markdown.ts';
import {
  clockOf,
  correctionOf,
  eventHeading,
  eventTime,
  groupContacts,
  pressContactsOf,
  registrationOf,
  sumOf,
  telephone,
  zoneOf,
} from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { type ReleaseWords, releaseWords } from '../release/words.ts';
import { type FeedPicture, feedAttachments, feedPicture } from './feed-files.ts';

/** Wide enough for every reader's column, a fraction of the full picture's bytes. */
const PICTURE_WIDTH = 960;

type Context = { readonly view: RevisionView; readonly publisher: Publisher; readonly words: ReleaseWords; readonly language: string };

/**
 * The whole article of a revision as the HTML of a feed item: what the page says, in the page's order, with absolute links and plain elements
 * that every reader shows. A function of the view and the publisher alone.
 */
export function renderArticle(view: RevisionView, publisher: Publisher): string {
  const { content } = view;
  const context: Context = { view, publisher, words: releaseWords(content.language), language: content.language };
  const invitation = content.type === 'invitation';
  const parts: (Markup | undefined)[] = [
    correction(context),
    html`<p><strong>${content.lead}</strong></p>`,
    ...pictures(context),
    invitation ? event(context) : undefined,
    raw(view.rendered.body),
    content.decisions && decisions(content.decisions, context),
    invitation ? undefined : event(context),
    ...content.facts.map((fact, index) => section(fact.title, raw(view.rendered.facts[index] ?? ''))),
    contacts(context),
    pressContacts(context),
    attachments(context),
    about(context),
    registration(context),
  ];
  const written = parts.filter((part) => part !== undefined).map((part) => part.toString().trim());
  const article = makeAbsolute(written.join('\n'), publisher.baseUrl);
  // A feed reader lays its page out in its own direction.
  return isRightToLeft(content.language) ? `<div${langAttribute(content.language)}>\n${article}\n</div>` : article;
}

function section(title: string, body: Markup | readonly Markup[]): Markup {
  return html`<h2>${title}</h2>\n${body}`;
}

function correction({ view, publisher, words, language }: Context): Markup | undefined {
  const newest = correctionOf(view);
  if (!newest) return undefined;
  const time = formatMoment(newest.publishedAt, language, zoneOf(view, publisher));
  return html`<p><strong>${words.correction} ${time}:</strong> ${newest.changeNote}</p>`;
}

function pictures({ view, publisher, words }: Context): Markup[] {
  const found = view.content.images.flatMap((image) => feedPicture(image, { view, publisher, widest: PICTURE_WIDTH }) ?? []);
  return found.map((picture) => figure(picture, words));
}

function figure(picture: FeedPicture, words: ReleaseWords): Markup {
  const credit = picture.credit && `${words.photo}: ${picture.credit}`;
  const caption = [picture.caption, [credit, picture.licence?.name].filter(Boolean).join(', ')].filter(Boolean).join(' ');
  const size = picture.width && picture.height && html` width="${picture.width}" height="${picture.height}"`;
  return html`<figure><img src="${picture.url}" alt="${picture.alt}"${size || ''}>${caption && html`<figcaption>${caption}</figcaption>`}</figure>`;
}

function event({ view, publisher, words, language }: Context): Markup | undefined {
  const { event } = view.content;
  if (!event) return undefined;
  const stream = event.stream && html`<p>${words.stream}: <a href="${event.stream}">${event.stream}</a></p>\n`;
  return section(eventHeading(view.content, words), [
    html`<p><strong>${event.title}</strong><br>${eventTime(event, language, zoneOf(view, publisher))}${event.place && html`<br>${event.place}`}</p>\n`,
    html`${stream}`,
    html`${event.programme.length > 0 && programme(event, language)}`,
  ]);
}

function programme(event: ReleaseEvent, language: string): Markup {
  const items = event.programme.map((item) => {
    const points = item.points.length > 0 && html`<ul>${item.points.map((point) => html`<li>${point}</li>`)}</ul>`;
    return html`<li>${clockOf(item, language)} ${item.text}${points}</li>\n`;
  });
  return html`<ul>\n${items}</ul>`;
}

function decisions(made: Decisions, { words, language }: Context): Markup {
  const sum = sumOf(made);
  const amount = (kronor: number | undefined) =>
    sum !== undefined && html`\n<td>${kronor === undefined ? '–' : formatAmount(kronor, language)}</td>`;
  const rows = made.items.map(
    (item) =>
      html`<tr><td><strong>${item.title}</strong>${item.recipient && html`<br>${item.recipient}`}${item.text && html`<br>${item.text}`}</td>${amount(item.amount)}</tr>\n`,
  );
  const total = sum !== undefined && html`<tr><th scope="row">${words.sum}</th><td>${formatAmount(sum, language)}</td></tr>\n`;
  return section(
    words.decisions,
    html`<table><caption>${words.decidedBy(made.by, formatLocalDate(made.date, language))}</caption>
<tr><th scope="col">${words.project}</th>${sum !== undefined && html`<th scope="col">${words.amount}</th>`}</tr>
${rows}${total}</table>`,
  );
}

function contacts({ view, words }: Context): Markup | undefined {
  const groups = groupContacts(view.content.contacts);
  if (groups.length === 0) return undefined;
  const lists = groups.map(({ about, people }) => html`${about && html`<h3>${words.about(about)}</h3>\n`}${people.map(person)}`);
  return section(words.moreInformation, lists);
}

function pressContacts({ view, publisher, words }: Context): Markup {
  const people = pressContactsOf(view, publisher);
  return section(words.pressContact, people.length > 0 ? people.map(person) : html`<p>${mailLink(publisher.newsroom.pressEmail)}</p>`);
}

function person(who: Person): Markup {
  const role = [who.title, who.organisation].filter(Boolean).join(', ');
  const lines: Markup[] = [html`<strong>${who.name}</strong>${role && `, ${role}`}`];
  for (const phone of who.phones) lines.push(html`<a href="${telephone(phone)}">${phone}</a>`);
  if (who.email) lines.push(mailLink(who.email));
  return html`<p>${lines.map((line, index) => html`${index > 0 && raw('<br>')}${line}`)}</p>\n`;
}

function mailLink(address: string): Markup {
  return html`<a href="mailto:${address}">${address}</a>`;
}

function attachments({ view, publisher, words, language }: Context): Markup | undefined {
  const files = feedAttachments(view, publisher);
  if (files.length === 0) return undefined;
  const items = files.map(
    (file) => html`<li><a href="${file.url}">${file.title}</a> (${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})</li>\n`,
  );
  return section(words.attachments, html`<ul>\n${items}</ul>`);
}

function about({ view, publisher, words }: Context): Markup | undefined {
  const { boilerplate, address, organisation } = view.content;
  if (!boilerplate && !address) return undefined;
  const text = boilerplate && raw(renderStandingText(boilerplate));
  return section(words.about(organisation ?? publisher.newsroom.name), html`${text}${address && html`<p>${address}</p>`}`);
}

function registration({ view, words }: Context): Markup | undefined {
  const number = registrationOf(view);
  return number ? html`<p>${words.registration} ${number}</p>` : undefined;
}

/**
 * Feed readers and other programs show the text far from its page (RSS profile, "absolute URLs"): links within the newsroom get its address. Within tags
 * alone, where every `<`, `>` and quotation mark of a text is escaped: an article about HTML keeps its examples.
 */
export function makeAbsolute(markup: string, baseUrl: string): string {
  return markup.replace(/(<[a-z][^<>]* (?:href|src)=")\/(?!\/)/g, `$1${baseUrl}/`);
}
