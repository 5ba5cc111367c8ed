import { z } from 'zod';
import { NotFound } from '../../../shared/platform/failure.ts';
import { renderChannels } from '../../../shared/preview/preview.ts';
import { retryChannel } from '../../../shared/publishing/channels.ts';
import { loadStatus } from '../../../shared/publishing/status.ts';
import { StatusAnswer } from './answers.ts';
import { operation } from './operation.ts';

const status = operation({
  method: 'GET',
  path: '/releases/:release/status',
  summary: 'How far each channel is, and the letters with their equation.',
  status: 200,
  answer: StatusAnswer,
  handle: ({ services, params }) => loadStatus(services, params.release!),
});

const retry = operation({
  method: 'POST',
  path: '/releases/:release/channels/:channel/retry',
  summary: 'Try a channel again at once, also after it failed for good.',
  body: z.strictObject({}),
  status: 202,
  answer: z.object({ revision: z.number() }),
  handle: ({ services, actor, params }) => retryChannel(services, actor, { release: params.release!, channel: params.channel! }),
});

export const channelOperations = [status, retry];
void NotFound;
void renderChannels;
