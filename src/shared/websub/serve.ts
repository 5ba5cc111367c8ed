import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../platform/failure.ts';
import { type OutgoingAnswer, sendOutside } from '../platform/outgoing.ts';
import { absolute, publicFile, publicFolder } from '../release/addresses.ts';
import { hubsOf } from '../release/hubs.ts';
import type { HubSubscriptionRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { claimDue } from './due.ts';
import { forget, putOffPush, putOffWish, settleConfirmed, settleRefused, settleTold } from './settle.ts';
import { findFeedType } from './topics.ts';

/** So many callbacks are talked to at once: a slow one keeps its own line and none of the others. */
const LINES = 16;

/** The challenge and some white space; more is not an answer to it. */
const ANSWER_BYTES = 1_000;

/** Does what is due for every subscription: confirms wishes, pushes feeds. Ends when nothing more is due, or when the signal fires. */
export async function serveSubscriptions(services: Services, signal: AbortSignal): Promise<void> {
  const running = new Set<Promise<void>>();
  for (;;) {
    const rows = signal.aborted || running.size >= LINES ? [] : await claimDue(services.database, LINES - running.size);
    for (const row of rows) {
      const work: Promise<void> = serve(services, row).finally(() => running.delete(work));
      running.add(work);
    }
    if (running.size === 0) return;
    await Promise.race(running);
  }
}

/** Never throws: a row that could not be settled is held for some seconds and then due again. */
async function serve(services: Services, row: HubSubscriptionRow): Promise<void> {
  try {
    const { newsroom } = await services.newsroom();
    const type = findFeedType(newsroom, row.feed);
    if (type === undefined) await deny(services, row);
    else if (row.wish) await verify(services, row);
    else await push(services, row, type);
  } catch (error) {
    services.log.warn({ subscription: row.id, host: row.host, reason: messageOf(error) }, 'websub.not_settled');
  }
}

/** Section 5.3: asks the callback whether it meant it; only the challenge itself, with a 2xx, is a yes. */
async function verify(services: Services, row: HubSubscriptionRow): Promise<void> {
  const at = { db: services.database, row };
  const wish = row.wish!;
  const challenge = randomBytes(16).toString('hex');
  const answer = await ask(services, row, {
    'hub.mode': wish.mode,
    'hub.challenge': challenge,
    ...(wish.mode === 'subscribe' ? { 'hub.lease_seconds': String(wish.leaseSeconds) } : {}),
  });
  const log = { subscription: row.id, host: row.host, mode: wish.mode };
  if (typeof answer === 'string' || answer.status >= 500) {
    const reason = typeof answer === 'string' ? answer : `answered ${answer.status}`;
    const again = await putOffWish(at, reason);
    services.log.info({ ...log, reason, again }, 'websub.not_confirmed');
  } else if (isSuccess(answer) && answer.body.trim() === challenge) {
    await settleConfirmed(at);
    services.log.info(log, 'websub.confirmed');
  } else {
    await settleRefused(at);
    services.log.info({ ...log, status: answer.status }, 'websub.refused');
  }
}

/** The feed is no longer there to be subscribed to. */
async function deny(services: Services, row: HubSubscriptionRow): Promise<void> {
  await tellDenied(services, row, 'There is no such feed any more.');
  await forget({ db: services.database, row });
  services.log.info({ subscription: row.id, host: row.host, feed: row.feed }, 'websub.denied');
}

/** Section 5.2: a subscription has ended, and not by its subscriber's wish. Told once; gives whether the callback took it. */
export async function tellDenied(services: Services, row: Callback, reason: string): Promise<boolean> {
  const answer = await ask(services, row, { 'hub.mode': 'denied', 'hub.reason': reason });
  return typeof answer !== 'string' && isSuccess(answer);
}

type Callback = Pick<HubSubscriptionRow, 'callback' | 'feed'>;

/** The callback's answer to a question, or why there is none. */
async function ask(services: Services, row: Callback, question: Readonly<Record<string, string>>): Promise<OutgoingAnswer | string> {
  const url = new URL(row.callback);
  const topic = absolute(services.config.baseUrl, row.feed);
  // What the callback already has in its query stays (section 5.3).
  for (const [name, value] of Object.entries({ 'hub.topic': topic, ...question })) url.searchParams.append(name, value);
  return sendOutside({
    url: url.href,
    method: 'GET',
    allowPrivate: services.config.allowPrivateCallbacks,
    mostAnswerBytes: ANSWER_BYTES,
  }).catch(messageOf);
}

/** Section 7: the whole feed as it is served, signed when the subscriber gave a secret. */
async function push(services: Services, row: HubSubscriptionRow, type: string): Promise<void> {
  const at = { db: services.database, row };
  const { newsroom } = await services.newsroom();
  const { baseUrl, dataDir, allowPrivateCallbacks } = services.config;
  const log = { subscription: row.id, host: row.host, feed: row.feed, publication: row.owed };
  const body = await readFile(join(publicFolder(dataDir), publicFile(row.feed)));
  const links = [...hubsOf({ newsroom, baseUrl }).map((hub) => `<${hub}>; rel="hub"`), `<${absolute(baseUrl, row.feed)}>; rel="self"`];
  const headers = {
    'content-type': type,
    link: links.join(', '),
    ...(row.secret === null ? {} : { 'x-hub-signature': `sha256=${createHmac('sha256', row.secret).update(body).digest('hex')}` }),
  };
  const answer = await sendOutside({ url: row.callback, method: 'POST', headers, body, allowPrivate: allowPrivateCallbacks }).catch(
    messageOf,
  );
  if (typeof answer !== 'string' && isSuccess(answer)) {
    await settleTold(at);
    services.log.debug(log, 'websub.pushed');
  } else if (typeof answer !== 'string' && answer.status === 410) {
    await forget(at);
    services.log.info(log, 'websub.gone');
  } else {
    const error = typeof answer === 'string' ? answer : `answered ${answer.status}`;
    const again = await putOffPush(at, error);
    services.log.info({ ...log, reason: error }, again ? 'websub.not_pushed' : 'websub.given_up');
  }
}

function isSuccess({ status }: OutgoingAnswer): boolean {
  return status >= 200 && status < 300;
}
