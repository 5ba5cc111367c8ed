import juice from 'juice';
import { html, type Markup, raw } from '../platform/markup.ts';
import { absolute, frontPath, preferencesPath, privacyPath, unsubscribePath } from '../release/addresses.ts';
import { palettesOf } from '../release/newsroom/palette.ts';
import type { Publisher } from '../release/view.ts';
import { headCss, inlineCss, LETTER_WIDTH } from './letter-style.ts';
import { PLACEHOLDER_TOKENS } from './links.ts';
import type { LetterWords } from './words.ts';

export type LetterFrameInput = {
  readonly publisher: Publisher;
  readonly language: string;
  readonly words: LetterWords;
  /** Name of the document. */
  readonly title: string;
  /** What a list of letters shows beside the subject; not shown in the letter itself. */
  readonly preview: string;
  readonly main: Markup;
  /** Instead of the links to leave and to change, for a letter of no list. */
  readonly why?: Markup;
};

/** The whole HTML document of a letter: tables for layout, styles in the elements, nothing from another host. */
export function renderLetterFrame(input: LetterFrameInput): string {
  const { publisher, language, words } = input;
  const { newsroom, baseUrl } = publisher;
  const { light, dark } = palettesOf(newsroom);
  const page = html`<!DOCTYPE html>
<html lang="${language}" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${input.title}</title>
</head>
<body>
<div style="display:none;max-height:0;overflow:hidden">${input.preview}</div>
<table role="presentation" class="paper" cellspacing="0" cellpadding="0" border="0"><tr><td align="center">
${raw(`<!--[if mso]><table role="presentation" width="${LETTER_WIDTH}" cellspacing="0" cellpadding="0"><tr><td><![endif]-->`)}
<table role="presentation" class="letter" cellspacing="0" cellpadding="0" border="0">
<tr><td class="cell masthead"><a href="${absolute(baseUrl, frontPath(language, newsroom))}">${newsroom.name}</a></td></tr>
<tr><td class="cell">
<div role="article" lang="${language}" aria-label="${input.title}">
${input.main}</div>
</td></tr>
<tr><td class="space">&nbsp;</td></tr>
<tr><td class="cell foot">
${footer(publisher, words, input.why)}</td></tr>
</table>
${raw('<!--[if mso]></td></tr></table><![endif]-->')}
</td></tr></table>
</body>
</html>`;
  return withStyles(page.toString(), inlineCss(light, newsroom.typeface), headCss(dark));
}

function footer({ newsroom, baseUrl }: Publisher, words: LetterWords, why: Markup | undefined): Markup {
  const leave = absolute(baseUrl, unsubscribePath(PLACEHOLDER_TOKENS.unsubscribe));
  const change = absolute(baseUrl, preferencesPath(PLACEHOLDER_TOKENS.preferences));
  const list = html`${words.why(newsroom.name)}<br>
<a class="tap" href="${leave}">${words.leave}</a> <a class="tap" href="${change}">${words.change}</a>`;
  return html`<p>${why ?? list}</p>
<p>${newsroom.name}, ${newsroom.address}<br>
${words.publisher}: ${newsroom.publisher}<br>
<a class="tap" href="${absolute(baseUrl, privacyPath())}">${words.privacy}</a></p>
<p>${words.untracked}</p>
`;
}

function withStyles(page: string, inline: string, head: string): string {
  const inlined = juice.inlineContent(page, inline, {
    applyWidthAttributes: false,
    applyHeightAttributes: false,
    applyAttributesTableElements: false,
  });
  // Put in afterwards: juice would write these rules into the elements as well, and sort the media queries away from them.
  return inlined.replace('</head>', `<style>${head}</style>\n</head>`);
}
