import { sql } from 'kysely';
import { Failure } from '../platform/failure.ts';
import { refuseLiteral } from '../platform/outgoing.ts';
import type { Publisher } from '../release/view.ts';
import type { Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import type { Services } from '../services.ts';
import { findFeed } from './topics.ts';

/* What a subscriber asks our hub for (WebSub, W3C 2018, section 5.1). */

/** A push is the whole feed, some 100 kB: a hub of our own is for hundreds. Who needs more names a large hub in the newsroom file. */
const MOST_SUBSCRIPTIONS = 2_000;
/** A reader service takes every feed of the newsroom in every format; more from one host only costs us. */
const MOST_OF_A_HOST = 200;
/** WebSub 5.1: "MUST be less than 200 bytes in length". */
const SECRET_BYTES = 199;
const CALLBACK_MOST = 1_000;
/** Below this number other services have their ports: what speaks mail or SSH there is not to be called by us on somebody's behalf. */
const FIRST_FREE_PORT = 1_024;
const WEB_PORTS = ['', '80', '443'];
/** Whoever subscribes is there to answer. */
const CONFIRMED_WITHIN_SECONDS = 30;

const DAY_SECONDS = 86_400;
/** Short enough that a subscriber who is gone is forgotten, long enough that nobody renews all the time. */
const LEASE = { least: DAY_SECONDS, usual: 10 * DAY_SECONDS, most: 10 * DAY_SECONDS } as const;

/** A request that the hub does not take, with the sentence that its sender is answered. */
export class HubRefusal extends Failure {}

export type HubRequest = {
  readonly mode: 'subscribe' | 'unsubscribe';
  readonly callback: URL;
  /** Path of the feed. */
  readonly feed: string;
  readonly secret: string | null;
  readonly leaseSeconds: number;
};

/** Reads the form of POST /hub. Throws HubRefusal saying what to send instead. */
export function parseHubRequest(form: Readonly<Record<string, unknown>>, publisher: Publisher, allowPrivate: boolean): HubRequest {
  const field = (name: string) => (typeof form[name] === 'string' ? (form[name] as string) : undefined);
  const mode = field('hub.mode');
  if (mode === 'publish') throw new HubRefusal('not_ours', 'This hub serves its own newsroom alone, which needs no hub.mode=publish.');
  if (mode !== 'subscribe' && mode !== 'unsubscribe') throw new HubRefusal('bad_mode', 'Send hub.mode=subscribe or hub.mode=unsubscribe.');
  const feed = findFeed(publisher, field('hub.topic') ?? '');
  if (feed === undefined) throw new HubRefusal('bad_topic', 'hub.topic is not one of our feeds; they are listed at /feeds/.');
  const secret = field('hub.secret') || null;
  if (secret !== null && Buffer.byteLength(secret) > SECRET_BYTES) {
    throw new HubRefusal('bad_secret', `hub.secret is longer than ${SECRET_BYTES} bytes.`);
  }
  return {
    mode,
    callback: parseCallback(field('hub.callback') ?? '', allowPrivate),
    feed,
    secret,
    leaseSeconds: leaseOf(field('hub.lease_seconds')),
  };
}

function parseCallback(text: string, allowPrivate: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new HubRefusal('bad_callback', 'hub.callback is not an http or https address without name, password and fragment.');
  }
  if (url.href.length > CALLBACK_MOST) throw new HubRefusal('bad_callback', `hub.callback is longer than ${CALLBACK_MOST} characters.`);
  try {
    refuseLiteral(url, allowPrivate);
  } catch {
    throw new HubRefusal('bad_callback', 'hub.callback is not a public address.');
  }
  if (!allowPrivate && !WEB_PORTS.includes(url.port) && Number(url.port) < FIRST_FREE_PORT) {
    throw new HubRefusal(
      'bad_callback',
      `hub.callback names port ${url.port}, which is not for the web; use 80, 443 or one from ${FIRST_FREE_PORT}.`,
    );
  }
  return url;
}

/** The wish of the subscriber, within what we give; the verification tells it what it got. */
function leaseOf(text: string | undefined): number {
  const seconds = /^\d{1,12}$/.test(text ?? '') ? Number(text) : 0;
  return seconds === 0 ? LEASE.usual : Math.min(LEASE.most, Math.max(LEASE.least, seconds));
}

/** Keeps the wish, which the worker then asks the callback to confirm. Throws HubRefusal when there are too many. */
export async function keepHubRequest(services: Services, request: HubRequest): Promise<void> {
  const wish = JSON.stringify({ id: crypto.randomUUID(), mode: request.mode, secret: request.secret, leaseSeconds: request.leaseSeconds });
  const at = { callback: request.callback.href, host: request.callback.hostname, feed: request.feed };
  const kept = await services.database.transaction().execute(async (tx) => {
    await lock(tx, 'hub');
    const known = await tx
      .updateTable('hub_subscriptions')
      .set({ wish, attempts: 0, failing_since: null, due_at: sql`clock_timestamp()` })
      .where('callback', '=', at.callback)
      .where('feed', '=', at.feed)
      .executeTakeFirst();
    if (known.numUpdatedRows > 0n) return true;
    // Nobody leaves what they have not.
    if (request.mode === 'unsubscribe') return false;
    await demandRoom(tx, at.host);
    await tx
      .insertInto('hub_subscriptions')
      .values({ ...at, wish })
      .execute();
    return true;
  });
  // A moment later, so that it has an id of its own: a pass that is ending now may have looked already.
  if (kept) await services.dispatch.wake([{ queue: 'websub', payload: { rebuild: true }, delayMs: 1 }]);
}

/** Wishes that nobody confirmed make room first: or somebody who means none of them could fill the hub for everybody. Throws HubRefusal. */
async function demandRoom(tx: Tx, host: string): Promise<void> {
  if (!(await findRefusal(tx, host))) return;
  await sql`
    delete from hub_subscriptions
    where expires_at is null and created_at < clock_timestamp() - make_interval(secs => ${CONFIRMED_WITHIN_SECONDS})`.execute(tx);
  const refusal = await findRefusal(tx, host);
  if (refusal) throw refusal;
}

async function findRefusal(tx: Tx, host: string): Promise<HubRefusal | undefined> {
  const { rows } = await sql<{ all: number; ofHost: number }>`
    select count(*) as all, count(*) filter (where host = ${host}) as "ofHost" from hub_subscriptions`.execute(tx);
  const { all, ofHost } = rows[0]!;
  if (ofHost >= MOST_OF_A_HOST) return new HubRefusal('full', `${host} has ${MOST_OF_A_HOST} subscriptions already; let some end first.`);
  if (all >= MOST_SUBSCRIPTIONS) return new HubRefusal('full', 'This hub has as many subscriptions as it can serve. Ask the feed instead.');
  return undefined;
}
