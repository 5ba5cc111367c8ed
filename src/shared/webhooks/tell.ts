import { sql } from 'kysely';
import type { Connection, Database } from '../schema/database.ts';
import { heldFor, isFree } from '../schema/holds.ts';
import type { EndpointRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { hostOf } from './endpoint.ts';
import { eventId, findNextEvent, webhookEvent } from './event.ts';
import { sendWebhook } from './send.ts';

/*
 * Telling endpoints, each in publication order. An endpoint is a cursor: the row remembers the last publication it took, and nothing is kept for each
 * message. Endpoints do not wait for each other.
 */

/** Longer than one try can take (platform/outgoing.ts); held anew for each. */
const HELD_SECONDS = 15;

/** A restart is over in seconds; later tries are for whoever has to be woken. */
const FIRST_GAP_MS = 5_000;
const LONGEST_GAP_MS = 60 * 60_000;
/** A long weekend; then a person decides. */
const GIVEN_UP_HOURS = 72;

/** Endpoints that one process talks to at once. */
const MOST_LINES = 8;

const isDue = sql`
  state = 'active' and due_at <= clock_timestamp() and ${isFree}
  and told < (select coalesce(max(publication), 0) from revisions)`;

/** Tells every endpoint what it has yet to hear. Ends when nothing more is due, or when the signal fires. */
export async function tellEndpoints(services: Services, signal: AbortSignal): Promise<void> {
  if (!(await isEndpointDue(services.database))) return;
  const lines = Array.from({ length: MOST_LINES }, async () => {
    while (!signal.aborted) {
      const endpoint = await claim(services.database);
      if (!endpoint) return;
      await tellOne(services, endpoint, signal);
    }
  });
  await Promise.all(lines);
}

/** True when the sweep should wake the worker. */
export async function isEndpointDue(db: Connection): Promise<boolean> {
  const { rows } = await sql`select from webhook_endpoints where ${isDue} limit 1`.execute(db);
  return rows.length > 0;
}

async function claim(db: Database): Promise<EndpointRow | undefined> {
  const { rows } = await sql<EndpointRow>`
    update webhook_endpoints set held_until = ${heldFor(HELD_SECONDS)}
    where id = (select id from webhook_endpoints where ${isDue} order by attempts, due_at for update skip locked limit 1)
    returning *`.execute(db);
  return rows[0];
}

/** One event after the other, until it has heard of all or does not take one. */
async function tellOne(services: Services, endpoint: EndpointRow, signal: AbortSignal): Promise<void> {
  const db = services.database;
  let { told } = endpoint;
  while (!signal.aborted) {
    const next = await findNextEvent(db, told);
    if (!next) break;
    const body = JSON.stringify(webhookEvent(next, services.config.baseUrl));
    const answer = await sendWebhook(services, endpoint, { id: eventId(next), body });
    const log = { endpoint: endpoint.id, publication: next.publication };
    if (answer.kind !== 'taken') {
      const state = await putOff(db, { endpoint, told, gone: answer.kind === 'gone', reason: answer.reason });
      services.log.warn({ ...log, reason: answer.reason, state }, 'webhook.not_taken');
      return;
    }
    services.log.debug(log, 'webhook.taken');
    if (!(await advance(db, { endpoint, from: told, to: next.publication }))) return;
    told = next.publication;
  }
  await db.updateTable('webhook_endpoints').set({ held_until: null }).where('id', '=', endpoint.id).where('told', '=', told).execute();
}

/** False when somebody set the cursor back meanwhile, or switched the endpoint off: that holds. */
async function advance(db: Database, { endpoint, from, to }: { endpoint: EndpointRow; from: number; to: number }): Promise<boolean> {
  const result = await db
    .updateTable('webhook_endpoints')
    .set({
      told: to,
      told_at: sql`clock_timestamp()`,
      attempts: 0,
      failing_since: null,
      error: null,
      held_until: heldFor(HELD_SECONDS),
    })
    .where('id', '=', endpoint.id)
    .where('told', '=', from)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

type Miss = { readonly endpoint: EndpointRow; readonly told: number; readonly gone: boolean; readonly reason: string };

/**
 * After three days, or when it says so itself, the endpoint is failing and is left alone until a person looks. Gives its state. One statement: between two,
 * another line would find it free and due.
 */
async function putOff(db: Database, { endpoint, told, gone, reason }: Miss): Promise<string> {
  const { rows } = await sql<{ state: string }>`
    update webhook_endpoints set attempts = attempts + 1, error = ${reason}, held_until = null,
      failing_since = coalesce(failing_since, clock_timestamp()),
      due_at = clock_timestamp() + interval '1 ms' * least(${LONGEST_GAP_MS}, ${FIRST_GAP_MS} * power(2, least(attempts, 12))) * (0.8 + 0.4 * random()),
      state = case when ${gone} or failing_since < clock_timestamp() - make_interval(hours => ${GIVEN_UP_HOURS}) then 'failing' else state end
    where id = ${endpoint.id} and told = ${told} and state = 'active' returning state`.execute(db);
  return rows[0]?.state ?? 'changed meanwhile';
}

/** Closes every receipt whose publication all endpoints in use have taken; who is failing or switched off is not waited for. */
export async function closeTold(services: Services): Promise<void> {
  const { rows } = await sql<{ release: string; n: number }>`
    update receipts c set state = 'done', done_at = clock_timestamp(), code = null, error = null,
      detail = jsonb_build_object('told', (select count(*) from webhook_endpoints e where e.state = 'active')::text)
    where c.channel = 'webhooks' and c.state = 'owed'
      and not exists (select from webhook_endpoints e where e.state = 'active' and e.told < c.publication)
    returning c.release, c.n`.execute(services.database);
  for (const { release, n } of rows) services.log.info({ worker: 'webhooks', release, revision: n }, 'receipt.done');
}

/** The endpoint that keeps a publication's receipt open, with what it last answered; undefined when none does. */
export async function findLaggard(
  db: Connection,
  publication: number,
): Promise<{ id: number; host: string; error: string | null } | undefined> {
  const { rows } = await sql<{ id: number; url: string; error: string | null }>`
    select id, url, error from webhook_endpoints where state = 'active' and told < ${publication}
    order by error is null, id limit 1`.execute(db);
  const row = rows[0];
  return row && { id: row.id, host: hostOf(row.url), error: row.error };
}
