import { z } from 'zod';
import type { Actor } from '../../../shared/accounts/actor.ts';
import { pauseLetters, resumeLetters, retryLetters, stopLetters } from '../../../shared/publishing/letters.ts';
import type { Services } from '../../../shared/services.ts';
import { type Operation, operation } from './operation.ts';

const Answer = z.object({ release: z.uuid(), slug: z.string(), changed: z.number().describe('Runs, or for retry letters, that changed.') });

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

export const letterOperations = [
  change('pause', 'Hold the letters; resume goes on where they were.', pauseLetters),
  change('resume', 'Let a paused run go on.', resumeLetters),
  change('stop', 'No letter that is not yet claimed leaves any more. Page and feeds stay; a stopped run is not started again.', stopLetters),
  retry,
];
