import { Permanent } from '../shared/platform/failure.ts';
import type { ChannelJob } from '../shared/queue/jobs.ts';
import type { Connection } from '../shared/schema/database.ts';
import type { Services } from '../shared/services.ts';
import { serveSubscriptions } from '../shared/websub/serve.ts';
import { countSubscribers, loadReach, owePushes, pingHub } from '../shared/websub/tell.ts';
import { findTouchedFeeds } from '../shared/websub/topics.ts';
import type { ChannelHandler, Outcome } from './run.ts';

/** Feeds are usually written within a tenth of a second; while they take longer, so do the looks. */
const LEAST_WAIT_MS = 50;
const MOST_WAIT_MS = 15_000;

/** Another worker has some of the subscriptions in hand. */
const IN_HAND_MS = 500;

/**
 * Tells whoever subscribed to a feed, at our hub or at others, that it changed. Nobody is told before the feeds are written: they would fetch or be
 * pushed the old bytes. A rebuild job is the sweep's way of saying that a wish or a push is due. A subscriber that does not take a push is tried
 * again from its own row; the receipt is done when each was tried.
 */
export const handler: ChannelHandler = {
  name: 'websub',
  // A publication is not kept waiting by the slowest subscriber of the one before.
  concurrency: 2,
  async handle(job, { services, signal }) {
    if (!('rebuild' in job)) return tell(services, job, signal);
    await serveSubscriptions(services, signal);
    return { kind: 'closed' };
  },
};

async function tell(services: Services, job: ChannelJob, signal: AbortSignal): Promise<Outcome> {
  const { database, config } = services;
  const { newsroom } = await services.newsroom();
  const feeds = await findTouchedFeeds(database, newsroom, job.releaseId);
  const hubs = newsroom.hubs === 'own' ? [] : newsroom.hubs;
  const nobody = newsroom.hubs === 'own' ? (await countSubscribers(database, feeds)) === 0 : hubs.length === 0;
  if (nobody) return { kind: 'done', detail: { told: '0' } };
  const receipt = await findFeedsReceipt(database, job);
  if (receipt.state !== 'done') return { kind: 'again', afterMs: Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, receipt.ageMs / 5)) };
  if (newsroom.hubs === 'own') return pushAll(services, { feeds, publication: receipt.publication }, signal);
  for (const hub of hubs) await pingHub(services, hub, feeds);
  services.log.info({ release: job.releaseId, revision: job.revision, hubs: hubs.length, baseUrl: config.baseUrl }, 'websub.pinged');
  return { kind: 'done', detail: { told: String(hubs.length) } };
}

async function pushAll(
  services: Services,
  changed: { feeds: readonly string[]; publication: number },
  signal: AbortSignal,
): Promise<Outcome> {
  await owePushes(services.database, changed);
  await serveSubscriptions(services, signal);
  const { told, untried, failing } = await loadReach(services.database, changed);
  if (untried > 0) return { kind: 'again', afterMs: IN_HAND_MS };
  return { kind: 'done', detail: { told: String(told), ...(failing > 0 ? { failing: String(failing) } : {}) } };
}

/** Whether the feeds show the revision yet, and for how long they have owed it. */
async function findFeedsReceipt(db: Connection, { releaseId, revision }: ChannelJob) {
  const row = await db
    .selectFrom('receipts')
    .select(['state', 'publication', 'owed_at'])
    .where('release', '=', releaseId)
    .where('n', '=', revision)
    .where('channel', '=', 'feeds')
    .executeTakeFirst();
  if (!row) throw new Permanent('no_feeds', 'the revision owes the feeds nothing, so there is nothing to tell of');
  return { state: row.state, publication: row.publication, ageMs: Date.now() - row.owed_at.getTime() };
}
