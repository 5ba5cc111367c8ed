import { z } from 'zod';
import type { SendAnswer } from '../mail/answers.ts';
import { assertNever } from '../platform/failure.ts';

/** One row of `deliveries`. */
export type RowKey = { readonly release: string; readonly n: number; readonly subscriber: string };

/** The fencing token: only who holds the row under exactly this pair may write what became of it. */
export type Token = { readonly claimedBy: string; readonly attempts: number };

const texts = { code: z.string(), reply: z.string(), relay: z.string() };

/** What is written into a row after a try. Also kept in the journal, so it is parsed when it comes back from there. */
export const Settlement = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('accepted'), ...texts }),
  z.strictObject({ to: z.literal('rejected'), ...texts, hardBounce: z.boolean() }),
  /** `domainWide`: everybody else at that domain waits as well. `by` says who put it off, which decides how soon it is tried again. */
  z.strictObject({ to: z.literal('deferred'), ...texts, domainWide: z.boolean(), by: z.enum(['server', 'line', 'text']) }),
  z.strictObject({ to: z.literal('unknown'), ...texts }),
  z.strictObject({ to: z.literal('suppressed'), code: z.string() }),
  /** The letter was not sent and may be taken again. */
  z.strictObject({ to: z.literal('pending') }),
]);
export type Settlement = z.infer<typeof Settlement>;

/** A row under the token it was claimed with. */
export type Held = { readonly key: RowKey; readonly token: Token };
/** And what became of it. */
export type Settled = Held & { readonly settlement: Settlement };

/**
 * Code of an `unknown` that nobody's journal has been asked about: its sender was not heard of, but may live. Every other unknown is what a
 * sender or its journal said, and stays.
 */
export const NOT_HEARD_OF = 'sender-gone';

/** The row as it was before the claim. */
export const BACK: Settlement = { to: 'pending' };

/** What a try means for its row (protocol.md, "Answers by phase first, then code"). The relay's own part is `relayTrouble`. */
export function settlementOf(answer: SendAnswer): Settlement {
  switch (answer.kind) {
    case 'accepted':
      return { to: 'accepted', ...about(answer) };
    case 'rejected':
      return { to: 'rejected', ...about(answer), hardBounce: answer.hardBounce };
    case 'deferred':
      return { to: 'deferred', ...about(answer), domainWide: answer.domainWide, by: /^\d/.test(answer.code) ? 'server' : 'line' };
    case 'unknown':
      return { to: 'unknown', ...about(answer) };
    case 'ours':
      return isAboutText(answer) ? { to: 'deferred', ...about(answer), domainWide: false, by: 'text' } : BACK;
    case 'withheld':
      return BACK;
    default:
      return assertNever(answer);
  }
}

/** Why the relay must rest, when the answer says so; undefined when it was about a recipient, or about the text of one letter. */
export function relayTrouble(answer: SendAnswer): string | undefined {
  return answer.kind === 'ours' && !isAboutText(answer)
    ? `${answer.relay} answered ${answer.code} ${answer.reply} (${answer.phase})`.replace(/\s+/g, ' ')
    : undefined;
}

/** The relay takes letters from us, but not this text (decisions/0011). */
export function refusesText(settlement: Settlement): boolean {
  return settlement.to === 'deferred' && settlement.by === 'text';
}

/** A short stable name of a row for the journal. */
export function rowName(key: RowKey, attempts: number): string {
  return `${key.release}/${key.n}/${key.subscriber}/${attempts}`;
}

function about(answer: { code: string; reply: string; relay: string }): { code: string; reply: string; relay: string } {
  return { code: answer.code, reply: answer.reply, relay: answer.relay };
}

function isAboutText(answer: Extract<SendAnswer, { kind: 'ours' }>): boolean {
  return answer.phase === 'data' || answer.phase === 'body' || answer.phase === 'answer';
}
