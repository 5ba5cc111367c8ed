import { sha256Hex } from '../../shared/platform/canonical.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import { absolute, privacyPath, subscribePath } from '../../shared/release/addresses.ts';
import { frequencyText } from '../../shared/release/digest-words.ts';
import { listedTopics } from '../../shared/release/lists/feed-lists.ts';
import { type InterfaceLanguage, interfaceLanguage, type Newsroom, topicName } from '../../shared/release/newsroom/newsroom.ts';
import type { Publisher } from '../../shared/release/view.ts';
import { languageName } from '../../shared/release/words.ts';
import { FREQUENCIES, type Frequency } from '../../shared/schema/tables.ts';
import { renderPublicPage } from '../../shared/site/frame.ts';
import { SIGN_UP_WORDS } from './subscribe-words.ts';

/** What stands in the form, as the visitor left it. */
export type SignUpForm = {
  readonly address: string;
  readonly topics: readonly string[];
  /** Of the letters. */
  readonly language: string;
  readonly frequency: Frequency;
};

export type SignUpProblem = 'topics' | 'address' | 'wording' | 'away';

/** A field no person sees; programs that fill in every field fill in this one. */
export const TRAP = 'website';

/** The consent as the page shows it; its version follows from its words, so none can be shown under another's name. */
export function consentOf(newsroom: Newsroom, language: InterfaceLanguage): { wording: string; version: string } {
  const wording = SIGN_UP_WORDS[language].consent(newsroom.name);
  return { wording, version: `${language}-${sha256Hex(wording).slice(0, 12)}` };
}

/** The page with the form, and what is wrong with it. */
export function renderSubscribe(
  publisher: Publisher,
  language: InterfaceLanguage,
  { form, problems = [] }: { form: SignUpForm; problems?: readonly SignUpProblem[] },
): string {
  const words = SIGN_UP_WORDS[language];
  const { newsroom } = publisher;
  const consent = consentOf(newsroom, language);
  return renderPublicPage({
    language,
    // Said first to whoever hears the page read.
    title: problems.length > 0 ? `${words.problems}: ${words.title}` : words.title,
    publisher,
    current: 'subscribe',
    // A link may choose a topic beforehand; it is the same page.
    head: html`<meta name="description" content="${words.lead(newsroom.name)}">
<link rel="canonical" href="${absolute(publisher.baseUrl, subscribePath(language))}">
`,
    inLanguages: new Map(newsroom.languages.map((other) => [other, subscribePath(interfaceLanguage(other), form.topics[0])])),
    main: html`<div class="prose">
<h1>${words.title}</h1>
${problems.length === 0 && html`<p class="lead">${words.lead(newsroom.name)}</p>\n`}${summary(words, problems)}<form class="sign-up" method="post" action="${subscribePath()}">
<input type="hidden" name="page" value="${language}"><input type="hidden" name="wording" value="${consent.version}">
${topicChoice(newsroom, language, { form, problems })}${languageChoice(newsroom, words, form)}${frequencyChoice(newsroom, language, form)}${addressField(words, form, problems)}<div class="hidden" aria-hidden="true"><label for="${TRAP}">${words.trap}</label><input id="${TRAP}" name="${TRAP}" tabindex="-1" autocomplete="off"></div>
<p>${consent.wording} <a href="${privacyPath()}">${words.privacy}</a></p>
<button class="button main">${words.send}</button>
</form>
</div>
`,
  });
}

type Words = (typeof SIGN_UP_WORDS)[InterfaceLanguage];

function summary(words: Words, problems: readonly SignUpProblem[]): Markup | undefined {
  if (problems.length === 0) return undefined;
  const item = (problem: SignUpProblem) => {
    switch (problem) {
      case 'topics':
        return html`<li><a href="#topics">${words.topicsMissing}</a></li>\n`;
      case 'address':
        return html`<li><a href="#address">${words.addressWrong}</a></li>\n`;
      case 'wording':
        return html`<li>${words.changed}</li>\n`;
      case 'away':
        return html`<li>${words.away}</li>\n`;
    }
  };
  return html`<div class="notice" role="alert">
<h2>${words.problems}</h2>
<ul>
${problems.map(item)}</ul>
</div>
`;
}

type Filled = { form: SignUpForm; problems: readonly SignUpProblem[] };

function topicChoice(newsroom: Newsroom, language: InterfaceLanguage, { form, problems }: Filled): Markup {
  const words = SIGN_UP_WORDS[language];
  const box = (topic: string, name: string) =>
    html`<label class="choice"><input type="checkbox" name="topics" value="${topic}"${form.topics.includes(topic) && html` checked`}> ${name}</label>\n`;
  return html`<fieldset id="topics" tabindex="-1"${problems.includes('topics') && html` aria-describedby="topics-problem"`}>
<legend>${words.topics}</legend>
${problems.includes('topics') && html`<p class="problem" id="topics-problem">${words.topicsMissing}</p>\n`}${box('*', words.everything)}${listedTopics(newsroom).map((topic) => box(topic, topicName(newsroom, topic, language)))}</fieldset>
`;
}

function languageChoice(newsroom: Newsroom, words: Words, form: SignUpForm): Markup {
  if (newsroom.languages.length === 1) return html`<input type="hidden" name="language" value="${newsroom.languages[0]!}">\n`;
  const option = (language: string) =>
    html`<label class="choice" lang="${language}"><input type="radio" name="language" value="${language}"${form.language === language && html` checked`}> ${languageName(language)}</label>\n`;
  return html`<fieldset>
<legend>${words.language}</legend>
${newsroom.languages.map(option)}</fieldset>
`;
}

function frequencyChoice(newsroom: Newsroom, language: InterfaceLanguage, form: SignUpForm): Markup {
  const option = (frequency: Frequency) =>
    html`<label class="choice"><input type="radio" name="frequency" value="${frequency}"${form.frequency === frequency && html` checked`}> ${frequencyText(frequency, newsroom, language)}</label>\n`;
  return html`<fieldset>
<legend>${SIGN_UP_WORDS[language].frequency}</legend>
${FREQUENCIES.map(option)}</fieldset>
`;
}

function addressField(words: Words, form: SignUpForm, problems: readonly SignUpProblem[]): Markup {
  const wrong = problems.includes('address');
  return html`<p><label for="address">${words.address}</label>
<span class="meta" id="address-hint">${words.addressHint}</span>
${wrong && html`<span class="problem" id="address-problem">${words.addressWrong}</span>\n`}<input id="address" name="address" type="email" autocomplete="email" required maxlength="254" value="${form.address}" aria-describedby="${wrong ? 'address-problem ' : ''}address-hint"${wrong && html` aria-invalid="true"`}></p>
`;
}
