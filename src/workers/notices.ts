import { sql } from 'kysely';
import { z } from 'zod';
import { makeConfirmation } from '../shared/delivery/confirmation-letter.ts';
import { makeOwnDataLetter } from '../shared/delivery/own-data-letter.ts';
import { makeTestLetter } from '../shared/delivery/test-letter.ts';
import { makePlainLetter } from '../shared/mail/plain-letter.ts';
import { mailboxOf, mayReceive } from '../shared/mail/recipients.ts';
import { openTransport, type Transport } from '../shared/mail/transport.ts';
import { growingGapMs } from '../shared/platform/clock.ts';
import { assertNever, Failure, messageOf, Permanent } from '../shared/platform/failure.ts';
import { loadDraftView } from '../shared/preview/draft-view.ts';
import { timezoneOf } from '../shared/publishing/alert-facts.ts';
import { alertMessage } from '../shared/publishing/alert-text.ts';
import { getDraft } from '../shared/publishing/draft-view.ts';
import type { NoticeJob } from '../shared/queue/jobs.ts';
import { loadNewestView } from '../shared/release/store.ts';
import type { PublicView } from '../shared/release/view.ts';
import { heldFor } from '../shared/schema/holds.ts';
import type { Services } from '../shared/services.ts';
import type { QueueHandler } from './run.ts';

/** While a worker is at a notice it says so again and again, and no other takes it. Of one that was killed the next knows within this time. */
const HELD_SECONDS = 60;
const RENEWED_MS = 15_000;

/**
 * So many at once, each on a line of its own, so that none waits for a line: a server that answers as slowly as it may keeps one of them for a quarter
 * of an hour, and somebody else's confirmation must not wait for that. Few enough to fit beside a sender on a relay that allows ten.
 */
const LINES = 4;

/** A test letter or confirmation of yesterday is of no use to anybody; an alert waits for the relay it may be about, for a week. */
const MOST_ATTEMPTS = 12;
const MOST_ATTEMPTS_OF_AN_ALERT = 175;
const FIRST_GAP_MS = 5_000;
const LONGEST_GAP_MS = 60 * 60_000;
/** Longer waits are the sweep's. */
const LONGEST_DELAYED_MS = 60_000;

const AlertPayload = z.strictObject({ alert: z.number(), moment: z.enum(['opened', 'over']) });
const TestLetterPayload = z.strictObject({ release: z.uuid() });
const ConfirmationPayload = z.strictObject({ signUp: z.uuid() });
const OwnDataPayload = z.strictObject({ subscriber: z.uuid() });

type Notice = { readonly id: string; readonly kind: string; readonly to: string; readonly payload: unknown; readonly attempts: number };

/**
 * Sends one letter to one person, over lines of its own, so that bulk never delays it. At least once: a worker that dies between the relay's
 * answer and the row leaves it owed.
 */
export const handler: QueueHandler<NoticeJob, Transport> = {
  name: 'notices',
  concurrency: LINES,
  open: async (services) => openTransport(services.config, services.log, { lines: LINES }),
  async handle(job, { services, state }): Promise<void> {
    const notice = await take(services, job.noticeId);
    if (!notice) return;
    const hold = keepHolding(services, notice);
    try {
      await send(services, state, notice).finally(hold.end);
    } catch (error) {
      if (error instanceof Permanent) await close(services, notice.id, { state: 'failed', error: error.message });
      else await retry(services, notice, messageOf(error));
    }
  },
};

/** `end` is done when nothing more is written: what then decides when the notice is tried again stands. */
function keepHolding({ database, log }: Services, { id, attempts }: Notice): { end(): Promise<void> } {
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = database
      .updateTable('notices')
      .set({ due_at: heldFor(HELD_SECONDS) })
      .where('id', '=', id)
      .where('state', '=', 'owed')
      .where('attempts', '=', attempts)
      .execute()
      .catch((error) => log.debug({ notice: id, reason: messageOf(error) }, 'notice.not_renewed'));
  }, RENEWED_MS);
  return {
    async end() {
      clearInterval(timer);
      await renewing;
    },
  };
}

async function take(services: Services, id: string): Promise<Notice | undefined> {
  return services.database
    .updateTable('notices')
    .set({ attempts: sql`attempts + 1`, due_at: heldFor(HELD_SECONDS) })
    .where('id', '=', id)
    .where('state', '=', 'owed')
    .where('due_at', '<=', sql<Date>`clock_timestamp()`)
    .returning(['id', 'kind', 'to', 'payload', 'attempts'])
    .executeTakeFirst();
}

async function send(services: Services, transport: Transport, notice: Notice): Promise<void> {
  if (mailboxOf(notice.to) === undefined) throw new Permanent('not_an_address', 'the address cannot get mail');
  if (!mayReceive(services.config, notice.to)) throw new Permanent('not_allowed', 'MAIL_RECIPIENTS does not allow this address');
  const { from, raw } = await make(services, notice);
  const answer = await transport.send({ envelope: { from, to: notice.to }, raw }, () => isStillOwed(services, notice));
  switch (answer.kind) {
    case 'accepted':
      services.log.info({ notice: notice.id, kind: notice.kind }, 'notice.accepted');
      return close(services, notice.id, { state: 'done', error: null });
    case 'rejected':
      throw new Permanent('rejected', `${answer.code} ${answer.reply}`);
    case 'unknown':
      throw new Permanent('unknown', 'the line was lost after the final dot; it may have arrived');
    case 'deferred':
    case 'ours':
      throw new Failure('not_taken', `${answer.code} ${answer.reply}`);
    case 'withheld':
      // Whoever was to get it has been erased, or another worker has it.
      return;
    default:
      return assertNever(answer);
  }
}

/** Asked with the line ready: a relay may take minutes to greet, and somebody erased meanwhile gets nothing more. */
async function isStillOwed({ database }: Services, { id, attempts }: Notice): Promise<boolean> {
  const row = await database.selectFrom('notices').select(['state', 'attempts']).where('id', '=', id).executeTakeFirst();
  return row?.state === 'owed' && row.attempts === attempts;
}

async function make(services: Services, notice: Notice) {
  if (notice.kind === 'alert') return makeAlert(services, notice);
  if (notice.kind === 'confirmation') {
    const { signUp } = ConfirmationPayload.parse(notice.payload);
    return makeConfirmation(services, { signUp, to: notice.to, notice: notice.id });
  }
  if (notice.kind === 'own-data') {
    const { subscriber } = OwnDataPayload.parse(notice.payload);
    return makeOwnDataLetter(services, { subscriber, to: notice.to, notice: notice.id });
  }
  if (notice.kind !== 'test-letter') throw new Permanent('no_such_notice', `there is no letter of kind ${notice.kind}`);
  const { release } = TestLetterPayload.parse(notice.payload);
  const { newsroom } = await services.newsroom();
  const view = await viewOf(services, release);
  return makeTestLetter({ config: services.config, database: services.database, newsroom, view, to: notice.to, notice: notice.id });
}

async function makeAlert(services: Services, notice: Notice) {
  const { alert, moment } = AlertPayload.parse(notice.payload);
  const row = await services.database.selectFrom('alerts').selectAll().where('id', '=', alert).executeTakeFirst();
  if (!row) throw new Permanent('nothing_to_send', 'the alert is not there any more');
  // The beginning and the end stand together in a mail program.
  const { subject, text } = alertMessage(row, moment, await timezoneOf(services));
  const thread = `alert-${alert}-${row.opened_at.getTime()}`;
  const about = { subject, text, to: notice.to, date: moment === 'over' && row.over_at ? row.over_at : row.opened_at };
  const name = await services.newsroom().then(
    ({ newsroom }) => newsroom.name,
    () => 'Depesch',
  );
  const ids = moment === 'over' ? { id: `${thread}-over`, answers: thread } : { id: thread };
  return makePlainLetter({ config: services.config, name, ...about, ...ids });
}

/** The draft as it would be published now, else the newest revision. */
async function viewOf(services: Services, release: string): Promise<PublicView> {
  const draft = await getDraft(services, release);
  const { newsroom } = await services.newsroom();
  if (draft) return loadDraftView(services.database, { draft, newsroom, at: draft.publishAt ?? new Date() });
  const view = await loadNewestView(services.database, release);
  if (!view) throw new Permanent('nothing_to_send', 'the release has neither draft nor revision');
  return view;
}

async function close(services: Services, id: string, end: { state: 'done' | 'failed'; error: string | null }): Promise<void> {
  if (end.state === 'failed') services.log.error({ notice: id, reason: end.error }, 'notice.failed');
  await services.database
    .updateTable('notices')
    .set({ ...end, done_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
}

async function retry(services: Services, notice: Notice, reason: string): Promise<void> {
  if (notice.attempts >= (notice.kind === 'alert' ? MOST_ATTEMPTS_OF_AN_ALERT : MOST_ATTEMPTS))
    return close(services, notice.id, { state: 'failed', error: reason });
  const gapMs = growingGapMs(notice.attempts, FIRST_GAP_MS, LONGEST_GAP_MS);
  services.log.warn({ notice: notice.id, reason, gapMs }, 'notice.retried');
  await services.database
    .updateTable('notices')
    .set({ error: reason, due_at: sql`clock_timestamp() + ${gapMs} * interval '1 ms'` })
    .where('id', '=', notice.id)
    .execute();
  if (gapMs <= LONGEST_DELAYED_MS) await services.dispatch.wake([{ queue: 'notices', payload: { noticeId: notice.id }, delayMs: gapMs }]);
}
