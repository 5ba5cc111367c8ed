import { html } from '../platform/markup.ts';
import { absolute, privacyPath } from '../release/addresses.ts';
import { interfaceLanguage } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { wrapText } from './plain-text.ts';
import type { LetterText } from './raw.ts';
import { letterWords } from './words.ts';

/** A short letter to one person around one link. Nothing in it is anybody else's own text: nobody can make us say something to a stranger. */
export type LinkLetter = {
  readonly language: string;
  readonly subject: string;
  readonly asked: string;
  readonly items?: readonly string[];
  /** Stands before the link, and is what a mail program shows beside the subject. */
  readonly press: string;
  readonly button: string;
  readonly link: string;
  readonly after: string;
  /** Why this letter came; the smallest print. */
  readonly why: string;
};

/** Both parts of such a letter. Pure. */
export function composeLinkLetter(letter: LinkLetter, publisher: Publisher): LetterText {
  const { newsroom, baseUrl } = publisher;
  const language = interfaceLanguage(letter.language);
  const words = letterWords(language);
  const { subject, items = [] } = letter;
  const main = html`<h1 style="margin-top:28px">${subject}</h1>
<p>${letter.asked}</p>
${items.length > 0 && html`<ul>\n${items.map((item) => html`<li>${item}</li>\n`)}</ul>\n`}<p>${letter.press}</p>
<p><a class="button" href="${letter.link}">${letter.button}</a></p>
<p>${letter.after}</p>
`;
  const text = [
    ...wrapText(letter.asked),
    '',
    ...items.flatMap((item) => wrapText(`– ${item}`)),
    ...(items.length > 0 ? [''] : []),
    ...wrapText(letter.press),
    '',
    letter.link,
    '',
    ...wrapText(letter.after),
    '',
    '-- ',
    ...wrapText(letter.why),
    ...wrapText(`${newsroom.name}, ${newsroom.address}`),
    `${words.privacy}: ${absolute(baseUrl, privacyPath())}`,
    '',
  ].join('\n');
  const frame = {
    publisher,
    language,
    words,
    title: subject,
    preview: letter.press,
    main,
    why: html`${letter.why}`,
  };
  return { language, subject, html: renderLetterFrame(frame), text };
}
