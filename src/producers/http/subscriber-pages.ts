import { html, type Markup } from '../../shared/platform/markup.ts';
import { type InterfaceLanguage, topicName } from '../../shared/release/newsroom.ts';
import type { Services } from '../../shared/services.ts';
import { renderNotice } from './notice-page.ts';

const WORDS = {
  sv: {
    leaving: 'Vill du sluta få våra brev?',
    leavingText: (name: string) => `Tryck på knappen så skickar ${name} inga fler pressmeddelanden till din adress.`,
    leave: 'Ja, sluta skicka',
    left: 'Du får inga fler brev',
    leftText: (name: string) => `${name} skickar inte fler pressmeddelanden till din adress. Ett brev som redan är på väg kan hinna fram.`,
    undo: 'Ångra, fortsätt skicka',
    undoText: 'Var det ett misstag?',
    back: 'Du får våra brev igen',
    backText: 'Allt är som det var. Varje brev har en länk för att sluta.',
    news: 'Läs nyheterna här',
    preferences: 'Dina brev',
    preferencesText: (name: string) => `Du får pressmeddelanden från ${name} om:`,
    everything: 'Alla ämnen',
    none: 'Du får inga brev från oss.',
    stop: 'Sluta',
    stopTopic: (topic: string) => ` få brev om ${topic}`,
    leaveAll: 'Sluta få alla brev',
  },
  en: {
    leaving: 'Do you want to stop getting our letters?',
    leavingText: (name: string) => `Press the button, and ${name} sends no more press releases to your address.`,
    leave: 'Yes, stop sending',
    left: 'You get no more letters',
    leftText: (name: string) => `${name} sends no more press releases to your address. A letter already on its way may still arrive.`,
    undo: 'Undo, go on sending',
    undoText: 'Was it a mistake?',
    back: 'You get our letters again',
    backText: 'Everything is as it was. Every letter has a link to stop.',
    news: 'Read the news here',
    preferences: 'Your letters',
    preferencesText: (name: string) => `You get press releases of ${name} about:`,
    everything: 'Every topic',
    none: 'You get no letters from us.',
    stop: 'Stop',
    stopTopic: (topic: string) => ` letters about ${topic}`,
    leaveAll: 'Stop all letters',
  },
} as const;

/** The question behind an unsubscribe link. */
export async function renderLeaving(services: Services, language: InterfaceLanguage, token: string): Promise<string> {
  const words = WORDS[language];
  const { newsroom } = await services.newsroom();
  return renderNotice(services, language, {
    title: words.leaving,
    body: html`<p class="lead">${words.leavingText(newsroom.name)}</p>
${form(`/unsubscribe/${encodeURIComponent(token)}`, html`<button class="button main">${words.leave}</button>`)}`,
  });
}

/** The answer to having left, with the way back. */
export async function renderLeft(services: Services, language: InterfaceLanguage, undo: string): Promise<string> {
  const words = WORDS[language];
  const { newsroom } = await services.newsroom();
  return renderNotice(services, language, {
    title: words.left,
    body: html`<p class="lead">${words.leftText(newsroom.name)}</p>
<p>${words.undoText}</p>
${form(undo, html`<button class="button">${words.undo}</button>`)}${newsLink(words.news)}`,
  });
}

/** The answer to having come back. */
export async function renderBack(services: Services, language: InterfaceLanguage): Promise<string> {
  const words = WORDS[language];
  return renderNotice(services, language, {
    title: words.back,
    body: html`<p class="lead">${words.backText}</p>\n${newsLink(words.news)}`,
  });
}

/** What a subscriber gets, a button for each. */
export async function renderPreferences(
  services: Services,
  language: InterfaceLanguage,
  view: { token: string; topics: readonly string[] },
): Promise<string> {
  const words = WORDS[language];
  const { newsroom } = await services.newsroom();
  const names = view.topics.map((topic) => ({ topic, name: topic === '*' ? words.everything : topicName(newsroom, topic, language) }));
  const action = `/preferences/${encodeURIComponent(view.token)}`;
  const several = names.length > 1;
  return renderNotice(services, language, {
    title: words.preferences,
    body:
      names.length === 0
        ? html`<p class="lead">${words.none}</p>\n${newsLink(words.news)}`
        : html`<p class="lead">${words.preferencesText(newsroom.name)}</p>
<ul class="having">
${names.map(({ topic, name }) => html`<li>${name}${several && form(action, topicButton(words, topic, name))}</li>\n`)}</ul>
${form(action, html`<button class="button" name="leave" value="*">${words.leaveAll}</button>`)}`,
  });
}

/** Short to the eye, whole to a screen reader. */
function topicButton(words: (typeof WORDS)[InterfaceLanguage], topic: string, name: string): Markup {
  return html`<button class="button" name="leave" value="${topic}">${words.stop}<span class="hidden">${words.stopTopic(name)}</span></button>`;
}

function form(action: string, button: Markup): Markup {
  return html`<form method="post" action="${action}">${button}</form>
`;
}

function newsLink(text: string): Markup {
  return html`<p><a class="target" href="/">${text}</a></p>`;
}
