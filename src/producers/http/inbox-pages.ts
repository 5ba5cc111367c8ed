import type { InboxLetter, InboxLine } from '../../shared/mail/inbox-reader.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import { formatBytes, formatMoment } from '../../shared/release/dates.ts';
import type { Publisher } from '../../shared/release/view.ts';
import { renderPublicPage } from '../../shared/site/frame.ts';
import { noIndex } from '../../shared/site/head.ts';

/* A page for whoever tries the program out; it speaks English, as logs and commands do. */

export type InboxPage = { readonly letters: readonly InboxLine[]; readonly next?: string; readonly first: boolean };

/** The newest letters first, a screen at a time. */
export function renderInbox(publisher: Publisher, page: InboxPage): string {
  return shell(
    publisher,
    'Local inbox',
    html`<h1>Local inbox</h1>
<p class="intro">Every letter stays on this machine. Nothing is sent on.</p>
${page.letters.length === 0 ? html`<p>No letters yet. They arrive when a release is published.</p>` : list(publisher, page.letters)}
<p>${!page.first && html`<a class="target" href="/dev/inbox">Newest</a> `}${page.next && html`<a class="target" rel="next" href="/dev/inbox?before=${page.next}">Older</a>`}</p>`,
  );
}

function list(publisher: Publisher, letters: readonly InboxLine[]): Markup {
  return html`<table class="letters">
<thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Came</th></tr></thead>
<tbody>
${letters.map(
  (letter) =>
    html`<tr><th scope="row"><a href="/dev/inbox/${letter.id}">${letter.subject || '(no subject)'}</a></th><td>${letter.to}</td><td><time datetime="${letter.at.toISOString()}">${formatMoment(letter.at, 'en', publisher.newsroom.timezone)}</time></td></tr>\n`,
)}</tbody>
</table>`;
}

const FORMS = { html: 'As it looks', text: 'As text', headers: 'Headers', source: 'Source' } as const;
type Form = keyof typeof FORMS;

/** One letter: as a mail program shows it (in a frame where nothing runs), as text, its headers, and the bytes as they came. */
export function renderLetter(publisher: Publisher, view: { letter: InboxLetter; as: string }): string {
  const { letter } = view;
  const form: Form = Object.hasOwn(FORMS, view.as) ? (view.as as Form) : 'html';
  const tab = (name: Form) =>
    html`<li><a class="target" href="/dev/inbox/${letter.id}?as=${name}"${name === form && html` aria-current="page"`}>${FORMS[name]}</a></li>\n`;
  return shell(
    publisher,
    letter.subject,
    html`<p><a class="target" href="/dev/inbox"><span aria-hidden="true">←</span> Local inbox</a></p>
<h1>${letter.subject || '(no subject)'}</h1>
<p class="small">${letter.from} → ${letter.to}<br><time datetime="${letter.at.toISOString()}">${formatMoment(letter.at, 'en', publisher.newsroom.timezone)}</time> · ${formatBytes(letter.bytes, 'en')} · <a class="target" href="/dev/inbox/${letter.id}/source">save as .eml</a></p>
<nav class="tabs" aria-label="The letter"><ul>
${(Object.keys(FORMS) as Form[]).map(tab)}</ul></nav>
${shown(letter, form)}`,
  );
}

function shown(letter: InboxLetter, form: Form): Markup {
  switch (form) {
    case 'html':
      return letter.html === undefined
        ? html`<p>This letter has no HTML part.</p>`
        : html`<iframe class="framed letter" src="/dev/inbox/${letter.id}/html" title="The letter as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
    case 'text':
      return source(letter.text ?? 'This letter has no text part.', 'The letter as text');
    case 'headers':
      return source(letter.headers.map(({ name, value }) => `${name}: ${value}`).join('\n'), 'The headers');
    case 'source':
      return source(letter.raw.toString('utf8'), 'The source');
  }
}

function source(text: string, name: string): Markup {
  return html`<pre class="source" tabindex="0" role="region" aria-label="${name}">${text}</pre>`;
}

function shell(publisher: Publisher, title: string, main: Markup): string {
  return renderPublicPage({ language: 'en', title, publisher, head: noIndex(), main });
}
