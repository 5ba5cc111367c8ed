import type { Channel } from '../schema/tables.ts';
import type { Services } from '../services.ts';

/** One wake-up per channel of a revision. Redis may be away: the sweep does it then. */
export async function wakeChannels(
  services: Services,
  revision: { release: string; revision: number; channels: readonly Channel[]; urgent: boolean },
): Promise<void> {
  const payload = { releaseId: revision.release, revision: revision.revision };
  await services.dispatch.wake(revision.channels.map((queue) => ({ queue, payload, urgent: revision.urgent })));
}
