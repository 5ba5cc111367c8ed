import { openCompose } from '../shared/delivery/compose.ts';
import { hastenLetters } from '../shared/delivery/mailings.ts';
import { runBatch } from '../shared/delivery/run-batch.ts';
import { hasOpen } from '../shared/delivery/run-end.ts';
import { Sender } from '../shared/delivery/sender.ts';
import { sweepClaims } from '../shared/delivery/sweep.ts';
import { mayReceive } from '../shared/mail/recipients.ts';
import { openTransport } from '../shared/mail/transport.ts';
import type { DeliveryJob } from '../shared/queue/jobs.ts';
import { getKey } from '../shared/schema/migrate.ts';
import type { Services } from '../shared/services.ts';
import type { QueueHandler, WorkContext } from './run.ts';

/** Sends the due letters of one batch, as a sender that lives as long as the process (protocol.md, "Sending"). */
export const handler: QueueHandler<DeliveryJob, Sender> = {
  name: 'delivery',
  // While the last letters of one group wait for their answers, another group keeps the lines busy.
  concurrency: 3,
  open: openSender,
  async handle(job, { services, signal, state }): Promise<void> {
    const end = await runBatch(state, { release: job.releaseId, n: job.revision, batch: job.batch }, signal);
    if (end.letters > 0) services.log.info({ release: job.releaseId, revision: job.revision, batch: job.batch, ...end }, 'batch.ended');
    await tellWhenOver(job, services);
  },
};

async function openSender(services: Services): Promise<Sender> {
  const { config, database, log } = services;
  const addressKey = await getKey(database, 'address');
  const sender = new Sender({
    database,
    log,
    dataDir: config.dataDir,
    transport: openTransport(config, log),
    compose: await openCompose(services),
    rules: { addressKey, mayReceive: (address) => mayReceive(config, address) },
  });
  // Whoever takes the place of a killed sender settles what that one left, without waiting for the sweep.
  await sweepClaims(services).catch((error) => log.warn({ reason: String(error) }, 'sender.sweep_failed'));
  return sender;
}

/** The batch that sends the last letter wakes the e-mail job, so that the receipt is done at once. */
async function tellWhenOver(job: DeliveryJob, services: WorkContext['services']): Promise<void> {
  const at = { release: job.releaseId, n: job.revision };
  if (await hasOpen(services.database, at)) return;
  const revisions = await hastenLetters(services.database, { ...at, which: 'this' });
  await services.dispatch.wake(revisions.map((revision) => ({ queue: 'email', payload: { releaseId: job.releaseId, revision } })));
}
