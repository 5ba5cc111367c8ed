import { html, type Markup } from '../../shared/platform/markup.ts';
import type { InterfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';
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

function form(action: string, button: Markup): Markup {
  return html`<form method="post" action="${action}">${button}</form>
`;
}

function newsLink(text: string): Markup {
  return html`<p><a class="target" href="/">${text}</a></p>`;
}
