import { describe, expect, it } from 'vitest';
import { jobId, payloadSchema, QUEUE_NAMES, type Wake } from '../../../src/shared/queue/jobs.ts';
import { CHANNELS } from '../../../src/shared/schema/tables.ts';

const RELEASE = '6f0a4a0e-6f0f-4c5e-9d55-2b8a3a0c1d11';

describe('job ids', () => {
  it('are one for each thing to look at, in letters BullMQ accepts', () => {
    const wakes: Wake[] = [
      { queue: 'html', payload: { releaseId: RELEASE, revision: 2 } },
      { queue: 'html', payload: { releaseId: RELEASE, revision: 2 }, delayMs: 500 },
      { queue: 'feeds', payload: { rebuild: true } },
      { queue: 'delivery', payload: { releaseId: RELEASE, revision: 2, batch: 7 } },
      { queue: 'delivery', payload: { digests: 'c' } },
      { queue: 'notices', payload: { noticeId: RELEASE } },
    ];
    const ids = wakes.map((wake) => jobId(wake, 1_000));
    expect(ids).toEqual([
      `html.${RELEASE}.2`,
      `html.${RELEASE}.2.at1500`,
      'feeds.rebuild',
      `delivery.${RELEASE}.2.7`,
      'delivery.digests.c',
      `notices.${RELEASE}`,
    ]);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9._-]+$/);
  });
});

describe('payloads', () => {
  it('are parsed by their queue: one of another shape is refused', () => {
    expect(payloadSchema('delivery').safeParse({ releaseId: RELEASE, revision: 1 }).success).toBe(false);
    expect(payloadSchema('delivery').safeParse({ digests: 'c' }).success).toBe(true);
    expect(payloadSchema('delivery').safeParse({ digests: 'cc' }).success).toBe(false);
    expect(payloadSchema('html').safeParse({ releaseId: RELEASE, revision: 1 }).success).toBe(true);
    expect(payloadSchema('html').safeParse({ releaseId: RELEASE, revision: 1, extra: 1 }).success).toBe(false);
    expect(payloadSchema('notices').safeParse({ noticeId: 'x' }).success).toBe(false);
  });

  it('one word names a channel everywhere: every channel is a queue', () => {
    expect(CHANNELS.every((channel) => (QUEUE_NAMES as string[]).includes(channel))).toBe(true);
  });
});
