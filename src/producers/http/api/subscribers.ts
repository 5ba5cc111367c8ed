import { z } from 'zod';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { recordAudit } from '../../../shared/accounts/audit.ts';
import { importPeople } from '../../../shared/delivery/change-preferences.ts';
import { eraseAddress } from '../../../shared/publishing/erasing.ts';
import { lookUpPerson } from '../../../shared/publishing/person.ts';
import { DELIVERY_STATES, SUPPRESSION_REASONS } from '../../../shared/schema/tables.ts';
import { IMPORT_BYTES, LONG_ANSWER_MS } from '../limits.ts';
import { BadRequest } from '../problem.ts';
import { operation } from './operation.ts';

const Counts = { added: z.number(), changed: z.number(), unchanged: z.number(), suppressed: z.number(), refused: z.number() };
const Report = z.looseObject({
  ...Counts,
  unused: z.array(z.string()).describe('Columns that mean nothing to us.'),
  dryRun: z.boolean(),
  rows: z
    .array(z.object({ line: z.number(), outcome: z.enum(['added', 'changed', 'unchanged', 'suppressed', 'refused']) }).loose())
    .describe('Rows that were refused or suppressed.'),
});

const importCsv = operation({
  method: 'POST',
  path: '/subscribers/import',
  summary: 'Import subscribers from CSV; dryRun tells what would happen.',
  description:
    'The first line names the columns: address, name, language, topics, frequency, legal basis, source, date. Nobody is taken off a list by an import, and nobody who left is taken up again.',
  query: z.strictObject({
    dryRun: z.stringbool().default(false),
    language: z.string().optional().describe('This and the others: for rows that name none.'),
    topics: z.string().optional().describe('Separated by commas, or `all`.'),
    frequency: z.string().optional().describe('at-once, daily or weekly.'),
    legalBasis: z.string().optional(),
    source: z.string().optional(),
    date: z.string().optional().describe('The day of the consent.'),
  }),
  rawBody: { 'text/csv': z.string() },
  bodyLimit: IMPORT_BYTES,
  limitMs: LONG_ANSWER_MS,
  status: 200,
  answer: Report,
  handle: async ({ services, actor, query, request }) => {
    demandRole(actor, ['admin'], 'import subscribers');
    if (!Buffer.isBuffer(request.body)) throw new BadRequest('no_csv', 'the body is not CSV: send Content-Type: text/csv');
    const { newsroom } = await services.newsroom();
    const { dryRun, topics, ...defaults } = query;
    const report = await importPeople(services, {
      csv: request.body,
      newsroom,
      defaults: { ...defaults, ...(topics === undefined ? {} : { topics }) },
      dryRun,
    });
    const { rows, unused, ...counts } = report;
    if (!dryRun) {
      const { added, changed, unchanged, suppressed, refused } = report;
      await recordAudit(services.database, {
        account: actor.account,
        action: 'subscribers.imported',
        detail: { added, changed, unchanged, suppressed, refused },
      });
    }
    return { ...counts, unused, rows: rows.filter((row) => row.outcome === 'refused' || row.outcome === 'suppressed') };
  },
});

const Story = z.looseObject({
  address: z.string(),
  hash: z.string().describe('The keyed hash of the address: its name among suppressions.'),
  subscriber: z
    .looseObject({ id: z.uuid(), state: z.string(), language: z.string() })
    .nullable()
    .describe('Topics, frequency and the lines of consent; null when nobody has that address.'),
  suppression: z.looseObject({ reason: z.enum(SUPPRESSION_REASONS), since: z.date() }).nullable(),
  letters: z.array(z.looseObject({ slug: z.string(), n: z.number(), state: z.enum(DELIVERY_STATES), publication: z.number() })),
  olderLetters: z.number().nullable().describe('Goes into `before` of the next request; null when there are no more.'),
  bounces: z.array(z.looseObject({ id: z.number(), verdict: z.string().nullable() })),
});

const lookUp = operation({
  method: 'POST',
  path: '/subscribers/look-up',
  summary: 'The story of one address: what it gets, why, every letter, what came back. Leaves a line in the audit.',
  description: 'A POST, so that the address stands in no log of a server between us.',
  body: z.strictObject({ address: z.string().max(320), before: z.number().int().positive().optional() }),
  status: 200,
  answer: Story,
  handle: async ({ services, actor, body }) => {
    const story = await lookUpPerson(services, actor, { person: { address: body.address }, before: body.before });
    return { ...story, subscriber: story.subscriber ?? null, olderLetters: story.olderLetters ?? null };
  },
});

const erase = operation({
  method: 'POST',
  path: '/subscribers/erase',
  summary: 'Remove a person from everything kept here. Cannot be undone.',
  description:
    'What stays is the keyed hash of the address and the number of letters. The person may sign up again; an import takes nobody up again. Backups made before still hold the person. A POST, so that the address stands in no log of a server between us.',
  body: z.strictObject({ address: z.string().max(320) }),
  limitMs: LONG_ANSWER_MS,
  status: 200,
  answer: z.object({
    hash: z.string().describe('The keyed hash of the address: its name among suppressions.'),
    subscriber: z.boolean().describe('False when only sign-ups, single letters or bounces had the address.'),
    topics: z.number(),
    proofs: z.number(),
    letters: z.number().describe('Whose answers were removed; they still count.'),
    bounces: z.number(),
    signUps: z.number(),
    notices: z.number(),
    inbox: z.number(),
  }),
  handle: ({ services, actor, body }) => eraseAddress(services, actor, body.address),
});

export const subscriberOperations = [importCsv, lookUp, erase];
