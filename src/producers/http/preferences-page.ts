import { html, type Markup } from '../../shared/platform/markup.ts';
import { preferencesPath, subscribePath } from '../../shared/release/addresses.ts';
import { formatMoment } from '../../shared/release/dates.ts';
import { frequencyText } from '../../shared/release/digest-words.ts';
import { type InterfaceLanguage, type Newsroom, topicName } from '../../shared/release/newsroom/newsroom.ts';
import { languageName } from '../../shared/release/words.ts';
import type { Frequency } from '../../shared/schema/tables.ts';
import type { Services } from '../../shared/services.ts';
import { FREQUENCIES, type Preferences } from '../../shared/subscribers/preferences.ts';
import { renderNotice } from './notice-page.ts';
import { PAUSES, PREFERENCES_WORDS } from './preferences-words.ts';

type Words = (typeof PREFERENCES_WORDS)[InterfaceLanguage];

/** What the page is made of; nothing in it says whose it is. */
type Page = {
  readonly newsroom: Newsroom;
  readonly language: InterfaceLanguage;
  readonly words: Words;
  readonly preferences: Preferences;
  readonly chosen: Chosen;
  readonly problem: PreferencesView['problem'];
};

/** What is ticked in the form, by the values of its fields. */
export type Chosen = {
  readonly topics: readonly string[];
  readonly language: string;
  readonly frequency: string;
  readonly pause: string;
};

export type PreferencesView = {
  readonly token: string;
  /** Undefined for somebody who gets nothing, and for a link that is nobody's. */
  readonly preferences: Preferences | undefined;
  /** The page says what holds now, and after a change offers the way back. */
  readonly saved?: 'changed' | 'taken-back';
  readonly problem?: 'topics' | 'stale' | undefined;
  /** What was sent, when the form comes back. */
  readonly chosen?: Chosen;
};

/** What a person gets, and one form to change it. */
export async function renderPreferences(services: Services, language: InterfaceLanguage, view: PreferencesView): Promise<string> {
  const words = PREFERENCES_WORDS[language];
  const { newsroom } = await services.newsroom();
  const { preferences, token, problem } = view;
  if (preferences === undefined) return renderNobody(services, language, token);
  const page = { newsroom, language, words, preferences, chosen: view.chosen ?? standing(preferences), problem };
  const head = view.saved ? savedPart(page, view) : html`<p class="lead">${words.lead(newsroom.name)}</p>\n`;
  return renderNotice(services, language, {
    title: view.saved ? words.saved : words.title,
    body: html`${head}${problem && html`<div class="notice" role="alert"><p>${problem === 'topics' ? html`<a href="#topics">${words.problem}</a>` : words.stale}</p></div>\n`}<form class="sign-up" method="post" action="${preferencesPath(token)}">
${topicChoice(page)}${languageChoice(page)}${frequencyChoice(page)}${pauseChoice(page)}<button class="button main" name="save" value="1">${words.save}</button>
</form>
<h2>${words.leave}</h2>
<p>${words.leaveText}</p>
${button(preferencesPath(token), 'leave', words.leaveAll)}${ownDataPart(words, token)}`,
  });
}

/** Somebody who has left, an erased person's link and a forged one look the same. */
async function renderNobody(services: Services, language: InterfaceLanguage, token: string): Promise<string> {
  const words = PREFERENCES_WORDS[language];
  return renderNotice(services, language, {
    title: words.title,
    body: html`<p class="lead">${words.none}</p>
<p>${words.wayBack}</p>
${button(`${preferencesPath(token)}/undo`, 'again', words.again)}<p><a class="target" href="${subscribePath(language)}">${words.subscribe}</a></p>
<p><a class="target" href="/">${words.news}</a></p>
${ownDataPart(words, token)}`,
  });
}

/** The answer to having asked for the own data, whoever asked. */
export async function renderAsked(services: Services, language: InterfaceLanguage): Promise<string> {
  const words = PREFERENCES_WORDS[language];
  return renderNotice(services, language, {
    title: words.asked,
    body: html`<p class="lead">${words.askedText}</p>\n<p>${words.askedOften}</p>\n`,
  });
}

/** What holds now, in words. */
function savedPart({ newsroom, language, words, preferences }: Page, { saved, token }: PreferencesView): Markup {
  const names = Object.keys(preferences.topics).map((topic) => (topic === '*' ? words.allTopics : topicName(newsroom, topic, language)));
  const topics = new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
  const frequency = frequencyOf(preferences);
  const inWords = new Intl.DisplayNames([language], { type: 'language' }).of(preferences.language) ?? preferences.language;
  const now = words.now({ often: frequency ? words.often[frequency] : words.mixed, topics, language: inWords });
  const paused = preferences.pausedUntil === null ? '' : ` ${words.pausedNow(momentText(preferences.pausedUntil, newsroom, language))}`;
  return html`<p class="lead" role="status">${now}${paused}</p>
<p>${words.underWay}</p>
${saved === 'changed' && button(`${preferencesPath(token)}/undo`, 'undo', words.undo)}<h2>${words.title}</h2>
`;
}

/** The only frequency there is; undefined when an import gave different topics different ones. */
function frequencyOf({ topics }: Preferences): Frequency | undefined {
  const all = new Set(Object.values(topics));
  return all.size === 1 ? [...all][0] : undefined;
}

function standing(preferences: Preferences): Chosen {
  const { topics, language } = preferences;
  return { topics: Object.keys(topics), language, frequency: frequencyOf(preferences) ?? 'keep', pause: 'keep' };
}

/** Every listed topic, and of the others those the person has. */
function topicChoice({ newsroom, language, words, preferences, chosen, problem }: Page): Markup {
  const offered = Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted || topic in preferences.topics);
  const box = (topic: string, name: string) =>
    html`<label class="choice"><input type="checkbox" name="topics" value="${topic}"${chosen.topics.includes(topic) && html` checked`}> ${name}</label>\n`;
  const hint =
    problem === 'topics'
      ? html`<p class="problem" id="topics-hint">${words.topicsMissing}</p>`
      : '*' in preferences.topics && html`<p class="meta" id="topics-hint">${words.someOnly}</p>`;
  return html`<fieldset id="topics" tabindex="-1"${hint && html` aria-describedby="topics-hint"`}>
<legend>${words.topics}</legend>
${hint && html`${hint}\n`}${box('*', words.everything)}${offered.map((topic) => box(topic, topicName(newsroom, topic, language)))}</fieldset>
`;
}

function languageChoice({ newsroom, words, preferences, chosen }: Page): Markup {
  // Somebody imported with a language that the newsroom has given up since keeps it until he chooses.
  const languages = [...new Set([...newsroom.languages, preferences.language])];
  if (languages.length === 1) return html`<input type="hidden" name="language" value="${languages[0]!}">\n`;
  const option = (language: string) =>
    html`<label class="choice" lang="${language}">${radio('language', language, chosen.language === language)} ${languageName(language)}</label>\n`;
  return html`<fieldset>
<legend>${words.language}</legend>
${languages.map(option)}</fieldset>
`;
}

function frequencyChoice({ newsroom, language, words, preferences, chosen }: Page): Markup {
  const option = (frequency: Frequency) =>
    html`<label class="choice">${radio('frequency', frequency, chosen.frequency === frequency)} ${frequencyText(frequency, newsroom, language)}</label>\n`;
  return html`<fieldset>
<legend>${words.frequency}</legend>
${frequencyOf(preferences) === undefined && html`<label class="choice">${radio('frequency', 'keep', chosen.frequency === 'keep')} ${words.keepFrequency}</label>\n`}${FREQUENCIES.map(option)}</fieldset>
`;
}

function pauseChoice({ newsroom, language, words, preferences, chosen }: Page): Markup {
  const until = preferences.pausedUntil;
  const kept = until === null ? words.noPause : words.keepPause(momentText(until, newsroom, language));
  const wish = (value: string) => radio('pause', value, chosen.pause === value);
  return html`<fieldset aria-describedby="pause-hint">
<legend>${words.pause}</legend>
<p class="meta" id="pause-hint">${words.pauseHint}</p>
<label class="choice">${wish('keep')} ${kept}</label>
${until !== null && html`<label class="choice">${wish('resume')} ${words.resume}</label>\n`}${PAUSES.map((span) => html`<label class="choice">${wish(span)} ${words.pauses[span]}</label>\n`)}</fieldset>
`;
}

function radio(name: string, value: string, checked: boolean): Markup {
  return html`<input type="radio" name="${name}" value="${value}"${checked && html` checked`}>`;
}

function ownDataPart(words: Words, token: string): Markup {
  return html`<h2>${words.ownData}</h2>
<p>${words.ownDataText}</p>
${button(`${preferencesPath(token)}/own-data`, 'ask', words.askOwnData)}`;
}

function button(action: string, name: string, text: string): Markup {
  return html`<form method="post" action="${action}"><button class="button" name="${name}" value="1">${text}</button></form>
`;
}

function momentText(iso: string, newsroom: Newsroom, language: InterfaceLanguage): string {
  return formatMoment(new Date(iso), language, newsroom.timezone);
}
