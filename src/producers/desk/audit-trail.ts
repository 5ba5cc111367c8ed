import type { AuditLine } from '../../shared/accounts/audit.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DeskContext } from './context.ts';
import { personOf } from './reasons.ts';
import { renderTime } from './time.ts';

export type AuditView = {
  readonly lines: readonly AuditLine[];
  /** Address of the lines before these, when there are any. */
  readonly older: string | undefined;
  readonly names: ReadonlyMap<string, string>;
};

/** Who did what, newest first, from the append-only audit. */
export function renderAudit(context: DeskContext, view: AuditView): Markup {
  const { words } = context;
  return html`<section class="audit" aria-labelledby="audit">
<h2 id="audit">${words.audit.title}</h2>
<ol class="events" reversed>
${view.lines.map((line) => event(context, line, view.names))}</ol>
${view.older && html`<p><a class="target" href="${view.older}">${words.audit.more}</a></p>\n`}</section>`;
}

function event(context: DeskContext, line: AuditLine, names: ReadonlyMap<string, string>): Markup {
  const { words } = context;
  const who =
    line.account === null ? words.audit.machine : line.account === 'clock' ? words.audit.clock : (names.get(line.account) ?? line.account);
  return html`<li><span class="small">${renderTime(context, line.at)}</span> <span><strong>${who}</strong> ${words.audit.actions[line.action] ?? line.action}${remarkOf(line)}</span></li>
`;
}

/** What a line says beyond its action, in as few words as it was given. */
function remarkOf({ detail }: AuditLine): Markup | undefined {
  const text = detail.reason ?? detail.note ?? detail.channel;
  // The line begins with who did it.
  if (typeof text === 'string' && text !== '' && personOf(text) === undefined) return html`: <q>${text}</q>`;
  const hash = detail.hash;
  return typeof hash === 'string' ? html` <code>${hash.slice(0, 12)}</code>` : undefined;
}
