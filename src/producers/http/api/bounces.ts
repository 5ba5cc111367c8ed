import { z } from 'zod';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { getBounce } from '../../../shared/delivery/bounce-list.ts';
import { judgeBounces, LARGEST_BOUNCE_BYTES, storeBounce } from '../../../shared/delivery/bounces.ts';
import { parseReturnLocal } from '../../../shared/mail/return-address.ts';
import { BOUNCE_STATES } from '../../../shared/schema/tables.ts';
import { BadRequest } from '../problem.ts';
import { operation } from './operation.ts';

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

/** Only an address that can be ours says more than the mail's own fields. */
function localOf(recipient: string | undefined): string | undefined {
  const local = recipient?.trim().replace(/^<|>$/g, '').split('@', 1)[0];
  return local === undefined ? undefined : parseReturnLocal(local)?.local;
}

export const bounceOperations = [takeBounce];
