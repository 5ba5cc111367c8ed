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
  /** `domainWide`: everybody else at that domain waits as well. `firstGapMs` is the gap after the first of several. */
  z.strictObject({ to: z.literal('deferred'), ...texts, domainWide: z.boolean(), firstGapMs: z.number() }),
  z.strictObject({ to: z.literal('unknown'), ...texts }),
  z.strictObject({ to: z.literal('suppressed'), code: z.string() }),
  /** The letter was not sent and may be taken again; `laterMs` keeps a letter the relay disliked from blocking the rest. */
  z.strictObject({ to: z.literal('pending'), laterMs: z.number() }),
]);
export type Settlement = z.infer<typeof Settlement>;

/** A row with the token it was claimed under and what became of it. */
export type Settled = { readonly key: RowKey; readonly token: Token; readonly settlement: Settlement };

/** A server that says "later" rarely means less; a broken line is usually mended at once. */
const SERVER_GAP_MS = 5 * 60_000;
const LINE_GAP_MS = 60_000;

/** A letter whose text the relay refused waits this long, so that the probe after the pause takes another one first. */
const DISLIKED_GAP_MS = 30 * 60_000;

/** The row as it was before the claim. */
export const BACK: Settlement = { to: 'pending', laterMs: 0 };

/** What a try means for its row (protocol.md, "Answers by phase first, then code"). The relay's own part is `relayTrouble`. */
export function settlementOf(answer: SendAnswer): Settlement {
  switch (answer.kind) {
    case 'accepted':
      return { to: 'accepted', ...about(answer) };
    case 'rejected':
      return { to: 'rejected', ...about(answer), hardBounce: answer.hardBounce };
    case 'deferred':
      return {
        to: 'deferred',
        ...about(answer),
        domainWide: answer.domainWide,
        firstGapMs: /^\d/.test(answer.code) ? SERVER_GAP_MS : LINE_GAP_MS,
      };
    case 'unknown':
      return { to: 'unknown', ...about(answer) };
    case 'ours':
      return { to: 'pending', laterMs: isAboutText(answer) ? DISLIKED_GAP_MS : 0 };
    case 'withheld':
      return BACK;
    default:
      return assertNever(answer);
  }
}

/** Why the relay must rest, when the answer says so; undefined when the answer was about a recipient only. */
export function relayTrouble(answer: SendAnswer): string | undefined {
  return answer.kind === 'ours'
    ? `${answer.relay} answered ${answer.code} ${answer.reply} (${answer.phase})`.replace(/\s+/g, ' ')
    : undefined;
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
