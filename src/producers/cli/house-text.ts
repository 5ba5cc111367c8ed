import { type HouseStatus, houseStanding, type WorkerLine } from '../../shared/publishing/house.ts';
import type { ExitStatus } from './context.ts';
import { usedUpText } from './limit-text.ts';
import { count, moment, shortMoment, span, table } from './text.ts';

export type HouseScene = { readonly now: Date; readonly timezone: string; readonly newsroom: string };

/** A disk this full stops PostgreSQL before long. */
const LITTLE_DISK = 0.1;

/** Pure: the state of the house as lines of text. */
export function houseText(house: HouseStatus, scene: HouseScene): string {
  const facts = [
    ['depesch', house.version],
    ['newsroom', scene.newsroom],
    ['time', `${moment(scene.now, scene.timezone)} (${scene.timezone})`],
    ['servers', `PostgreSQL ${house.postgres}, Redis ${house.queues === null ? 'away: work waits, nothing is lost' : 'answers'}`],
    ['disk', `${Math.round(house.diskFree * 100)} % free${house.diskFree < LITTLE_DISK ? ': make room soon' : ''}`],
    ['owed', owedText(house, scene)],
  ];
  for (const { slug, channel } of house.failures) facts.push(['failed', `${channel} of ${slug}   ./depesch release status ${slug}`]);
  if (house.failed > house.failures.length) facts.push(['failed', `and ${count(house.failed - house.failures.length)} more`]);
  for (const { channel, error, dueAt } of house.failedRebuilds) {
    facts.push(['rebuild', `of ${channel} failed: ${error}; tried again at ${shortMoment(new Date(dueAt), scene.now, scene.timezone)}`]);
  }
  for (const run of house.pausedRuns)
    facts.push(['paused', `letters of ${run.slug}${run.reason ? `: ${run.reason}` : ''}   ./depesch letters resume ${run.slug}`]);
  for (const relay of house.pausedRelays) {
    facts.push([
      'relay',
      `${relay.name}: ${relay.reason ?? 'paused'}; tried again at ${shortMoment(new Date(relay.until), scene.now, scene.timezone)}; now:  ./depesch letters resume`,
    ]);
  }
  for (const limit of house.limits) facts.push(['slow', usedUpText(limit, scene)]);
  for (const { id, host, error } of house.failingWebhooks)
    facts.push(['webhook', `${id} at ${host} is failing${error ? `: ${error}` : ''}   ./depesch webhooks replay ${id}`]);
  const unread = house.unparsedBounces;
  if (unread > 0)
    facts.push(['bounces', `${unread === 1 ? 'one waits' : `${count(unread)} wait`} for a person   ./depesch bounces list --unparsed`]);
  for (const draft of house.missed) facts.push(['missed', `${draft.slug} was not published in time: a person decides`]);
  for (const alert of house.alerts)
    facts.push(['told', `${shortMoment(new Date(alert.since), scene.now, scene.timezone)}: ${alert.headline}`]);
  const next = house.nextScheduled;
  facts.push(['scheduled', next === null ? 'nothing' : `${next.slug} at ${moment(new Date(next.publishAt), scene.timezone)}`]);
  facts.push(['backup', backupText(house, scene)]);
  return `${table(facts as [string, string][])}\n\n${table([['queue', 'workers', 'waiting', 'last job', 'pids'], ...house.workers.map((line) => workerRow(line, house, scene))])}`;
}

/** 0 when nothing is owed or held, 3 while something is, 1 when something failed. */
export function houseExit(house: HouseStatus): ExitStatus {
  return { failed: 1, waiting: 3, well: 0 }[houseStanding(house)] as ExitStatus;
}

/** A night missed is a mistake, not yet a danger; two are worth a word. */
const OLD_BACKUP_MS = 49 * 60 * 60_000;

function backupText({ lastBackup }: HouseStatus, { now, timezone }: HouseScene): string {
  if (lastBackup === null) return 'none yet:  ./depesch backup --to FOLDER';
  const made = new Date(lastBackup.madeAt);
  const age = now.getTime() - made.getTime();
  return `${moment(made, timezone)}, ${lastBackup.folder}${age > OLD_BACKUP_MS ? `: ${span(age)} old` : ''}`;
}

function owedText(house: HouseStatus, scene: HouseScene): string {
  if (house.oldestOwed === null) return 'nothing';
  const { slug, channel, since } = house.oldestOwed;
  return `${count(house.owed)}, the oldest ${channel} of ${slug} since ${span(scene.now.getTime() - Date.parse(since))}`;
}

function workerRow(line: WorkerLine, house: HouseStatus, scene: HouseScene): string[] {
  const queue = house.queues?.[line.queue];
  const at = (time: string | null) => (time === null ? 'never' : shortMoment(new Date(time), scene.now, scene.timezone));
  return [
    line.queue,
    line.running > 0 ? String(line.running) : line.lastSeen === null ? 'none yet' : `none since ${at(line.lastSeen)}`,
    queue === undefined ? '?' : count(queue.waiting + queue.active + queue.delayed),
    at(line.lastJobAt),
    line.pids.join(' '),
  ];
}
