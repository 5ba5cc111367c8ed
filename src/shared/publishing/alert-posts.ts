import { sql } from 'kysely';
import { growingGapMs } from '../platform/clock.ts';
import { messageOf } from '../platform/failure.ts';
import { heldFor } from '../schema/holds.ts';
import type { Services } from '../services.ts';
import { timezoneOf } from './alert-facts.ts';
import { type AlertMoment, type AlertRow, alertMessage } from './alert-text.ts';

/** While one scheduler asks ALERT_URL no other does: longer than it may take to answer. */
const HELD_SECONDS = 30;
const TIMEOUT_MS = 10_000;
const FIRST_GAP_MS = 5_000;
const LONGEST_GAP_MS = 15 * 60_000;

/** An alarm older than this is history. */
const OLDEST_DAYS = 7;

/** So many in one pass. */
const MOST = 20;

type Untold = AlertRow & { readonly id: number; readonly cause: string; readonly moment: AlertMoment; readonly attempts: number };

/**
 * Posts to ALERT_URL what is to be told there: the beginning before the end, each until it was taken. At least once: whoever dies between the
 * answer and the row asks again, with the same id. Ends at the first that is not taken, or when the signal fires. Gives how many were taken.
 */
export async function postAlerts(services: Services, signal: AbortSignal = new AbortController().signal): Promise<number> {
  const { alertUrl } = services.config;
  if (alertUrl === undefined) return 0;
  let taken = 0;
  for (let tries = 0; tries < MOST && !signal.aborted; tries += 1) {
    const alert = await take(services);
    if (!alert) break;
    try {
      await post(services, { url: alertUrl, alert, signal });
      await note(services, alert);
      taken += 1;
    } catch (error) {
      await putOff(services, alert, messageOf(error));
      // The others go to the same address: twenty that wait ten seconds each would hold up the one that is taken.
      break;
    }
  }
  return taken;
}

async function take({ database }: Services): Promise<Untold | undefined> {
  const { rows } = await sql<Untold>`
    update alerts set attempts = attempts + 1, due_at = ${heldFor(HELD_SECONDS)}
    where id = (
      select id from alerts where (told_at is null or (over_at is not null and told_over_at is null))
        and due_at <= clock_timestamp() and opened_at > clock_timestamp() - ${OLDEST_DAYS} * interval '1 day'
      order by due_at for update skip locked limit 1)
    returning id, cause, headline, text, opened_at, over_at, attempts, case when told_at is null then 'opened' else 'over' end as moment`.execute(
    database,
  );
  return rows[0];
}

async function post(services: Services, { url, alert, signal }: { url: string; alert: Untold; signal: AbortSignal }): Promise<void> {
  const { subject, text } = alertMessage(alert, alert.moment, await timezoneOf(services));
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: `${alert.id}-${alert.moment}`,
      cause: alert.cause,
      state: alert.moment === 'opened' ? 'open' : 'over',
      subject,
      text,
      since: alert.opened_at.toISOString(),
      ...(alert.moment === 'over' && alert.over_at ? { over: alert.over_at.toISOString() } : {}),
      house: services.config.baseUrl,
    }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`ALERT_URL answered ${response.status}`);
}

/** The end, when there is one already, is due at once. */
async function note({ database }: Services, alert: Untold): Promise<void> {
  await database
    .updateTable('alerts')
    .set({
      [alert.moment === 'opened' ? 'told_at' : 'told_over_at']: sql`clock_timestamp()`,
      attempts: 0,
      due_at: sql`clock_timestamp()`,
      error: null,
    })
    .where('id', '=', alert.id)
    .execute();
}

async function putOff({ database, log }: Services, alert: Untold, reason: string): Promise<void> {
  const gapMs = growingGapMs(alert.attempts, FIRST_GAP_MS, LONGEST_GAP_MS);
  log.warn({ alert: alert.id, cause: alert.cause, reason, gapMs }, 'alert.not_taken');
  await database
    .updateTable('alerts')
    .set({ error: reason, due_at: sql`clock_timestamp() + ${gapMs} * interval '1 ms'` })
    .where('id', '=', alert.id)
    .execute();
}
