import { sql } from 'kysely';
import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { NotFound, wrongInput } from '../platform/failure.ts';
import type { Services } from '../services.ts';
import { tellDenied } from './serve.ts';

/** Asked for and not confirmed yet; holding; holding and not taking what it is owed; over, and soon forgotten. */
export type HubState = 'unconfirmed' | 'active' | 'failing' | 'ended';

/** A subscription at our hub as its administrator sees it: everything but the secret. */
export type HubSubscription = {
  readonly id: string;
  readonly host: string;
  readonly callback: string;
  /** Path of the feed. */
  readonly feed: string;
  readonly state: HubState;
  /** Whether pushes are signed. */
  readonly signed: boolean;
  readonly expiresAt: Date | null;
  /** The newest publication it took, and when it took one last. */
  readonly told: number | null;
  readonly toldAt: Date | null;
  /** The newest it has yet to take. */
  readonly owed: number | null;
  /** Tries in vain since it last took one or confirmed, since when, and what it answered. */
  readonly attempts: number;
  readonly failingSince: Date | null;
  readonly error: string | null;
  /** The next try. */
  readonly dueAt: Date | null;
  readonly createdAt: Date;
};

export type HubPage = { readonly limit: number; readonly before?: string | undefined; readonly failing?: boolean | undefined };

/** SQL for one that failed at its last try. */
const failing = sql<boolean>`failing_since is not null and (wish is not null or expires_at > clock_timestamp())`;

const COLUMNS = sql`id, host, callback, feed, secret is not null as signed, expires_at as "expiresAt", told, told_at as "toldAt", owed, attempts,
  failing_since as "failingSince", error, case when attempts > 0 then due_at end as "dueAt", created_at as "createdAt",
  case when expires_at is null then 'unconfirmed' when expires_at <= clock_timestamp() then 'ended' when ${failing} then 'failing' else 'active' end as state`;

const demandAdmin = (actor: Actor) => demandRole(actor, ['admin'], 'see or end subscriptions of the hub');

/** One page by host, so that what one subscriber has stands together; `next` goes into `before` of the next one. Throws Forbidden, InvalidInput. */
export async function listHubSubscriptions(
  services: Services,
  actor: Actor,
  page: HubPage,
): Promise<{ items: HubSubscription[]; next?: string }> {
  demandAdmin(actor);
  const after =
    page.before === undefined ? sql`` : sql`and (host, id) > (${readCursor(page.before).host}, ${readCursor(page.before).id}::uuid)`;
  const only = page.failing ? sql`and ${failing}` : sql``;
  const { rows } = await sql<HubSubscription>`
    select ${COLUMNS} from hub_subscriptions where true ${after} ${only} order by host, id limit ${page.limit + 1}`.execute(
    services.database,
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, next: Buffer.from(`${last.host} ${last.id}`).toString('base64url') } : { items };
}

function readCursor(text: string): { host: string; id: string } {
  const match = /^(\S{1,300}) ([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (match && isId(match[2]!)) return { host: match[1]!, id: match[2]! };
  throw wrongInput('before', 'is not a page of this list.', 'Leave it out, or use "next" of the page before.');
}

/** A subscription that an administrator ended; `heard` when its callback took the notice. */
export type Dropped = { readonly removed: HubSubscription; readonly heard: boolean };

/**
 * Ends a subscription, and tells its callback so (WebSub 5.2), once. It may ask again, as anybody may: to have no subscribers, the newsroom file says
 * `hub: none`. Throws Forbidden, NotFound.
 */
export async function dropHubSubscription(services: Services, actor: Actor, id: string): Promise<Dropped> {
  demandAdmin(actor);
  if (!isId(id)) throw new NotFound('hub subscription', id.slice(0, 50));
  const removed = await services.database.transaction().execute(async (tx) => {
    const { rows } = await sql<HubSubscription>`delete from hub_subscriptions where id = ${id} returning ${COLUMNS}`.execute(tx);
    const [row] = rows;
    if (!row) throw new NotFound('hub subscription', id);
    await recordAudit(tx, { account: actor.account, action: 'hub.subscription-dropped', detail: { host: row.host, feed: row.feed } });
    return row;
  });
  return { removed, heard: await tellDenied(services, removed, 'The subscription was ended by the newsroom.') };
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
