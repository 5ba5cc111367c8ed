import { html, type Markup } from '../../../shared/platform/markup.ts';
import { type HouseStatus, houseStanding, type WorkerLine } from '../../../shared/publishing/house.ts';
import type { Channel } from '../../../shared/schema/tables.ts';
import type { DeskContext } from '../context.ts';
import { renderFacts } from '../lists.ts';
import { mark } from '../marks.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { renderShortTime, timeText } from '../time.ts';
import { formatCount } from '../words.ts';

export type HousePage = { readonly house: HouseStatus; readonly now: Date; readonly message: Markup | undefined };

/** The whole house as `./depesch status` tells it: what waits for somebody first, then who works, then the facts. */
export function renderHouse(context: DeskContext, { house, now, message }: HousePage): string {
  const { words } = context;
  const waiting = waitingLines(context, house, now);
  return renderDesk(context, {
    title: words.house.title,
    main: html`${message}
<h1>${words.house.title}</h1>
<p class="state-line">${standing(context, house, waiting.length)}</p>
<div class="columns">
<div class="work">
<section aria-labelledby="now">
<h2 id="now">${words.house.now}</h2>
${waiting.length === 0 ? html`<p>${words.house.none}</p>` : html`<ul class="waiting">\n${waiting.map((line) => html`<li>${line}</li>\n`)}</ul>`}
</section>
${alerts(context, house)}
<section aria-labelledby="workers">
<h2 id="workers">${words.house.workers}</h2>
<p class="small">${words.house.workersNote}</p>
${workers(context, house)}
</section>
</div>
<div class="beside">
${facts(context, house)}
<section aria-labelledby="preflight">
<h2 id="preflight">${words.house.preflight}</h2>
<p class="small">${words.house.preflightNote}</p>
<form method="post" action="/desk/house/preflight">${csrfField(context)}<button class="button other">${words.house.preflightButton}</button></form>
</section>
</div>
</div>`,
  });
}

function standing({ words }: DeskContext, house: HouseStatus, waiting: number): Markup {
  switch (houseStanding(house)) {
    case 'failed':
      return mark('failed', words.house.fails);
    case 'waiting':
      return mark('owed', words.house.owes);
    case 'well':
      return waiting > 0 ? mark('owed', words.house.owes) : mark('done', words.house.well);
  }
}

/** Share of the disk below which PostgreSQL stops before long. */
const LITTLE_DISK = 0.1;
/** A night missed is a mistake, not yet a danger; two are worth a word. */
const OLD_BACKUP_MS = 49 * 60 * 60_000;

/** What somebody has to know of or do, the gravest first. Causes are told in the program's own words, which the administrator searches for. */
function waitingLines(context: DeskContext, house: HouseStatus, now: Date): Markup[] {
  const { words, language } = context;
  const { house: said } = words;
  const cause = (text: string | null) => text && html`<span class="small" lang="en">${text}</span>`;
  const release = (slug: string) => html`<a href="/desk/releases/${slug}">${slug}</a>`;
  const channel = (name: string) => words.channels.names[name as Channel] ?? name;
  const time = (iso: string) => renderShortTime(context, new Date(iso));
  const lines = [
    ...house.failures.map((line) => html`<strong>${said.failed(channel(line.channel))}</strong> ${release(line.slug)} ${cause(line.code)}`),
    house.failed > house.failures.length && html`${said.moreFailed(formatCount(house.failed - house.failures.length, language))}`,
    house.queues === null && html`<strong>${said.redisAway}</strong>`,
    ...house.pausedRuns.map(
      (run) => html`<strong>${said.pausedRun}</strong> ${release(run.slug)} ${cause(run.reason)}${resumeForm(context, run.slug)}`,
    ),
    ...house.pausedRelays.map(
      (relay) => html`<strong>${said.relay(relay.name)} ${time(relay.until)}.</strong> ${cause(relay.reason)}${tryForm(context)}`,
    ),
    ...house.limits.map(
      ({ kind, of, rate, nextAt, setting }) =>
        html`${words.letters.limit.of[kind](rate, of ?? '')}: ${words.letters.limit.next(timeText(context, new Date(nextAt)))} <code>${setting}</code>`,
    ),
    ...house.failedRebuilds.map(
      (line) => html`<strong>${said.rebuild(channel(line.channel))} ${time(line.dueAt)}.</strong> ${cause(line.error)}`,
    ),
    ...house.missed.map((draft) => html`<strong>${said.missed}</strong> ${release(draft.slug)}`),
    ...house.failingWebhooks.map(
      ({ id, host, error }) =>
        html`<strong>${said.webhook(id, host)}</strong> ${cause(error)} <code>./depesch webhooks replay ${id}</code>`,
    ),
    house.oldestOwed &&
      html`${said.owed(formatCount(house.owed, language), channel(house.oldestOwed.channel))} ${time(house.oldestOwed.since)}: ${release(house.oldestOwed.slug)}`,
    house.unparsedBounces > 0 &&
      html`<a href="/desk/bounces">${words.bounces.wait(formatCount(house.unparsedBounces, language), house.unparsedBounces)}</a>`,
    house.diskFree < LITTLE_DISK && html`<strong>${said.littleDisk}</strong>`,
    house.lastBackup === null
      ? html`<strong>${said.noBackup}</strong> <code>./depesch backup --to …</code>`
      : now.getTime() - Date.parse(house.lastBackup.madeAt) > OLD_BACKUP_MS && html`<strong>${said.oldBackup}</strong>`,
  ];
  return lines.filter((line) => line !== false && line !== null);
}

function resumeForm(context: DeskContext, slug: string): Markup {
  const { house } = context.words;
  return html`<form method="post" action="/desk/house/resume">${csrfField(context)}<button class="button" name="release" value="${slug}" aria-label="${house.resumeOf(slug)}">${house.resume}</button></form>`;
}

function tryForm(context: DeskContext): Markup {
  return html`<form method="post" action="/desk/house/relays">${csrfField(context)}<button class="button">${context.words.house.tryNow}</button></form>`;
}

/** What the administrator was told of by ALERT_MAIL or ALERT_URL and is not over. */
function alerts(context: DeskContext, house: HouseStatus): Markup | undefined {
  const { house: said } = context.words;
  if (house.alerts.length === 0) return undefined;
  return html`<section aria-labelledby="alerts">
<h2 id="alerts">${said.alerts}</h2>
<ul class="waiting">
${house.alerts.map((alert) => html`<li><span lang="en">${alert.headline}</span> <span class="small">${said.since} ${renderShortTime(context, new Date(alert.since))}</span></li>\n`)}</ul>
</section>
`;
}

function workers(context: DeskContext, house: HouseStatus): Markup {
  const { columns } = context.words.house;
  return html`<table class="records">
<thead>
<tr><th scope="col">${columns.queue}</th><th scope="col">${columns.workers}</th><th scope="col">${columns.waiting}</th><th scope="col">${columns.last}</th></tr>
</thead>
<tbody>
${house.workers.map((line) => workerRow(context, house, line))}</tbody>
</table>`;
}

function workerRow(context: DeskContext, house: HouseStatus, line: WorkerLine): Markup {
  const { words, language } = context;
  const { house: said } = words;
  const queue = house.queues?.[line.queue];
  const time = (iso: string | null) => (iso === null ? said.never : renderShortTime(context, new Date(iso)));
  return html`<tr>
<th scope="row"><span>${said.queues[line.queue] ?? line.queue}</span><span class="small">${line.queue}</span></th>
<td>${
    line.running > 0
      ? mark('done', formatCount(line.running, language))
      : mark('missed', line.lastSeen === null ? said.noWorker : said.goneSince)
  }${line.running === 0 && line.lastSeen !== null && html`<span class="small">${time(line.lastSeen)}</span>`}</td>
<td class="named" data-name="${said.columns.waiting}">${queue === undefined ? '?' : formatCount(queue.waiting + queue.active + queue.delayed, language)}</td>
<td class="small">${time(line.lastJobAt)}</td>
</tr>
`;
}

function facts(context: DeskContext, house: HouseStatus): Markup {
  const { words, language, publisher } = context;
  const { house: said } = words;
  const next = house.nextScheduled;
  return html`<section class="facts-of" aria-labelledby="facts">
<h2 id="facts">${said.facts}</h2>
${renderFacts([
  [words.newsroom, publisher.newsroom.name],
  [said.version, house.version],
  [said.servers, `PostgreSQL ${house.postgres}`],
  [said.disk, said.free(formatCount(Math.round(house.diskFree * 100), language))],
  [
    said.scheduled,
    next === null
      ? said.nothing
      : html`<a href="/desk/releases/${next.slug}">${next.slug}</a>, ${renderShortTime(context, new Date(next.publishAt))}`,
  ],
  [
    said.backup,
    house.lastBackup === null
      ? said.noneYet
      : html`${renderShortTime(context, new Date(house.lastBackup.madeAt))} <span class="small">${house.lastBackup.folder}</span>`,
  ],
])}
</section>`;
}
