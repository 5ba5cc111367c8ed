import { Failure } from '../shared/platform/failure.ts';
import { closeTold, findLaggard, tellEndpoints } from '../shared/webhooks/tell.ts';
import type { ChannelHandler } from './run.ts';

/** Another worker has the endpoint in hand. */
const IN_HAND_MS = 500;

/**
 * Tells other systems of every publication, in order. A receipt is done when each endpoint in use has taken its event; until then it says which one has
 * not, and why. A rebuild job says only that an endpoint is due.
 */
export const handler: ChannelHandler = {
  name: 'webhooks',
  // An endpoint is one cursor: a second pass would find it in hand, and endpoints of the first do not wait for each other.
  async handle(job, { services, signal }) {
    await tellEndpoints(services, signal);
    await closeTold(services);
    if ('rebuild' in job) return { kind: 'closed' };
    const row = await services.database
      .selectFrom('receipts')
      .select(['publication', 'state'])
      .where('release', '=', job.releaseId)
      .where('n', '=', job.revision)
      .where('channel', '=', 'webhooks')
      .executeTakeFirst();
    if (row?.state !== 'owed') return { kind: 'closed' };
    const laggard = await findLaggard(services.database, row.publication);
    if (laggard?.error) throw new Failure('endpoint_not_told', `endpoint ${laggard.id} at ${laggard.host}: ${laggard.error}`);
    return { kind: 'again', afterMs: IN_HAND_MS };
  },
};
