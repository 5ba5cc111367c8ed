import { z } from 'zod';
import { dropHubSubscription, listHubSubscriptions } from '../../../shared/websub/subscriptions.ts';
import { pageOf } from './answers.ts';
import { operation } from './operation.ts';
import { PageQuery } from './paging.ts';

const Subscription = z.object({
  id: z.uuid(),
  host: z.string(),
  callback: z.string(),
  feed: z.string().describe('Path of the feed.'),
  state: z
    .enum(['unconfirmed', 'active', 'failing', 'ended'])
    .describe('failing: did not take the last try, is tried again for two days and then forgotten.'),
  signed: z.boolean(),
  expiresAt: z.date().nullable(),
  told: z.number().nullable().describe('The newest publication it took.'),
  toldAt: z.date().nullable().describe('When it took one last.'),
  owed: z.number().nullable().describe('The newest it has yet to take.'),
  attempts: z.number().describe('Tries in vain since then.'),
  failingSince: z.date().nullable(),
  error: z.string().nullable(),
  dueAt: z.date().nullable().describe('The next try.'),
  createdAt: z.date(),
});

const list = operation({
  method: 'GET',
  path: '/hub-subscriptions',
  summary: 'Who asked our hub for pushes of feeds (WebSub), by host.',
  query: z.strictObject({ ...PageQuery.shape, failing: z.stringbool().optional().describe('Only those that did not take the last try.') }),
  status: 200,
  answer: pageOf(Subscription),
  handle: ({ services, actor, query }) => listHubSubscriptions(services, actor, query),
});

const drop = operation({
  method: 'DELETE',
  path: '/hub-subscriptions/:subscription',
  summary: 'End one subscription and tell its callback (hub.mode=denied), once. It may ask again.',
  status: 200,
  answer: z.object({ removed: Subscription, heard: z.boolean().describe('Whether the callback took the notice.') }),
  handle: ({ services, actor, params }) => dropHubSubscription(services, actor, params.subscription!),
});

export const hubOperations = [list, drop];
