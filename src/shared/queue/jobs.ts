import { z } from 'zod';
import type { Channel } from '../schema/tables.ts';

/**
 * The one table of everything that travels through Redis. A job is only a wake-up: it names what to look at, the handler reads the truth in SQL.
 */
const QUEUES = {
  html: 'Write the release page, the lists that hold it, the front pages and the sitemap.',
  feeds: 'Write RSS, Atom and JSON Feed for all, each language and each topic the revision touches.',
  email: 'Freeze the audience of one revision, queue its batches, notice when the run has ended.',
  archive: 'Keep one revision for good, and the closing note when its run has ended.',
  websub: 'Tell hubs, and who subscribed to our own, that feeds changed; confirm subscriptions, push again what was not taken.',
  webhooks: 'Tell other systems of one publication after the other, in order.',
  delivery: 'Send the due letters of one batch (200 places of a run), or the due digests of one shard (a sixteenth of the people).',
  notices: 'Send one letter to one person; its own queue, so that bulk never delays it.',
} as const;
export type QueueName = keyof typeof QUEUES;
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

export const ChannelJob = z.strictObject({ releaseId: z.uuid(), revision: z.number().int().positive() });
export type ChannelJob = z.infer<typeof ChannelJob>;

/** Everything a shared output holds, again: asked for by a person or by a changed newsroom file. */
export const RebuildJob = z.strictObject({ rebuild: z.literal(true) });
export type RebuildJob = z.infer<typeof RebuildJob>;

export const DeliveryJob = z.strictObject({
  releaseId: z.uuid(),
  revision: z.number().int().positive(),
  batch: z.number().int().nonnegative(),
});
export type DeliveryJob = z.infer<typeof DeliveryJob>;

/** The people whose id begins with that hex digit. */
export const DigestsJob = z.strictObject({ digests: z.string().regex(/^[0-9a-f]$/) });
export type DigestsJob = z.infer<typeof DigestsJob>;

export const NoticeJob = z.strictObject({ noticeId: z.uuid() });
export type NoticeJob = z.infer<typeof NoticeJob>;

/** A wake-up to send. `urgent` ones are taken before the rest of their queue. */
export type Wake = { readonly delayMs?: number; readonly urgent?: boolean } & (
  | { readonly queue: Channel; readonly payload: ChannelJob | RebuildJob }
  | { readonly queue: 'delivery'; readonly payload: DeliveryJob | DigestsJob }
  | { readonly queue: 'notices'; readonly payload: NoticeJob }
);

/** What a queue's jobs look like when they come out of Redis again. */
export function payloadSchema(queue: QueueName): z.ZodType<Wake['payload']> {
  if (queue === 'delivery') return z.union([DeliveryJob, DigestsJob]);
  if (queue === 'notices') return NoticeJob;
  return z.union([ChannelJob, RebuildJob]);
}

/**
 * The job id: one live job per thing to look at, so that adding it again is a no-op.
 * A delayed one has its moment in the id: else it would keep an immediate wake-up out until then, and one that is at work would keep out its own next.
 */
export function jobId(wake: Wake, now = Date.now()): string {
  const later = wake.delayMs ? `.at${now + wake.delayMs}` : '';
  return `${wake.queue}.${thing(wake.payload)}${later}`;
}

function thing(payload: Wake['payload']): string {
  if ('rebuild' in payload) return 'rebuild';
  if ('digests' in payload) return `digests.${payload.digests}`;
  if ('noticeId' in payload) return payload.noticeId;
  if ('batch' in payload) return `${payload.releaseId}.${payload.revision}.${payload.batch}`;
  return `${payload.releaseId}.${payload.revision}`;
}
