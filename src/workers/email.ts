import { cancelOpen, freezeAudience } from '../shared/delivery/audience.ts';
import { findDueDigests } from '../shared/delivery/digest-claims.ts';
import { findHeadroom, findSending, type Headroom } from '../shared/delivery/limits.ts';
import { findMailing, hastenLetters, type MailingView } from '../shared/delivery/mailings.ts';
import { findRest } from '../shared/delivery/relays.ts';
import { concludeRun, findProgress } from '../shared/delivery/run-end.ts';
import { type DueBatch, findDueBatches } from '../shared/delivery/sweep.ts';
import type { Wake } from '../shared/queue/jobs.ts';
import type { ChannelHandler, Outcome, WorkContext } from './run.ts';

/** A letter with an earlier text is under way; it is answered soon or swept. */
const UNDER_WAY_MS = 1_000;

/** Letters are being sent: the delivery worker says when the run has ended, this look only adds batches that Redis lost or had no room for. */
const SENDING_MS = 2_000;

/** Two letters a second are no burden for this look, and the others would not notice. */
const LIMITED_MS = 500;

/** A paused run waits for a person, who wakes this job; the look is for one who changed the row by hand. Too long for Redis, so that no old wake-up keeps a new one out. */
const PAUSED_MS = 2 * 60_000;

/** So many batches in Redis at once: 100,000 letters, and Redis stays small. */
const MOST_BATCHES = 500;

/** One revision's letters: freeze the audience, queue the batches that have letters due, and say when none is left (protocol.md, "email job"). */
export const handler: ChannelHandler = {
  name: 'email',
  async handle(job, context): Promise<Outcome> {
    // Letters are never made again; there is nothing to rebuild.
    if ('rebuild' in job) return { kind: 'closed' };
    const { services } = context;
    const at = { release: job.releaseId, n: job.revision };
    const freeze = await freezeAudience(services.database, at);
    if (freeze.kind === 'wait') return again(UNDER_WAY_MS);
    if (freeze.kind === 'frozen') services.log.info({ release: at.release, revision: at.n, audience: freeze.audience }, 'audience.frozen');
    const mailing = await findMailing(services.database, at);
    if (!mailing) return { kind: 'done', detail: {} };
    // Also when the one that froze it died before it got here.
    if (mailing.kind === 'withdrawal') await endEarlier(at, context);
    if (mailing.state === 'stopped' || mailing.withdrawn) {
      await cancelOpen(services.database, { ...at, code: mailing.withdrawn ? 'withdrawn' : 'stopped' });
    }
    return advance(at, mailing, context);
  },
};

/** Letters of a release that was taken back are cancelled now, not when they would have been due. */
async function endEarlier(at: At, { services }: WorkContext): Promise<void> {
  const revisions = await hastenLetters(services.database, { ...at, which: 'earlier' });
  await services.dispatch.wake(
    revisions.map((revision): Wake => ({ queue: 'email', payload: { releaseId: at.release, revision }, urgent: true })),
  );
}

type At = { readonly release: string; readonly n: number };

async function advance(at: At, mailing: MailingView, { services }: WorkContext): Promise<Outcome> {
  const progress = await findProgress(services.database, at);
  if (!progress.open && (await concludeRun(services.database, at))) {
    services.log.info({ worker: 'email', release: at.release, revision: at.n }, 'receipt.done');
    return { kind: 'closed' };
  }
  if (mailing.state === 'stopped' || mailing.withdrawn) return again(UNDER_WAY_MS);
  if (mailing.state === 'paused') return again(PAUSED_MS);
  const restingUntil = await findRest(services);
  if (restingUntil) return { kind: 'later', dueAt: restingUntil };
  const { awake, waitMs } = await wakeSenders(at, services);
  if (awake > 0) return again(SENDING_MS);
  // Letters over a limit wait, not their jobs: each would only find that it has to end.
  if (waitMs !== undefined) return again(Math.max(LIMITED_MS, waitMs));
  // Also the window of the digests in which the rest leaves: a run with nothing but those is looked at again when they are due.
  return progress.firstDueAt === null ? again(SENDING_MS) : { kind: 'later', dueAt: progress.firstDueAt };
}

/** Wakes jobs for what is due and may leave; `waitMs`: so long until more may. A digest counts for no release. */
async function wakeSenders(at: At, services: WorkContext['services']): Promise<{ awake: number; waitMs: number | undefined }> {
  const due = await findDueBatches(services.database, MOST_BATCHES, at);
  const dueDigests = await findDueDigests(services.database, at);
  const room = due.length === 0 ? undefined : await headroomOf(services, at.release);
  const digestRoom = dueDigests.length === 0 ? undefined : await headroomOf(services, undefined);
  const batches = room ? enough(due, room.letters) : due;
  const shards = digestRoom?.letters === 0 ? [] : dueDigests;
  await services.dispatch.wake([
    ...batches.map((batch): Wake => ({ queue: 'delivery', payload: payloadOf(at, batch.batch), urgent: batch.urgent })),
    ...shards.map((shard): Wake => ({ queue: 'delivery', payload: { digests: shard } })),
  ]);
  const full = [room, digestRoom].filter((one) => one?.letters === 0).map((one) => one!.waitMs);
  return { awake: batches.length + shards.length, waitMs: full.length > 0 ? Math.min(...full) : undefined };
}

async function headroomOf(services: WorkContext['services'], release: string | undefined): Promise<Headroom | undefined> {
  const { limits, relay } = await findSending(services);
  return relay === undefined ? undefined : findHeadroom(services.database, limits, { relay, release });
}

/** So many of the batches as hold the letters that may leave now. */
function enough(due: readonly DueBatch[], letters: number): readonly DueBatch[] {
  let sum = 0;
  return due.filter((batch) => {
    const more = sum < letters;
    sum += batch.letters;
    return more;
  });
}

function payloadOf(at: At, batch: number): { releaseId: string; revision: number; batch: number } {
  return { releaseId: at.release, revision: at.n, batch };
}

function again(afterMs: number): Outcome {
  return { kind: 'again', afterMs };
}
