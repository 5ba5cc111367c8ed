import { sql } from 'kysely';
import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict, wrongInput } from '../platform/failure.ts';
import type { Connection, Tx } from '../schema/database.ts';
import type { EndpointRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { type Endpoint, endpointOf, getEndpointRow, hostOf, parseEndpointUrl } from './endpoint.ts';
import { findNewestPublication } from './event.ts';
import { type Answer, sendWebhook } from './send.ts';
import { newWebhookSecret, writeWebhookSecret } from './signature.ts';

/** Every publication is one request to each of them; a house tells a few systems, not an audience. */
const MOST_ENDPOINTS = 50;
/** Time to put the new secret where the old one was. */
const ROTATION_HOURS = 24;

const demandAdmin = (actor: Actor) => demandRole(actor, ['admin'], 'see or change webhooks');

/** Adds an endpoint; it hears of what is published from now on, or of everything after publication `since`. The secret is shown this once. */
export async function addEndpoint(
  services: Services,
  actor: Actor,
  input: { url: string; since?: number | undefined },
): Promise<{ endpoint: Endpoint; secret: string }> {
  demandAdmin(actor);
  const url = parseEndpointUrl(input.url, services.config.allowPrivateCallbacks);
  const secret = newWebhookSecret();
  const row = await services.database.transaction().execute(async (tx) => {
    const told = await cursorOf(tx, input.since);
    const { count } = await tx
      .selectFrom('webhook_endpoints')
      .select((of) => of.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count >= MOST_ENDPOINTS) throw new Conflict('too_many', `there are ${MOST_ENDPOINTS} webhooks already`, 'Remove one first.');
    const made = await tx
      .insertInto('webhook_endpoints')
      .values({ url, secret, told, created_by: actor.account })
      .onConflict((conflict) => conflict.column('url').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!made) throw new Conflict('known', `${hostOf(url)} has this webhook already`, 'See ./depesch webhooks list.');
    await note(tx, actor, 'webhook.added', made);
    return made;
  });
  await wake(services);
  return { endpoint: endpointOf(row), secret: writeWebhookSecret(secret) };
}

/** All of them, the oldest first. */
export async function listEndpoints(services: Services, actor: Actor): Promise<Endpoint[]> {
  demandAdmin(actor);
  return (await services.database.selectFrom('webhook_endpoints').selectAll().orderBy('id').limit(MOST_ENDPOINTS).execute()).map(
    endpointOf,
  );
}

export async function removeEndpoint(services: Services, actor: Actor, id: number): Promise<Endpoint> {
  demandAdmin(actor);
  return change(services, { actor, id, action: 'webhook.removed' }, (tx) =>
    tx.deleteFrom('webhook_endpoints').where('id', '=', id).execute(),
  );
}

/** Tells it again everything after publication `since`, in order; also what makes a failing or disabled one active. Without `since` it goes on where it was. */
export async function replayEndpoint(
  services: Services,
  actor: Actor,
  input: { id: number; since?: number | undefined },
): Promise<Endpoint> {
  demandAdmin(actor);
  const { id, since } = input;
  await change(services, { actor, id, action: 'webhook.replayed', detail: { since: since ?? null } }, async (tx) => {
    const told = since === undefined ? undefined : await cursorOf(tx, since);
    await tx
      .updateTable('webhook_endpoints')
      .set({
        ...(told === undefined ? {} : { told }),
        state: 'active',
        attempts: 0,
        failing_since: null,
        error: null,
        held_until: null,
        due_at: sql`clock_timestamp()`,
      })
      .where('id', '=', id)
      .execute();
  });
  await wake(services);
  return getEndpoint(services.database, id);
}

/** Leaves it alone until it is replayed. */
export async function disableEndpoint(services: Services, actor: Actor, id: number): Promise<Endpoint> {
  demandAdmin(actor);
  await change(services, { actor, id, action: 'webhook.disabled' }, (tx) =>
    tx.updateTable('webhook_endpoints').set({ state: 'disabled', held_until: null }).where('id', '=', id).execute(),
  );
  await wake(services);
  return getEndpoint(services.database, id);
}

/** A new secret, shown this once; for a day messages carry a signature of the old one too. */
export async function rotateSecret(
  services: Services,
  actor: Actor,
  id: number,
): Promise<{ endpoint: Endpoint; secret: string; oldUntil: Date }> {
  demandAdmin(actor);
  const secret = newWebhookSecret();
  const oldUntil = new Date(Date.now() + ROTATION_HOURS * 60 * 60_000);
  const endpoint = await change(services, { actor, id, action: 'webhook.secret-rotated' }, (tx) =>
    tx
      .updateTable('webhook_endpoints')
      .set((of) => ({ old_secret: of.ref('secret'), old_secret_until: oldUntil, secret }))
      .where('id', '=', id)
      .execute(),
  );
  return { endpoint, secret: writeWebhookSecret(secret), oldUntil };
}

/** Sends one message of type `test`, at once and from here, and says what the endpoint answered. Changes nothing. */
export async function testEndpoint(services: Services, actor: Actor, id: number): Promise<{ endpoint: Endpoint; answer: Answer }> {
  demandAdmin(actor);
  const row = await getEndpointRow(services.database, id);
  const body = JSON.stringify({ type: 'test', timestamp: new Date().toISOString(), data: { house: services.config.baseUrl } });
  return { endpoint: endpointOf(row), answer: await sendWebhook(services, row, { id: `test_${crypto.randomUUID()}`, body }) };
}

/** Endpoints that wait for a person: for status and alerts. */
export async function findFailingEndpoints(db: Connection): Promise<{ id: number; host: string; error: string | null; since: Date }[]> {
  const { rows } = await sql<{ id: number; url: string; error: string | null; since: Date }>`
    select id, url, error, coalesce(failing_since, created_at) as since from webhook_endpoints where state = 'failing' order by id limit 20`.execute(
    db,
  );
  return rows.map(({ url, ...row }) => ({ ...row, host: hostOf(url) }));
}

type Change = { actor: Actor; id: number; action: string; detail?: { since: number | null } };

/** The change and its line in the audit, or neither. Gives the endpoint as it was. */
async function change(services: Services, of: Change, work: (tx: Tx) => Promise<unknown>): Promise<Endpoint> {
  return services.database.transaction().execute(async (tx) => {
    const row = await getEndpointRow(tx, of.id, true);
    await work(tx);
    await note(tx, of.actor, of.action, row, of.detail);
    return endpointOf(row);
  });
}

async function note(tx: Tx, actor: Actor, action: string, row: EndpointRow, detail: { since?: number | null } = {}): Promise<void> {
  await recordAudit(tx, { account: actor.account, action, detail: { endpoint: row.id, host: hostOf(row.url), ...detail } });
}

async function getEndpoint(db: Connection, id: number): Promise<Endpoint> {
  return endpointOf(await getEndpointRow(db, id));
}

/** A cursor that names a publication there is; the newest when none is given. */
async function cursorOf(tx: Tx, since: number | undefined): Promise<number> {
  const newest = await findNewestPublication(tx);
  if (since === undefined) return newest;
  if (Number.isSafeInteger(since) && since >= 0 && since <= newest) return since;
  throw wrongInput(
    'since',
    `${since} is not a publication.`,
    `Publications are numbered; the newest is ${newest}, and 0 means everything.`,
  );
}

/** A moment later, so that it has an id of its own: a pass that is ending now may have looked already. */
async function wake(services: Services): Promise<void> {
  await services.dispatch.wake([{ queue: 'webhooks', payload: { rebuild: true }, delayMs: 1 }]);
}
