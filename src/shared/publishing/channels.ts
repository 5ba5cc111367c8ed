import { sql } from 'kysely';
import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict, NotFound } from '../platform/failure.ts';
import { getRelease } from '../release/store.ts';
import { CHANNELS, type Channel } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { askForRebuild } from './rebuilds.ts';
import { wakeChannels } from './wake.ts';

/** Channels whose whole output can be made again from the truth. Letters are never made again; the archive is write-once. */
export const REBUILDABLE = ['html', 'feeds'] as const satisfies readonly Channel[];

/** Tries a channel of the newest revision again at once, also after it failed for good. */
export async function retryChannel(
  services: Services,
  actor: Actor,
  input: { release: string; channel: string },
): Promise<{ revision: number }> {
  demandRole(actor, ['author', 'approver'], 'retry a channel');
  const channel = CHANNELS.find((name) => name === input.channel);
  if (!channel) throw new NotFound('channel', input.channel);
  const release = await getRelease(services.database, input.release);
  const rows = await services.database.transaction().execute(async (tx) => {
    const owed = await tx
      .updateTable('receipts')
      .set({ state: 'owed', due_at: sql`clock_timestamp()`, code: null, error: null })
      .where('release', '=', release.id)
      .where('channel', '=', channel)
      .where('state', 'in', ['owed', 'failed'])
      .returning('n')
      .execute();
    if (owed.length === 0) {
      throw new Conflict(
        'nothing_owed',
        `${release.slug} owes ${channel} nothing`,
        `To make it again from the truth: ./depesch rebuild ${channel}`,
      );
    }
    await recordAudit(tx, { account: actor.account, action: 'channel.retried', release: release.id, detail: { channel } });
    return owed;
  });
  for (const { n } of rows) await wakeChannels(services, { release: release.id, revision: n, channels: [channel], urgent: true });
  return { revision: Math.max(...rows.map((row) => row.n)) };
}

/** Asks for a shared output to be made again, whole. */
export async function askRebuild(services: Services, actor: Actor | undefined, input: { channel: Channel; reason: string }): Promise<void> {
  if (actor) demandRole(actor, ['admin'], 'rebuild a channel');
  if (!(REBUILDABLE as readonly Channel[]).includes(input.channel)) {
    throw new Conflict(
      'not_rebuildable',
      `${input.channel} is not rebuilt`,
      `Letters leave once and the archive is written once. Can be rebuilt: ${REBUILDABLE.join(', ')}.`,
    );
  }
  await services.database.transaction().execute(async (tx) => {
    await askForRebuild(tx, input);
    await recordAudit(tx, {
      account: actor?.account ?? null,
      action: 'channel.rebuild',
      detail: { channel: input.channel, reason: input.reason },
    });
  });
  await services.dispatch.wake([{ queue: input.channel, payload: { rebuild: true } }]);
}
