import type { Actor } from '../../shared/accounts/actor.ts';
import { assertNever, wrongInput } from '../../shared/platform/failure.ts';
import { approveDraft, rejectDraft, submitDraft } from '../../shared/publishing/approval.ts';
import { retryChannel } from '../../shared/publishing/channels.ts';
import { pauseLetters, resumeLetters, sendTestLetter, stopLetters } from '../../shared/publishing/letters.ts';
import { correctRelease, publishRelease, withdrawRelease } from '../../shared/publishing/publish.ts';
import { unscheduleDraft } from '../../shared/publishing/schedule.ts';
import type { Services } from '../../shared/services.ts';
import { ASKS, type AskingStep, STEPS, type Step } from './next-step.ts';

/** The fields of a form as they were sent. */
export type Form = Readonly<Record<string, string>>;

export function isStep(text: string): text is Step {
  return (STEPS as readonly string[]).includes(text);
}

export function isAskingStep(text: string): text is AskingStep {
  return (ASKS as readonly string[]).includes(text);
}

/** Does what a button says, through the use case of that name. Throws what it throws. */
export async function runStep(services: Services, actor: Actor, wish: { release: string; step: Step; form: Form }): Promise<unknown> {
  const { release, step, form } = wish;
  const hash = form.hash ?? '';
  switch (step) {
    case 'submit':
      return submitDraft(services, actor, { release });
    case 'approve':
      return approveDraft(services, actor, { release, hash });
    case 'reject':
      return rejectDraft(services, actor, { release, reason: form.reason ?? '' });
    case 'publish':
      return publishRelease(services, actor, { release, hash });
    case 'correct':
      return correctRelease(services, actor, { release, hash, ...correctionOf(form) });
    case 'unschedule':
      return unscheduleDraft(services, actor, { release });
    case 'withdraw':
      return withdrawRelease(services, actor, { release, reason: form.reason ?? '' });
    case 'stop':
      return stopLetters(services, actor, { release });
    case 'pause':
      return pauseLetters(services, actor, { release });
    case 'resume':
      return resumeLetters(services, actor, { release });
    case 'test':
      return sendTestLetter(services, actor, { release });
    default:
      return assertNever(step);
  }
}

/** Tries the channel that the button names again. */
export async function runRetry(services: Services, actor: Actor, wish: { release: string; form: Form }): Promise<unknown> {
  return retryChannel(services, actor, { release: wish.release, channel: wish.form.channel ?? '' });
}

function correctionOf(form: Form): { kind: 'minor' | 'major'; note: string; conceal: boolean } {
  const { kind, note = '', conceal } = form;
  if (kind === 'minor' || kind === 'major') return { kind, note, conceal: conceal === 'yes' };
  throw wrongInput('kind', 'is not chosen.', 'Say whether something was wrong or it is a small change.');
}
