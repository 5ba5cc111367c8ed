import { z } from 'zod';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { recordAudit } from '../../../shared/accounts/audit.ts';
import { NotFound } from '../../../shared/platform/failure.ts';
import { SUPPRESSION_REASONS } from '../../../shared/schema/tables.ts';
import { addSuppression, listSuppressions, lookUpSuppression, removeSuppression } from '../../../shared/subscribers/suppression-list.ts';
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
  handle: async ({ services, actor, body }) => {
    demandRole(actor, ['admin'], 'bar addresses');
    const made = await addSuppression(services.database, { ...body, account: actor.account });
    const { hash } = made.suppression;
    if (made.added) await recordAudit(services.database, { account: actor.account, action: 'suppression.added', detail: { hash } });
    return made;
  },
});

const lookUp = operation({
  method: 'POST',
  path: '/suppressions/look-up',
  summary: 'Whether and why an address gets nothing, and its hash for DELETE.',
  description: 'A POST, so that the address stands in no log of a server between us.',
  body: z.strictObject({ address: Address }),
  status: 200,
  answer: z.object({ hash: z.string(), suppression: Suppression.nullable() }),
  handle: async ({ services, actor, body }) => {
    demandRole(actor, ['admin'], 'see suppressions');
    const found = await lookUpSuppression(services.database, body.address);
    await recordAudit(services.database, { account: actor.account, action: 'suppression.looked-up', detail: { hash: found.hash } });
    return found;
  },
});

const remove = operation({
  method: 'DELETE',
  path: '/suppressions/:hash',
  summary: 'Let an address get letters again. What it subscribed to is not changed.',
  status: 200,
  answer: z.object({ removed: Suppression }),
  handle: async ({ services, actor, params }) => {
    demandRole(actor, ['admin'], 'lift suppressions');
    const removed = await removeSuppression(services.database, params.hash!);
    if (!removed) throw new NotFound('suppression', params.hash!);
    const detail = { hash: removed.hash, reason: removed.reason };
    await recordAudit(services.database, { account: actor.account, action: 'suppression.removed', detail });
    return { removed };
  },
});

export const suppressionOperations = [list, add, lookUp, remove];
