import { html, type Markup } from '../../shared/platform/markup.ts';
import { absolute, releasePath } from '../../shared/release/addresses.ts';
import { renderDraftChanges } from './changes-panel.ts';
import type { DeskContext } from './context.ts';
import { type AskingStep, unsentLetters } from './next-step.ts';
import { checkField, choiceField, consequences, renderAsking, textField } from './question.ts';
import type { ReleasePage } from './release.ts';
import { type DeskWords, formatCount } from './words.ts';

export type Question = Pick<ReleasePage, 'status' | 'draft' | 'message' | 'next' | 'changes'> & {
  readonly step: AskingStep;
  /** What was typed before, when the form comes back. */
  readonly typed: Readonly<Record<string, string>>;
};

/** The page that asks before a step of a release is taken. */
export function renderQuestion(context: DeskContext, question: Question): string {
  const { status, draft, step } = question;
  const { title, body, fields, button, grave } = PAGES[step](context, question);
  const headline = draft?.content.title ?? status.title ?? status.slug;
  const back = `/desk/releases/${status.slug}`;
  return renderAsking(context, {
    title,
    body,
    fields: html`${draft && html`<input type="hidden" name="hash" value="${draft.hash}">`}
${fields}`,
    // By its id, as the buttons on its page (steps-panel.ts).
    action: `/desk/releases/${status.release}/${step}`,
    button,
    grave,
    message: question.message,
    back: { path: back, text: html`<span lang="${status.language}">${headline}</span>` },
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
  correct: (context, { draft, changes, typed }) => ({
    title: context.words.confirm.correctTitle,
    body: html`${draft && changes && renderDraftChanges(context, draft, changes)}`,
    fields: correctionFields(context.words, typed),
    button: context.words.confirm.correctButton,
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

function withdrawal({ words, language }: DeskContext, { status, typed, next }: Question): Asked {
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
    body: html`<div class="notice"><p>${words.confirm.withdrawOrCorrect}</p>
${next.others.includes('edit') && html`<p><a class="target" href="/desk/releases/${status.slug}/edit">${words.steps.beginCorrection}</a></p>\n`}</div>
${consequences(words.confirm.withdraw, lines)}
<p><strong>${words.confirm.withdrawFinal}</strong></p>`,
    fields: textField({ name: 'reason', label: words.confirm.withdrawReason, help: words.confirm.withdrawReasonHelp, value: typed.reason }),
    button: words.confirm.withdrawButton,
    grave: true,
  };
}

function correctionFields(words: DeskWords, typed: Question['typed']): Markup {
  const { confirm } = words;
  const choice = (value: string, label: string, help: string) =>
    choiceField({ name: 'kind', value, chosen: typed.kind === value, label, help });
  return html`<fieldset>
<legend>${confirm.correctKind}</legend>
${choice('major', confirm.correctMajor, confirm.correctMajorHelp)}${choice('minor', confirm.correctMinor, confirm.correctMinorHelp)}</fieldset>
${textField({ name: 'note', label: confirm.correctNote, help: confirm.correctNoteHelp, value: typed.note, optional: true })}${checkField({ name: 'conceal', checked: typed.conceal === 'yes', label: confirm.correctConceal, help: confirm.correctConcealHelp })}`;
}
