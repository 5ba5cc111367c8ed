import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DeskContext } from './context.ts';
import type { Form } from './perform.ts';
import { textField } from './question.ts';
import { renderDesk } from './shell.ts';
import type { DeskWords } from './words.ts';

/** What belongs to the session that has ended, or is no text of anybody's. */
const NOT_TYPED = ['csrf', 'hash', 'lockVersion', 'channel'];

/** Gives back what somebody sent after the session had ended, ready to be sent again; undefined when nothing was typed. */
export function renderEnded(context: DeskContext, action: string, form: Form): string | undefined {
  const { words } = context;
  const fields = Object.entries(form).filter(([name, value]) => name !== 'csrf' && typeof value === 'string');
  if (!fields.some(([name, value]) => !NOT_TYPED.includes(name) && value.trim() !== '')) return undefined;
  return renderDesk(
    { ...context, path: '/desk/sign-in' },
    {
      title: words.signIn.ended,
      main: html`<div class="editor">
<h1>${words.signIn.ended}</h1>
<p>${words.signIn.endedText}</p>
<form method="post" action="${action}">
${fields.map(([name, value]) => field(words, name, value))}<div class="buttons"><button class="button main">${words.signIn.again}</button></div>
</form>
</div>`,
    },
  );
}

function field(words: DeskWords, name: string, value: string): Markup {
  const label = labelOf(words, name);
  if (label === undefined) return html`<input type="hidden" name="${name}" value="${value}">\n`;
  const rows = Math.min(16, value.split('\n').length + 1);
  return textField({ name, label, value, rows, most: Number.POSITIVE_INFINITY, optional: true });
}

/** What people write; the rest of a form is chosen, and travels along unseen. */
function labelOf({ editing, confirm, people }: DeskWords, name: string): string | undefined {
  const labels: Record<string, string> = {
    title: editing.headline,
    lead: editing.lead,
    body: editing.body,
    fields: editing.fields,
    reason: confirm.withdrawReason,
    note: confirm.correctNote,
    address: people.address,
  };
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}
