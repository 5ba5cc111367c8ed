import { openCompose } from '../shared/delivery/compose.ts';
import type { Shard } from '../shared/delivery/digest-rows.ts';
import { hastenLetters } from '../shared/delivery/mailings.ts';
import { runBatch } from '../shared/delivery/run-batch.ts';
import { runDigests } from '../shared/delivery/run-digests.ts';
import type { RunKey } from '../shared/delivery/run-end.ts';
import { hasOpen } from '../shared/delivery/run-end.ts';
import { Sender } from '../shared/delivery/sender.ts';
import { sweepClaims } from '../shared/delivery/sweep.ts';
import { mayReceive } from '../shared/mail/recipients.ts';
import { openTransport } from '../shared/mail/transport.ts';
import type { DeliveryJob, DigestsJob } from '../shared/queue/jobs.ts';
import { getKey } from '../shared/schema/migrate.ts';
import type { Services } from '../shared/services.ts';
import type { QueueHandler, WorkContext } from './run.ts';

/** Sends the due letters of one batch, or the due digests of one shard, as a sender that lives as long as the process (protocol.md, "Sending"). */
export const handler: QueueHandler<DeliveryJob | DigestsJob, Sender> = {
  name: 'delivery',
  // While the last letters of one group wait for their answers, another group keeps the lines busy.
  concurrency: 3,
  open: openSender,
  async handle(job, { services, signal, state }): Promise<void> {
    if ('digests' in job) {
      const { runs, ...end } = await runDigests(state, job.digests as Shard, signal);
      if (end.letters > 0) services.log.info({ shard: job.digests, ...end }, 'digests.ended');
      for (const run of runs) await tellWhenOver(run, services);
      return;
    }
    const run = { release: job.releaseId, n: job.revision };
    const end = await runBatch(state, { ...run, batch: job.batch }, signal);
    if (end.letters > 0) services.log.info({ release: run.release, revision: run.n, batch: job.batch, ...end }, 'batch.ended');
    await tellWhenOver(run, services);
  },
};

async function openSender(services: Services): Promise<Sender> {
  const { config, database, log } = services;
  const addressKey = await getKey(database, 'address');
  const limits = async () => (await services.newsroom()).newsroom.limits;
  const { lines } = await limits();
  const sender = new Sender({
    database,
    log,
    dataDir: config.dataDir,
    transport: openTransport(config, log, { lines }),
    compose: await openCompose(services),
    rules: { addressKey, mayReceive: (address) => mayReceive(config, address) },
    limits,
  });
  // Whoever takes the place of a killed sender settles what that one left, without waiting for the sweep.
  await sweepClaims(services).catch((error) => log.warn({ reason: String(error) }, 'sender.sweep_failed'));
  return sender;
}

/** The job that sends a run's last letter wakes the e-mail job, so that the receipt is done at once. */
async function tellWhenOver(run: RunKey, services: WorkContext['services']): Promise<void> {
  if (await hasOpen(services.database, run)) return;
  const revisions = await hastenLetters(services.database, { ...run, which: 'this' });
  await services.dispatch.wake(revisions.map((revision) => ({ queue: 'email', payload: { releaseId: run.release, revision } })));
}
