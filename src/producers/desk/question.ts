import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DeskContext } from './context.ts';
import { csrfField, renderDesk } from './shell.ts';

export type Asking = {
  readonly title: string;
  /** What will happen, in words. */
  readonly body: Markup;
  /** What is asked for. */
  readonly fields?: Markup | undefined;
  /** Where the answer goes. */
  readonly action: string;
  /** Undefined: there is nothing to do, only the way back. */
  readonly button: string | undefined;
  /** It takes something away. */
  readonly grave?: boolean | undefined;
  readonly message: Markup | undefined;
  readonly back: { readonly path: string; readonly text: Markup };
};

/** Says in words what will happen, asks for what is needed, and has one button that does it and one way back. */
export function renderAsking(context: DeskContext, question: Asking): string {
  const { title, back, button } = question;
  return renderDesk(context, {
    title,
    main: html`<div class="question">
<p><a class="target back" href="${back.path}"><span aria-hidden="true">←</span> ${back.text}</a></p>
${question.message}
<h1>${title}</h1>
${question.body}
<form method="post" action="${question.action}">
${csrfField(context)}${question.fields}<div class="buttons">
${button && html`<button class="button ${question.grave ? 'grave-main' : 'main'}">${button}</button>\n`}<a class="button other" href="${back.path}">${context.words.steps.cancel}</a>
</div>
</form>
</div>`,
  });
}

/** A lead and what follows from the press, one line each. */
export function consequences(lead: string, lines: readonly string[]): Markup {
  return html`<p>${lead}</p>
<ul class="consequences">
${lines.map((line) => html`<li>${line}</li>\n`)}</ul>`;
}

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly value: string | undefined;
  readonly optional?: boolean;
};

/** A reason or a note is a sentence or two. */
const REASON_MOST = 2_000;

export type TextField = Field & {
  readonly rows?: number;
  /** Characters, when not as many as a reason has. A browser cuts a longer paste without a word: Infinity leaves the refusal to the use case. */
  readonly most?: number;
  /** Of what is typed, for spelling and for voices. */
  readonly lang?: string | undefined;
  /** Names and values, not sentences. */
  readonly source?: boolean;
  /** Where the person goes on when the page is loaded. */
  readonly focus?: boolean;
};

/** A text of some lines. A browser drops the first line end in it, so one is given for it to drop. */
export function textField(field: TextField): Markup {
  const { name, rows = 4, most = REASON_MOST, lang, source, focus } = field;
  return labelled(
    field,
    html`<textarea id="${name}" name="${name}" rows="${rows}"${Number.isFinite(most) && html` maxlength="${most}"`}${lang && html` lang="${lang}"`}${
      source && html` class="source" spellcheck="false" autocapitalize="none"`
    }${focus && html` autofocus`}${required(field)}>\n${field.value ?? ''}</textarea>`,
  );
}

/** One address. Neither the browser nor anybody after this person at the same desk keeps it. */
export function addressField(field: Field): Markup {
  return labelled(
    field,
    html`<input id="${field.name}" name="${field.name}" type="email" inputmode="email" autocomplete="off" spellcheck="false" maxlength="320" value="${field.value ?? ''}"${required(field)}>`,
  );
}

/** One of a list, as value and text. */
export function selectField(field: Field & { readonly choices: readonly (readonly [value: string, text: string])[] }): Markup {
  const { name, value, choices } = field;
  const options = choices.map(([one, text]) => html`<option value="${one}"${one === value && html` selected`}>${text}</option>`);
  return labelled({ ...field, optional: true }, html`<select id="${name}" name="${name}">${options}</select>`);
}

/** Yes when it is ticked. */
export function checkField(field: { name: string; checked: boolean; label: string; help: string }): Markup {
  const { name, checked, label, help } = field;
  return html`<div class="choice"><input type="checkbox" name="${name}" id="${name}" value="yes"${checked && html` checked`} aria-describedby="${name}-help"><label for="${name}">${label}</label><p class="small" id="${name}-help">${help}</p></div>
`;
}

function labelled(field: Field, input: Markup): Markup {
  return html`<div class="field"><label for="${field.name}">${field.label}</label>
${field.help && html`<p class="small" id="${field.name}-help">${field.help}</p>\n`}${input}</div>
`;
}

function required(field: Field): Markup {
  return html`${!field.optional && html` required`}${field.help && html` aria-describedby="${field.name}-help"`}`;
}

/** One of several, each with what it leads to. */
export function choiceField(field: { name: string; value: string; chosen: boolean; label: string; help: string }): Markup {
  const id = `${field.name}-${field.value}`;
  return html`<div class="choice"><input type="radio" name="${field.name}" id="${id}" value="${field.value}" required${field.chosen && html` checked`} aria-describedby="${id}-help"><label for="${id}">${field.label}</label><p class="small" id="${id}-help">${field.help}</p></div>\n`;
}
