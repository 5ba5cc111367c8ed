import { z } from 'zod';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { DECISIONS, getBounce, listBounces } from '../../../shared/delivery/bounce-list.ts';
import { judgeBounces, LARGEST_BOUNCE_BYTES, storeBounce } from '../../../shared/delivery/bounces.ts';
import { parseReturnLocal } from '../../../shared/mail/return-address.ts';
import { judgeBounce, seeBounce } from '../../../shared/publishing/returned-mail.ts';
import { BOUNCE_STATES } from '../../../shared/schema/tables.ts';
import { BadRequest } from '../problem.ts';
import { pageOf } from './answers.ts';
import { operation } from './operation.ts';
import { PageQuery, readCursor, writeCursor } from './paging.ts';

const takeBounce = operation({
  method: 'POST',
  path: '/bounces',
  summary: 'Hand in a mail that came back: a delivery report, a complaint, a wish to leave.',
  description:
    'The mail as it arrived. It is stored before it is judged; the same mail again changes nothing. Only mail that holds an address or link this newsroom gave one person changes anything; the rest is kept for a person to look at.',
  query: z.strictObject({
    recipient: z
      .string()
      .max(320)
      .optional()
      .describe('The address it was delivered to, where the mail itself may not say so. Without it the address fields are read.'),
  }),
  rawBody: { 'message/rfc822': z.string() },
  bodyLimit: LARGEST_BOUNCE_BYTES,
  status: 202,
  answer: z.object({
    bounce: z.number(),
    repeated: z.boolean().describe('True when this mail was here before.'),
    state: z.enum(BOUNCE_STATES).describe('`unparsed`: kept for a person. `new`: judged within SWEEP_SECONDS.'),
    verdict: z.string().nullable(),
  }),
  handle: async ({ services, actor, query, request }) => {
    demandRole(actor, ['admin'], 'hand in bounces');
    if (!Buffer.isBuffer(request.body)) throw new BadRequest('no_mail', 'the body is not a mail: send Content-Type: message/rfc822');
    const { id, repeated } = await storeBounce(services, { via: 'api', local: localOf(query.recipient), raw: request.body });
    await judgeBounces(services);
    const { state, verdict } = await getBounce(services.database, id);
    return { bounce: id, repeated, state, verdict };
  },
});

const Bounce = z.looseObject({
  id: z.number(),
  receivedAt: z.date(),
  via: z.enum(['smtp', 'api']),
  state: z.enum(BOUNCE_STATES),
  verdict: z.string().nullable(),
  slug: z.string().nullable().describe('The release whose letter came back, where the mail proves it.'),
  n: z.number().nullable(),
  subscriber: z.uuid().nullable(),
  code: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()).describe('What it said, without addresses; of an unparsed one, why.'),
});

const list = operation({
  method: 'GET',
  path: '/bounces',
  summary: 'Mail that came back, the newest first, without the mail itself and without addresses.',
  query: PageQuery.extend({ state: z.enum(BOUNCE_STATES).optional().describe('`unparsed`: those that wait for a person.') }),
  status: 200,
  answer: pageOf(Bounce),
  handle: async ({ services, actor, query }) => {
    demandRole(actor, ['admin'], 'see and judge bounces');
    const [before] = readCursor(query.before, 1) ?? [];
    const rows = await listBounces(services.database, { state: query.state, before, limit: query.limit + 1 });
    const items = rows.slice(0, query.limit);
    return rows.length > query.limit ? { items, next: writeCursor([items.at(-1)!.id]) } : { items };
  },
});

const see = operation({
  method: 'POST',
  path: '/bounces/:bounce/look-up',
  summary: 'One bounce with the mail itself and the person’s address. Leaves a line in the audit, hence a POST.',
  status: 200,
  answer: Bounce.extend({ address: z.string().nullable(), raw: z.string().describe('The mail as it arrived, its first 128 kB.') }),
  handle: async ({ services, actor, params }) => {
    const bounce = await seeBounce(services, actor, idOf(params.bounce!));
    return { ...bounce, raw: bounce.raw.toString('utf8') };
  },
});

const judge = operation({
  method: 'POST',
  path: '/bounces/:bounce/judge',
  summary: 'Say what a bounce means that nobody could read.',
  description: '`hard` and `complaint` suppress the address; where the mail does not prove whose it is, `address` says so.',
  body: z.strictObject({ verdict: z.enum(DECISIONS), address: z.string().max(320).optional() }),
  status: 200,
  answer: z.looseObject({ bounce: z.number(), verdict: z.string() }),
  handle: async ({ services, actor, params, body }) => {
    const id = idOf(params.bounce!);
    await judgeBounce(services, actor, { id, ...body });
    return { bounce: id, verdict: body.verdict };
  },
});

/** Ids are counted up from 1; anything else names none. */
function idOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Only an address that can be ours says more than the mail's own fields. */
function localOf(recipient: string | undefined): string | undefined {
  const local = recipient?.trim().replace(/^<|>$/g, '').split('@', 1)[0];
  return local === undefined ? undefined : parseReturnLocal(local)?.local;
}

export const bounceOperations = [list, takeBounce, see, judge];
