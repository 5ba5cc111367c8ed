import { z } from 'zod';
import type { Actor } from '../../../shared/accounts/actor.ts';
import { listDeliveries } from '../../../shared/delivery/history.ts';
import { pauseLetters, resumeLetters, retryLetters, stopLetters } from '../../../shared/publishing/letters.ts';
import { getRelease } from '../../../shared/release/store.ts';
import { DELIVERY_STATES } from '../../../shared/schema/tables.ts';
import type { Services } from '../../../shared/services.ts';
import { DeliveryAnswer, pageOf } from './answers.ts';
import { type Operation, operation } from './operation.ts';
import { PageQuery, readCursor, writeCursor } from './paging.ts';

const Answer = z.looseObject({
  release: z.uuid(),
  slug: z.string(),
  changed: z.number().describe('Runs, or for retry letters, that changed.'),
});

type Change = (services: Services, actor: Actor, input: { release: string; reason?: string }) => Promise<unknown>;

function change(name: string, summary: string, run: Change): Operation {
  return operation({
    method: 'POST',
    path: `/releases/:release/letters/${name}`,
    summary,
    body: z.strictObject({ reason: z.string().trim().max(500).optional() }),
    status: 202,
    answer: Answer,
    handle: ({ services, actor, params, body }) => run(services, actor, { release: params.release!, ...body }),
  });
}

const retry = operation({
  method: 'POST',
  path: '/releases/:release/letters/retry',
  summary: 'Decide about letters that are unknown.',
  description: '`resend` may give somebody a second copy (with the same Message-ID); `settle` counts them as accepted.',
  body: z.strictObject({ unknown: z.enum(['resend', 'settle']), reason: z.string().trim().max(500).optional() }),
  status: 202,
  answer: Answer,
  handle: ({ services, actor, params, body }) => retryLetters(services, actor, { release: params.release!, ...body }),
});

const deliveries = operation({
  method: 'GET',
  path: '/releases/:release/deliveries',
  summary: 'The story of every letter of a run: state, attempts, relay and answer. No addresses.',
  query: PageQuery.extend({
    revision: z.coerce.number().int().positive().optional().describe('Which run; the newest when left out.'),
    state: z.enum(DELIVERY_STATES).optional(),
  }),
  status: 200,
  answer: pageOf(DeliveryAnswer),
  handle: async ({ services, params, query }) => {
    const release = await getRelease(services.database, params.release!);
    const [cursorRun, after] = readCursor(query.before, 2) ?? [];
    const n = cursorRun ?? query.revision ?? (await newestRun(services, release.id));
    const rows =
      n === undefined
        ? []
        : await listDeliveries(services.database, { release: release.id, n, state: query.state, after, limit: query.limit + 1 });
    const items = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? items.at(-1) : undefined;
    return last ? { items, next: writeCursor([last.n, last.seq]) } : { items };
  },
});

async function newestRun({ database }: Services, release: string): Promise<number | undefined> {
  const row = await database
    .selectFrom('mailings')
    .select((run) => run.fn.max('n').as('n'))
    .where('release', '=', release)
    .executeTakeFirst();
  return row?.n ?? undefined;
}

export const letterOperations = [
  change('pause', 'Hold the letters; resume goes on where they were.', pauseLetters),
  change('resume', 'Let a paused run go on.', resumeLetters),
  change(
    'stop',
    'No letter that is not yet claimed leaves any more. Page and feeds stay; a stopped run is not started again.',
    stopLetters,
  ),
  retry,
  deliveries,
];
