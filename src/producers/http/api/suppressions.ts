import { z } from 'zod';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { barAddress, liftSuppression, seeSuppression } from '../../../shared/publishing/suppressing.ts';
import { SUPPRESSION_REASONS } from '../../../shared/schema/tables.ts';
import { listSuppressions } from '../../../shared/subscribers/suppression-list.ts';
import { pageOf } from './answers.ts';
import { operation } from './operation.ts';
import { PageQuery } from './paging.ts';

const Suppression = z.object({
  hash: z.string().describe('The keyed hash of the address, in hex: all that is kept of it here.'),
  reason: z.enum(SUPPRESSION_REASONS),
  evidence: z.record(z.string(), z.unknown()).describe('Why, without addresses: release, run, code and words of the server, bounce.'),
  since: z.date(),
});
const Address = z.string().max(320);

const list = operation({
  method: 'GET',
  path: '/suppressions',
  summary: 'Addresses that get nothing more, the newest first.',
  query: z.strictObject({ ...PageQuery.shape, reason: z.enum(SUPPRESSION_REASONS).optional() }),
  status: 200,
  answer: pageOf(Suppression),
  handle: async ({ services, actor, query }) => {
    demandRole(actor, ['admin'], 'see suppressions');
    return listSuppressions(services.database, query);
  },
});

const add = operation({
  method: 'POST',
  path: '/suppressions',
  summary: 'Bar an address from now on, also in the middle of a run.',
  description: 'An address that is barred already keeps its older reason and evidence.',
  body: z.strictObject({ address: Address, note: z.string().max(500).optional().describe('Why; kept with it.') }),
  status: 201,
  answer: z.object({ added: z.boolean(), suppression: Suppression }),
  handle: ({ services, actor, body }) => barAddress(services, actor, body),
});

const lookUp = operation({
  method: 'POST',
  path: '/suppressions/look-up',
  summary: 'Whether and why an address gets nothing, and its hash for DELETE.',
  description: 'A POST, so that the address stands in no log of a server between us.',
  body: z.strictObject({ address: Address }),
  status: 200,
  answer: z.object({ hash: z.string(), suppression: Suppression.nullable() }),
  handle: ({ services, actor, body }) => seeSuppression(services, actor, body.address),
});

const remove = operation({
  method: 'DELETE',
  path: '/suppressions/:hash',
  summary: 'Let an address get letters again. What it subscribed to is not changed.',
  status: 200,
  answer: z.object({ removed: Suppression }),
  handle: async ({ services, actor, params }) => ({ removed: await liftSuppression(services, actor, params.hash!) }),
});

export const suppressionOperations = [list, add, lookUp, remove];
