import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { DeskContext } from '../context.ts';
import { consequences, renderAsking, textField } from '../question.ts';
import type { PersonStep } from './steps.ts';

export type PersonQuestion = {
  readonly step: PersonStep;
  readonly address: string;
  /** What was typed, when the question comes back. */
  readonly note: string | undefined;
  readonly message: Markup | undefined;
};

/** Says what will happen to this address, and asks. */
export function askPerson(context: DeskContext, question: PersonQuestion): string {
  const { people } = context.words;
  const { step, address, note, message } = question;
  const { title, body, fields, button } = {
    bar: {
      title: people.barTitle,
      body: html`<p>${people.barText}</p>`,
      fields: textField({ name: 'note', label: people.barNote, help: people.barNoteHelp, value: note, optional: true }),
      button: people.barButton,
    },
    lift: { title: people.liftTitle, body: liftText(context), fields: undefined, button: people.liftButton },
    erase: {
      title: people.eraseTitle,
      body: html`${consequences(people.erase, people.eraseLines)}
<p><strong>${people.eraseFinal}</strong></p>`,
      fields: undefined,
      button: people.eraseButton,
    },
  }[step];
  return renderAsking(context, {
    title,
    body: html`<p class="address">${address}</p>
${body}`,
    fields: html`<input type="hidden" name="address" value="${address}"><input type="hidden" name="sure" value="yes">
${fields}`,
    action: `/desk/people/${step}`,
    button,
    grave: step !== 'lift',
    message,
    back: { path: '/desk/people', text: html`${people.title}` },
  });
}

/** The same warning stands where a suppression is lifted by its hash. */
export function liftText({ words }: DeskContext): Markup {
  return html`<p>${words.people.liftText}</p>
<p>${words.people.liftRisk}</p>`;
}
