import type { Newsroom } from '../release/newsroom.ts';
import type { Tx } from '../schema/database.ts';
import type { Services } from '../services.ts';
import { comeBack } from '../subscribers/come-back.ts';
import { changePreferences, type PreferencesWish } from '../subscribers/preferences.ts';
import { moveOpenLetters } from './move-open.ts';
import type { RunKey } from './run-end.ts';

/** Changes what a person gets, and with it when the letters come that are waiting for that person already. Safe to repeat. */
export async function setPreferences(
  services: Services,
  input: { subscriber: string; wish: PreferencesWish; newsroom: Newsroom },
): Promise<void> {
  await change(services, input, (tx) => changePreferences(tx, input));
}

/** Takes the person's last leaving or change back, and moves the letters that are waiting with it. */
export async function takeBack(services: Services, subscriber: string): Promise<'back' | 'nothing'> {
  const { newsroom } = await services.newsroom();
  const input = { subscriber, newsroom };
  return (await change(services, input, async (tx) => (await comeBack(tx, input)) === 'back')) ? 'back' : 'nothing';
}

type Whose = { subscriber: string; newsroom: Newsroom };

/** The change and the move in one transaction; runs whose next letter is now due earlier hear of it at once. */
async function change(services: Services, whose: Whose, make: (tx: Tx) => Promise<boolean>): Promise<boolean> {
  const moved = await services.database.transaction().execute(async (tx): Promise<RunKey[] | undefined> => {
    return (await make(tx)) ? moveOpenLetters(tx, whose) : undefined;
  });
  if (moved && moved.length > 0)
    await services.dispatch.wake(moved.map(({ release, n }) => ({ queue: 'email', payload: { releaseId: release, revision: n } })));
  return moved !== undefined;
}
