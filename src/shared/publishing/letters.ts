import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { pauseMailings, resumeMailings, stopMailings } from '../delivery/mailings.ts';
import { retryUnknown, settleUnknown } from '../delivery/unknown.ts';
import { wrongInput } from '../platform/failure.ts';
import { getRelease } from '../release/store.ts';
import type { Services } from '../services.ts';
import { lockRelease } from './draft-view.ts';
import { wakeChannels } from './wake.ts';

type LettersInput = { readonly release: string; readonly reason?: string | undefined };
export type LettersAnswer = { readonly release: string; readonly slug: string; readonly changed: number };

/** No letter that is not yet claimed leaves any more; page and feeds stay. For good: a stopped run is not started again. */
export async function stopLetters(services: Services, actor: Actor, input: LettersInput): Promise<LettersAnswer> {
  return changeRuns(services, { actor, input, action: 'letters.stopped', change: stopMailings });
}

/** Holds a run; resume goes on where it was. */
export async function pauseLetters(services: Services, actor: Actor, input: LettersInput): Promise<LettersAnswer> {
  return changeRuns(services, { actor, input, action: 'letters.paused', change: pauseMailings });
}

/** Lets a paused run go on. */
export async function resumeLetters(services: Services, actor: Actor, input: LettersInput): Promise<LettersAnswer> {
  return changeRuns(services, { actor, input, action: 'letters.resumed', change: resumeMailings });
}

/** A person's decision on letters that are unknown: `resend` risks a second copy (with the same Message-ID), `settle` counts them as accepted. */
export async function retryLetters(
  services: Services,
  actor: Actor,
  input: LettersInput & { unknown: 'resend' | 'settle' },
): Promise<LettersAnswer> {
  return changeRuns(services, {
    actor,
    input,
    action: input.unknown === 'resend' ? 'letters.resent' : 'letters.settled',
    change: input.unknown === 'resend' ? retryUnknown : settleUnknown,
  });
}

/** Mails the exact letter of the draft, or of the newest revision, to the person who asks, marked as a test. */
export async function sendTestLetter(
  services: Services,
  actor: Actor,
  input: { release: string },
): Promise<{ notice: string; to: string }> {
  demandRole(actor, ['author', 'approver'], 'send test letters');
  if (actor.email === '') {
    throw wrongInput('email', `${actor.account} has no address.`, 'Give the account one: ./depesch account create');
  }
  const release = await getRelease(services.database, input.release);
  const { id } = await services.database
    .insertInto('notices')
    .values({ kind: 'test-letter', to: actor.email, payload: JSON.stringify({ release: release.id }) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await services.dispatch.wake([{ queue: 'notices', payload: { noticeId: id } }]);
  return { notice: id, to: actor.email };
}

type Change = typeof stopMailings;

async function changeRuns(
  services: Services,
  run: { actor: Actor; input: LettersInput; action: string; change: Change },
): Promise<LettersAnswer> {
  const { actor, input, action } = run;
  demandRole(actor, ['author', 'approver'], 'change the letters of a release');
  const { changed, release, revisions } = await services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const reason = input.reason?.trim() || `by ${actor.name}`;
    const { changed, revisions } = await run.change(tx, { release: release.id, reason });
    await recordAudit(tx, { account: actor.account, action, release: release.id, detail: { reason, changed } });
    return { changed, release, revisions };
  });
  for (const revision of revisions) await wakeChannels(services, { release: release.id, revision, channels: ['email'], urgent: true });
  return { release: release.id, slug: release.slug, changed };
}
