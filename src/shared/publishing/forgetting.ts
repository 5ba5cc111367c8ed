import { sql } from 'kysely';
import { forgetAudit } from '../accounts/audit.ts';
import { forgetSessions } from '../accounts/sessions.ts';
import { forgetBounces } from '../delivery/bounces.ts';
import { eraseAll } from '../delivery/erasure.ts';
import { forgetDeliveries } from '../delivery/retention.ts';
import type { Services } from '../services.ts';
import { forgetSignUps } from '../subscribers/sign-up.ts';
import { forgetEnded } from '../websub/due.ts';

/** Nothing here is measured in minutes. */
const EVERY_MS = 60 * 60_000;

/** When this process last looked; several processes may look, and find nothing more. */
const looked = new WeakMap<Services['database'], number>();

/** The part of the sweep that forgets, once an hour in each process. */
export async function forgetHourly(services: Services): Promise<void> {
  const now = performance.now();
  const last = looked.get(services.database);
  if (last !== undefined && now - last < EVERY_MS) return;
  looked.set(services.database, now);
  await forget(services);
}

/** What names people is kept as long as the newsroom file says (release/newsroom/retention.ts), and no longer. Never deletes what is open. */
export async function forget(services: Services): Promise<void> {
  const { database, log } = services;
  const { retention } = (await services.newsroom()).newsroom;
  await forgetSignUps(database, retention.signUps);
  await forgetNotices(services);
  await forgetBounces(database, retention.bounces);
  await forgetSessions(database);
  await forgetEnded(database);
  const people = await forgetLeavers(services, retention.left);
  const letters = await forgetDeliveries(database, retention.deliveries);
  const lines = await forgetAudit(database, retention.audit);
  if (people + letters + lines > 0) log.info({ people, letters, lines }, 'retention.forgotten');
}

/** A letter to one person that was sent, or given up, is of interest for as long as somebody may ask where it is. */
const NOTICE_DAYS = 7;

async function forgetNotices({ database }: Services): Promise<void> {
  await sql`
    delete from notices where state <> 'owed' and created_at < clock_timestamp() - make_interval(days => ${NOTICE_DAYS})`.execute(database);
}

/** A transaction each; the rest comes in an hour. */
const MOST_LEAVERS = 200;

/**
 * People who left long ago: choices and proof have done their service. That they left stays, as a hash. Whole days are counted, so that the bounces
 * and the inbox are read once a day for everybody, and not every hour for one.
 */
async function forgetLeavers(services: Services, days: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from subscribers
    where state = 'unsubscribed' and address is not null and changed_at < date_trunc('day', clock_timestamp()) - make_interval(days => ${days})
    order by changed_at limit ${MOST_LEAVERS}`.execute(services.database);
  const people = rows.map(({ id }) => ({ subscriber: id }));
  return (await eraseAll(services, { people, way: 'retention', account: null })).length;
}
