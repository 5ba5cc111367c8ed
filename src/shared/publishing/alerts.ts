import { sql } from 'kysely';
import type { Connection, Tx } from '../schema/database.ts';
import type { Services } from '../services.ts';
import { type Cause, findCauses } from './alert-causes.ts';
import { loadAlertFacts } from './alert-facts.ts';
import type { AlertMoment } from './alert-text.ts';

/** An open alert as status shows it. Times are ISO. */
export type OpenAlert = { readonly cause: string; readonly headline: string; readonly since: string };

export type WatchReport = { readonly opened: number; readonly over: number };

/**
 * Compares what is wrong with what was told, and writes down what is to be told: one message per cause and one when it is over. Row first, then
 * send: the notice is written with the row, ALERT_URL is asked afterwards (alert-posts.ts). Several may watch; the rows decide who tells.
 */
export async function watch(services: Services): Promise<WatchReport> {
  const facts = await loadAlertFacts(services);
  const causes = findCauses(facts);
  const fresh = causes.filter((cause) => !facts.open.has(cause.key));
  const keys = new Set(causes.map((cause) => cause.key));
  const ended = [...facts.open].filter((cause) => !keys.has(cause));
  if (fresh.length === 0 && ended.length === 0) return { opened: 0, over: 0 };
  const { opened, over, notices } = await services.database.transaction().execute(async (tx) => {
    const opened = await open(tx, fresh);
    const over = await close(tx, ended);
    const notices = [...(await tell(tx, services, opened, 'opened')), ...(await tell(tx, services, over, 'over'))];
    return { opened, over, notices };
  });
  if (opened.length + over.length > 0) services.log.warn({ opened: opened.length, over: over.length }, 'alerts.changed');
  if (notices.length > 0) await services.dispatch.wake(notices.map((noticeId) => ({ queue: 'notices' as const, payload: { noticeId } })));
  return { opened: opened.length, over: over.length };
}

/** The ids of those that nobody else opened. In one order, so that two who watch never wait for each other in a circle. */
async function open(tx: Tx, causes: readonly Cause[]): Promise<number[]> {
  if (causes.length === 0) return [];
  const ordered = [...causes].sort((a, b) => (a.key < b.key ? -1 : 1));
  const rows = await tx
    .insertInto('alerts')
    .values(ordered.map(({ key, headline, text }) => ({ cause: key, headline, text })))
    .onConflict((conflict) => conflict.column('cause').where('over_at', 'is', null).doNothing())
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** In one order too. */
async function close(tx: Tx, causes: readonly string[]): Promise<number[]> {
  if (causes.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    update alerts set over_at = clock_timestamp(),
      attempts = case when told_at is null then attempts else 0 end, due_at = case when told_at is null then due_at else clock_timestamp() end
    where id in (select id from alerts where cause = any(${[...causes]}) and over_at is null order by id for update) and over_at is null
    returning id`.execute(tx);
  return rows.map((row) => row.id);
}

/** Writes the mail to ALERT_MAIL as notices. What goes by mail alone is told with that; ALERT_URL has still to answer. */
async function tell(tx: Tx, { config }: Services, alerts: readonly number[], moment: AlertMoment): Promise<string[]> {
  const to = config.alertMail;
  if (to === undefined || alerts.length === 0) return [];
  const rows = await tx
    .insertInto('notices')
    .values(alerts.map((alert) => ({ kind: 'alert', to, payload: JSON.stringify({ alert: Number(alert), moment }) })))
    .returning('id')
    .execute();
  if (config.alertUrl === undefined) {
    await tx
      .updateTable('alerts')
      .set({ [moment === 'over' ? 'told_over_at' : 'told_at']: sql`clock_timestamp()` })
      .where('id', 'in', [...alerts])
      .execute();
  }
  return rows.map((row) => row.id);
}

/** What is wrong now, the oldest first. */
export async function listOpenAlerts(db: Connection): Promise<OpenAlert[]> {
  const rows = await db.selectFrom('alerts').selectAll().where('over_at', 'is', null).orderBy('opened_at').limit(20).execute();
  return rows.map((row) => ({ cause: row.cause, headline: row.headline, since: row.opened_at.toISOString() }));
}
