import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DeskContext } from './context.ts';
import { LISTS, newName, readFieldName } from './editing/form.ts';
import type { Form } from './perform.ts';
import { entryLabel } from './problems/problem-list.ts';
import { textField } from './question.ts';
import { renderDesk } from './shell.ts';
import type { DeskWords } from './words.ts';

export type KeptForm = {
  /** The session ended meanwhile, or something of ours failed. */
  readonly why: 'ended' | 'failed';
  readonly action: string;
  readonly form: Form;
};

/** Whether a form holds anybody's words. */
export function wasTyped(form: Form): boolean {
  return Object.keys(LABELS).some((name) => typeof form[name] === 'string' && form[name].trim() !== '');
}

/** Gives back what somebody sent in vain, ready to be sent again. */
export function renderKeptForm(context: DeskContext, { why, action, form }: KeptForm): string {
  const { words } = context;
  const { title, text } = words.kept[why];
  const chosen = LISTS.map((list) => newName(list)).filter((name) => form[name]);
  const fields = Object.entries(form).filter(([name, value]) => typeof value === 'string' && !chosen.includes(name));
  return renderDesk(
    { ...context, path: '/desk/' },
    {
      title,
      main: html`<div class="editor">
<h1>${title}</h1>
<p>${text}</p>
${chosen.length > 0 && html`<p>${words.editing.again(chosen.map((name) => form[name]).join(', '))}</p>\n`}<form method="post" action="${action}">
${fields.map(([name, value]) => field(words, name, value))}<div class="buttons"><button class="button main">${words.kept.again}</button></div>
</form>
</div>`,
    },
  );
}

/** What people write. The rest of a form is chosen, and travels along unseen. */
const LABELS: Readonly<Record<string, (words: DeskWords) => string>> = {
  title: ({ editing }) => editing.headline,
  lead: ({ editing }) => editing.lead,
  body: ({ editing }) => editing.body,
  fields: ({ editing }) => editing.fields,
  reason: ({ confirm }) => confirm.withdrawReason,
  note: ({ confirm }) => confirm.correctNote,
  address: ({ people }) => people.address,
};

/** Undefined for what nobody typed. */
function labelOf(words: DeskWords, name: string): string | undefined {
  if (Object.hasOwn(LABELS, name)) return LABELS[name]!(words);
  const named = readFieldName(name);
  return named && TYPED.includes(named.part) ? entryLabel(words.editing, named) : undefined;
}

/** Of a picture or an attachment. */
const TYPED: readonly string[] = ['alt', 'caption', 'credit', 'title'];

function field(words: DeskWords, name: string, value: string): Markup {
  const label = labelOf(words, name);
  if (label === undefined) return html`<input type="hidden" name="${name}" value="${value}">\n`;
  const rows = Math.min(16, value.split('\n').length + 1);
  return textField({ name, label, value, rows, most: Number.POSITIVE_INFINITY, optional: true, source: name === 'fields' });
}
