import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Tx } from '../schema/database.ts';
import type { Services } from '../services.ts';
import { comeBack } from '../subscribers/come-back.ts';
import { type Confirmed, confirmSignUp } from '../subscribers/confirm.ts';
import { type ImportInput, type ImportReport, importSubscribers } from '../subscribers/import.ts';
import { changePreferences, type PreferencesWish } from '../subscribers/preferences.ts';
import { moveOpenLetters } from './move-open.ts';
import type { RunKey } from './run-end.ts';

/** Takes a sign-up as confirmed; somebody known before may want the letters that are waiting at another pace now. Safe to repeat. */
export async function confirm(services: Services, signUp: string): Promise<Confirmed['outcome']> {
  const { newsroom } = await services.newsroom();
  return change(services, newsroom, async (tx) => {
    const made = await confirmSignUp(tx, signUp);
    return { outcome: made.outcome, changed: made.outcome === 'confirmed' ? [made.subscriber] : [] };
  });
}

/** Changes what a person gets, and with it when the letters come that are waiting for that person already. Safe to repeat. */
export async function setPreferences(
  services: Services,
  input: { subscriber: string; wish: PreferencesWish; newsroom: Newsroom },
): Promise<void> {
  await change(services, input.newsroom, async (tx) => {
    const changed = await changePreferences(tx, input);
    return { outcome: undefined, changed: changed ? [input.subscriber] : [] };
  });
}

/** Takes the person's last leaving or change back, and moves the letters that are waiting with it. */
export async function takeBack(services: Services, subscriber: string): Promise<'back' | 'nothing'> {
  const { newsroom } = await services.newsroom();
  return change(services, newsroom, async (tx) => {
    const outcome = await comeBack(tx, { subscriber, newsroom });
    return { outcome, changed: outcome === 'back' ? [subscriber] : [] };
  });
}

/** Imports a CSV of subscribers (subscribers/import.ts); somebody known before may want the letters that are waiting at another pace now. */
export async function importPeople(services: Services, input: ImportInput): Promise<ImportReport> {
  let moved: RunKey[] = [];
  const report = await importSubscribers(services.database, input, async (tx, subscribers) => {
    moved = await moveOpenLetters(tx, { subscribers, newsroom: input.newsroom });
  });
  await wake(services, moved);
  return report;
}

/** `changed`: the people whose wishes are others now. */
type Made<Outcome> = { readonly outcome: Outcome; readonly changed: readonly string[] };

/** The change and the move in one transaction; runs whose next letter is now due earlier hear of it at once. */
async function change<Outcome>(services: Services, newsroom: Newsroom, make: (tx: Tx) => Promise<Made<Outcome>>): Promise<Outcome> {
  const { outcome, moved } = await services.database.transaction().execute(async (tx) => {
    const { outcome, changed } = await make(tx);
    return { outcome, moved: await moveOpenLetters(tx, { subscribers: changed, newsroom }) };
  });
  await wake(services, moved);
  return outcome;
}

async function wake(services: Services, moved: readonly RunKey[]): Promise<void> {
  if (moved.length === 0) return;
  await services.dispatch.wake(moved.map(({ release, n }) => ({ queue: 'email', payload: { releaseId: release, revision: n } })));
}
