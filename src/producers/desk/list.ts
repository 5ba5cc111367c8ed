import type { Actor } from '../../shared/accounts/actor.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import { RELEASE_STATES, type ReleaseLine, type ReleaseState } from '../../shared/publishing/releases.ts';
import { languageName } from '../../shared/release/words.ts';
import type { DeskContext } from './context.ts';
import { queryOf, renderPaging, renderTabs } from './lists.ts';
import { mark } from './marks.ts';
import { holds } from './next-step.ts';
import { renderDesk } from './shell.ts';
import { renderTime } from './time.ts';
import { formatCount } from './words.ts';

export type ListPage = {
  readonly items: readonly ReleaseLine[];
  readonly state: ReleaseState | undefined;
  /** Words looked for in the titles. */
  readonly find: string | undefined;
  /** Cursor of the page after, when there is one. */
  readonly next: string | undefined;
  readonly first: boolean;
  /** Mails that came back and that wait for a person; only an administrator is told. */
  readonly unparsed: number;
  /** Names of accounts by id. */
  readonly names: ReadonlyMap<string, string>;
};

/** Every release with its state and whose turn it is, newest change first. A table that becomes a list on a phone. */
export function renderList(context: DeskContext, page: ListPage): string {
  const { words } = context;
  const heading = page.state ? `${words.list.title}: ${words.states[page.state].toLowerCase()}` : words.list.title;
  return renderDesk(context, {
    title: heading,
    main: html`<div class="list-head"><h1>${heading}</h1>
${writes(context) && html`<a class="button other" href="/desk/new">${words.list.new}</a>\n`}</div>
${waiting(context, page)}${finder(context, page)}${filters(context, page)}
${page.items.length === 0 ? html`<p class="empty">${page.find === undefined ? words.list.empty : words.list.notFound}</p>` : table(context, page)}
${renderPaging(context, {
  label: words.list.title,
  newest: page.first ? undefined : `/desk/${queryOf({ state: page.state, find: page.find })}`,
  older: page.next && `/desk/${queryOf({ state: page.state, find: page.find, before: page.next })}`,
})}`,
  });
}

/** What else waits for this person, as one line. */
function waiting({ words, language }: DeskContext, { unparsed }: ListPage): Markup | undefined {
  if (unparsed === 0) return undefined;
  return html`<p class="notice"><a class="target" href="/desk/bounces">${words.bounces.wait(formatCount(unparsed, language), unparsed)}</a></p>\n`;
}

/** Somebody has to correct what was published last month. */
function finder({ words }: DeskContext, { state, find }: ListPage): Markup {
  return html`<form class="look-up find" method="get" action="/desk/" role="search">
${state && html`<input type="hidden" name="state" value="${state}">\n`}<div class="field"><label for="find">${words.list.find}</label>
<input id="find" name="find" type="search" maxlength="200" value="${find ?? ''}"></div>
<button class="button other">${words.list.findButton}</button>
</form>
`;
}

function filters({ words }: DeskContext, { state: chosen, find }: ListPage): Markup {
  const tab = (state: ReleaseState | undefined) => ({
    text: state ? words.states[state] : words.list.all,
    path: `/desk/${queryOf({ state, find })}`,
    chosen: state === chosen,
  });
  return renderTabs(words.list.filter, [undefined, ...RELEASE_STATES].map(tab));
}

function table(context: DeskContext, page: ListPage): Markup {
  const { list } = context.words;
  return html`<table class="records">
<thead>
<tr><th scope="col">${list.headline}</th><th scope="col">${list.state}</th><th scope="col">${list.next}</th><th scope="col">${list.time}</th></tr>
</thead>
<tbody>
${page.items.map((line) => row(context, line, page.names))}</tbody>
</table>`;
}

function row(context: DeskContext, line: ReleaseLine, names: ReadonlyMap<string, string>): Markup {
  const { words, publisher, visitor } = context;
  const foreign = line.language !== publisher.newsroom.languages[0];
  const mine = visitor && isTurnOf(visitor.actor, line);
  return html`<tr>
<th scope="row"><a class="headline" href="/desk/releases/${line.slug}" lang="${line.language}">${line.title}</a>
<span class="small">${foreign && html`${languageName(line.language)} · `}${line.author && words.list.by(names.get(line.author) ?? line.author)}</span></th>
<td>${mark(line.state, words.states[line.state])}${line.draftState && line.state === 'public' && html`<span class="small">${words.correctionOpen}</span>`}</td>
<td>${mine && html`<strong class="turn">${words.yourTurn}</strong>`}<span class="small">${words.waitsFor[line.waitsFor]}</span></td>
<td><span class="small">${timeOf(context, line)}</span></td>
</tr>
`;
}

function timeOf(context: DeskContext, line: ReleaseLine): Markup {
  const { words } = context;
  if (line.state === 'scheduled' && line.publishAt) return html`${words.list.publishAt} ${renderTime(context, line.publishAt)}`;
  if (line.publishedAt && !line.draftState) return html`${words.list.publishedAt} ${renderTime(context, line.publishedAt)}`;
  return html`${words.list.changedAt} ${renderTime(context, line.updatedAt)}`;
}

/** Whether this person can do what the release waits for. Whether they may (four eyes) is decided when they do it. */
export function isTurnOf(actor: Actor, line: Pick<ReleaseLine, 'waitsFor' | 'author'>): boolean {
  const holds = (role: 'author' | 'approver') => actor.roles.includes(role) || actor.roles.includes('admin');
  switch (line.waitsFor) {
    case 'author':
      return actor.account === line.author;
    case 'approver':
      return holds('approver') && actor.account !== line.author;
    case 'publisher':
      return holds('approver') || holds('author');
    default:
      return false;
  }
}

function writes({ visitor }: DeskContext): boolean {
  return visitor !== undefined && holds(visitor.actor, 'author');
}
