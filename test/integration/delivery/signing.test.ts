import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Compose } from '../../../src/shared/delivery/sender.ts';
import { makeDkimKey } from '../../../src/shared/mail/new-dkim-key.ts';
import { Failure } from '../../../src/shared/platform/failure.ts';
import { type LetterWorld, openLetterWorld, peopleAt } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';

const PEOPLE = 8;

let folder: string;
let world: LetterWorld;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-signing-'));
  const keys = (['rsa', 'ed25519'] as const).map((type) => ({ type, selector: type, out: join(folder, `${type}.pem`) }));
  for (const key of keys) await makeDkimKey({ ...key, domain: 'alvmark.example' });
  const DKIM_KEY = keys.map(({ selector, out }) => `${selector}:${out}`).join(',');
  world = await openLetterWorld({ DKIM_KEY, DKIM_DOMAIN: 'alvmark.example' });
  await world.people(peopleAt('lillan.example', PEOPLE));
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

/** Nobody's letter can be signed while this is so. */
let broken = false;

/** The real letters, whose signing fails when it is broken. */
function sometimesUnsigned(compose: Compose): Compose {
  return async (revision) => {
    const make = await compose(revision);
    return (letter) => {
      if (broken) throw new Failure('dkim_failed', 'the letter could not be signed: the key is gone');
      return make(letter);
    };
  };
}

it('a letter that cannot be signed fails the job and stays owed; none leaves unsigned, and all leave signed once it can be', async () => {
  const { release } = await publish(world, plainContent({}, 'Nyckeln är borta'));
  await world.emailJob(release, 1);
  const sender = await world.sender();
  Object.assign(sender, { compose: sometimesUnsigned(sender.compose) });

  broken = true;
  await expect(world.send(sender, release, 1)).rejects.toThrow('could not be signed');
  expect(world.smtp.letters).toHaveLength(0);
  expect(world.smtp.commands.filter((line) => line.startsWith('MAIL'))).toEqual([]);
  expect(await world.states(release)).toEqual({ pending: PEOPLE });

  broken = false;
  await world.send(sender, release, 1);
  expect(await world.states(release)).toEqual({ accepted: PEOPLE });
  for (const { raw } of world.smtp.letters) {
    expect([...raw.matchAll(/^DKIM-Signature: v=1; a=([\w-]+);/gm)].map((match) => match[1])).toEqual(['rsa-sha256', 'ed25519-sha256']);
  }
});
