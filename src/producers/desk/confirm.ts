import { html, type Markup } from '../../shared/platform/markup.ts';
import { absolute, releasePath } from '../../shared/release/addresses.ts';
import type { DeskContext } from './context.ts';
import { type AskingStep, unsentLetters } from './next-step.ts';
import type { ReleasePage } from './release.ts';
import { csrfField, renderDesk } from './shell.ts';
import { type DeskWords, formatCount } from './words.ts';

export type Question = Pick<ReleasePage, 'status' | 'draft' | 'message'> & {
  readonly step: AskingStep;
  /** What was typed before, when the form comes back. */
  readonly typed: Readonly<Record<string, string>>;
};

/** Says in words what will happen, asks for what is needed, and has one button that does it and one way back. */
export function renderQuestion(context: DeskContext, question: Question): string {
  const { status, draft, step } = question;
  const { title, body, fields, button, grave } = PAGES[step](context, question);
  const headline = draft?.content.title ?? status.title ?? status.slug;
  const back = `/desk/releases/${status.slug}`;
  return renderDesk(context, {
    title,
    main: html`<div class="question">
<p><a class="target back" href="${back}"><span aria-hidden="true">←</span> <span lang="${status.language}">${headline}</span></a></p>
${question.message}
<h1>${title}</h1>
${body}
<form method="post" action="${back}/${step}">
${csrfField(context)}${draft && html`<input type="hidden" name="hash" value="${draft.hash}">`}
${fields}<div class="buttons">
${button && html`<button class="button ${grave ? 'grave-main' : 'main'}">${button}</button>\n`}<a class="button other" href="${back}">${context.words.steps.cancel}</a>
</div>
</form>
</div>`,
  });
}

type Asked = { title: string; body: Markup; fields?: Markup; button: string | undefined; grave?: boolean };

const PAGES: Record<AskingStep, (context: DeskContext, question: Question) => Asked> = {
  reject: ({ words }, { typed }) => ({
    title: words.confirm.rejectTitle,
    body: html`<p>${words.confirm.reject}</p>`,
    fields: textField({ name: 'reason', label: words.confirm.rejectReason, value: typed.reason }),
    button: words.confirm.rejectButton,
  }),
  publish: ({ words, publisher }, { status, draft }) => ({
    title: words.confirm.publishTitle,
    body: consequences(words.confirm.publish, [
      words.confirm.publishPage(absolute(publisher.baseUrl, releasePath(status.slug))),
      words.confirm.publishFeeds,
      draft?.content.letters === false ? words.confirm.publishNoLetters : words.confirm.publishLetters,
      words.confirm.publishArchive,
    ]),
    button: words.confirm.publishButton,
  }),
  correct: ({ words }, { typed }) => ({
    title: words.confirm.correctTitle,
    body: html``,
    fields: correctionFields(words, typed),
    button: words.confirm.correctButton,
  }),
  withdraw: (context, question) => withdrawal(context, question),
  stop: ({ words, language }, { status }) => {
    const unsent = unsentLetters(status.letters);
    const count = formatCount(unsent, language);
    return {
      title: words.confirm.stopTitle,
      body: html`<p>${unsent > 0 ? words.confirm.stop(count) : words.confirm.stopNone}</p>
<p>${words.confirm.stopKept}</p>`,
      button: unsent > 0 ? words.confirm.stopButton(count) : undefined,
      grave: true,
    };
  },
};

function withdrawal({ words, language }: DeskContext, { status, typed }: Question): Asked {
  const unsent = unsentLetters(status.letters);
  const open = unsent > 0 ? words.confirm.withdrawOpen(formatCount(unsent, language)) : '';
  const lines = [
    words.confirm.withdrawPage,
    words.confirm.withdrawFeeds,
    words.confirm.withdrawLetters(open).trim(),
    words.confirm.withdrawArchive,
  ];
  return {
    title: words.confirm.withdrawTitle,
    body: html`${consequences(words.confirm.withdraw, lines)}
<p><strong>${words.confirm.withdrawFinal}</strong></p>`,
    fields: textField({ name: 'reason', label: words.confirm.withdrawReason, help: words.confirm.withdrawReasonHelp, value: typed.reason }),
    button: words.confirm.withdrawButton,
    grave: true,
  };
}

function consequences(lead: string, lines: readonly string[]): Markup {
  return html`<p>${lead}</p>
<ul class="consequences">
${lines.map((line) => html`<li>${line}</li>\n`)}</ul>`;
}

function correctionFields(words: DeskWords, typed: Question['typed']): Markup {
  const { confirm } = words;
  const choice = (value: string, label: string, help: string) =>
    html`<div class="choice"><input type="radio" name="kind" id="kind-${value}" value="${value}" required${typed.kind === value && html` checked`} aria-describedby="kind-${value}-help"><label for="kind-${value}">${label}</label><p class="small" id="kind-${value}-help">${help}</p></div>\n`;
  return html`<fieldset>
<legend>${confirm.correctKind}</legend>
${choice('major', confirm.correctMajor, confirm.correctMajorHelp)}${choice('minor', confirm.correctMinor, confirm.correctMinorHelp)}</fieldset>
${textField({ name: 'note', label: confirm.correctNote, help: confirm.correctNoteHelp, value: typed.note, optional: true })}<div class="choice"><input type="checkbox" name="conceal" id="conceal" value="yes"${typed.conceal === 'yes' && html` checked`} aria-describedby="conceal-help"><label for="conceal">${confirm.correctConceal}</label><p class="small" id="conceal-help">${confirm.correctConcealHelp}</p></div>
`;
}

function textField(field: { name: string; label: string; help?: string; value: string | undefined; optional?: boolean }): Markup {
  const help = field.help && html` aria-describedby="${field.name}-help"`;
  return html`<div class="field"><label for="${field.name}">${field.label}</label>
${field.help && html`<p class="small" id="${field.name}-help">${field.help}</p>\n`}<textarea id="${field.name}" name="${field.name}" rows="4" maxlength="2000"${!field.optional && html` required`}${help}>${field.value ?? ''}</textarea></div>
`;
}
