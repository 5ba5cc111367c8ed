import { z } from 'zod';
import { wrongInput } from '../../../shared/platform/failure.ts';
import { URL_MOST } from '../../../shared/webhooks/endpoint.ts';
import {
  addEndpoint,
  disableEndpoint,
  listEndpoints,
  removeEndpoint,
  replayEndpoint,
  rotateSecret,
  testEndpoint,
} from '../../../shared/webhooks/endpoints.ts';
import { operation } from './operation.ts';

const Endpoint = z.object({
  id: z.number(),
  url: z.string(),
  state: z
    .enum(['active', 'failing', 'disabled'])
    .describe('failing: three days without taking one, or a 410; left alone until it is replayed.'),
  told: z.number().describe('The last publication it took.'),
  toldAt: z.date().nullable(),
  attempts: z.number().describe('Tries in vain since then.'),
  failingSince: z.date().nullable(),
  error: z.string().nullable(),
  dueAt: z.date().nullable().describe('The next try.'),
  createdBy: z.string(),
  createdAt: z.date(),
});
const Secret = z.string().describe('whsec_…, shown this once: what messages are signed with (Standard Webhooks).');
const Since = z.number().int().min(0).optional().describe('A publication: everything after it is told, 0 tells everything.');

const list = operation({
  method: 'GET',
  path: '/webhooks',
  summary: 'Systems that are told of every publication.',
  description: 'At most 50, so the list comes whole.',
  status: 200,
  answer: z.object({ items: z.array(Endpoint) }),
  handle: async ({ services, actor }) => ({ items: await listEndpoints(services, actor) }),
});

const add = operation({
  method: 'POST',
  path: '/webhooks',
  summary: 'Tell a system of every publication from now on.',
  description:
    'Events release.published, release.corrected and release.withdrawn come in publication order, each until it is answered with 2xx, signed as Standard Webhooks says.',
  body: z.strictObject({ url: z.string().max(URL_MOST), since: Since }),
  status: 201,
  answer: z.object({ endpoint: Endpoint, secret: Secret }),
  handle: ({ services, actor, body }) => addEndpoint(services, actor, body),
});

const remove = operation({
  method: 'DELETE',
  path: '/webhooks/:webhook',
  summary: 'Tell it nothing more, and forget its secret.',
  status: 200,
  answer: z.object({ removed: Endpoint }),
  handle: async ({ services, actor, params }) => ({ removed: await removeEndpoint(services, actor, idOf(params.webhook!)) }),
});

const replay = operation({
  method: 'POST',
  path: '/webhooks/:webhook/replay',
  summary: 'Tell it again everything after a publication; without one, go on where it was. Makes a failing or disabled one active.',
  body: z.strictObject({ since: Since }),
  status: 202,
  answer: z.object({ endpoint: Endpoint }),
  handle: async ({ services, actor, params, body }) => ({
    endpoint: await replayEndpoint(services, actor, { id: idOf(params.webhook!), since: body.since }),
  }),
});

const disable = operation({
  method: 'POST',
  path: '/webhooks/:webhook/disable',
  summary: 'Leave it alone until it is replayed.',
  body: z.strictObject({}),
  status: 200,
  answer: z.object({ endpoint: Endpoint }),
  handle: async ({ services, actor, params }) => ({ endpoint: await disableEndpoint(services, actor, idOf(params.webhook!)) }),
});

const rotate = operation({
  method: 'POST',
  path: '/webhooks/:webhook/rotate',
  summary: 'A new secret; for a day messages are signed with the old one too.',
  body: z.strictObject({}),
  status: 200,
  answer: z.object({ endpoint: Endpoint, secret: Secret, oldUntil: z.date() }),
  handle: ({ services, actor, params }) => rotateSecret(services, actor, idOf(params.webhook!)),
});

const test = operation({
  method: 'POST',
  path: '/webhooks/:webhook/test',
  summary: 'Send one message of type test, and say what was answered.',
  body: z.strictObject({}),
  status: 200,
  answer: z.object({
    endpoint: Endpoint,
    answer: z.object({ kind: z.enum(['taken', 'not-taken', 'gone']), reason: z.string().optional() }),
  }),
  handle: ({ services, actor, params }) => testEndpoint(services, actor, idOf(params.webhook!)),
});

export const webhookOperations = [list, add, remove, replay, disable, rotate, test];

function idOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrongInput('webhook', `"${text.slice(0, 50)}" is not the number of a webhook.`, 'See GET /api/webhooks.');
}
