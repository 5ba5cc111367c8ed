import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { sendTestLetter } from '../../../src/shared/publishing/letters.ts';
import type { Services } from '../../../src/shared/services.ts';
import { handler as notices } from '../../../src/workers/notices.ts';
import { type LetterWorld, openLetterWorld, peopleAt } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';

/*
 * MAIL_RECIPIENTS outside production: with a real relay behind it, a copy of the house with everybody's addresses writes to nobody but those allowed.
 */

let world: LetterWorld;
let services: Services;
let sender: Sender;
let release: string;

beforeAll(async () => {
  world = await openLetterWorld();
  const config = { ...world.config, smtpUrl: world.smtp.url, mailRecipients: 'n1@lillan.example, @granback.example, elin@alvmark.example' };
  services = { ...world.services, config };
  sender = await world.sender({ config });
  await world.people([...peopleAt('lillan.example', 3), ...peopleAt('granback.example', 2), { address: 'n9@granback.example.se' }]);
  await world.people(
    [...peopleAt('daglig.example', 2), { address: 'daglig@granback.example' }].map((person) => ({ ...person, frequency: 'daily' })),
  );
  ({ release } = await publish(world, plainContent()));
  await world.emailJob(release, 1);
});
afterAll(() => world.close());

const letterTo = async (actor: LetterWorld['elin']) => {
  const { notice } = await sendTestLetter(services, actor, { release });
  const transport = await notices.open(services);
  await notices.handle({ noticeId: notice }, { services, signal: new AbortController().signal, state: transport });
  await transport.close();
  return services.database.selectFrom('notices').select(['state', 'error']).where('id', '=', notice).executeTakeFirstOrThrow();
};

it('lets the letters of a run go to those it names, and to everybody at a domain it names, and to nobody else', async () => {
  await world.send(sender, release, 1);
  const rows = await world.rows(release);
  const of = (address: string) => rows.find((row) => row.address === address);
  expect(world.smtp.letters.map((letter) => letter.to).sort()).toEqual(['n0@granback.example', 'n1@granback.example', 'n1@lillan.example']);
  for (const address of ['n0@lillan.example', 'n2@lillan.example', 'n9@granback.example.se'])
    expect(of(address)).toMatchObject({ state: 'suppressed', code: 'not-allowed' });
});

it('holds for digests too', async () => {
  world.smtp.letters.length = 0;
  await world.allDue();
  expect(await world.sendDigests(sender)).toBe(1);
  expect(world.smtp.letters.map((letter) => letter.to)).toEqual(['daglig@granback.example']);
  expect((await world.equation(release))[0]).toMatchObject({ sumIsRight: true, counts: { accepted: 4, suppressed: 5 } });
});

it('holds for letters to one person too', async () => {
  world.smtp.letters.length = 0;
  expect(await letterTo(world.elin)).toEqual({ state: 'done', error: null });
  expect(await letterTo(world.jonas)).toEqual({ state: 'failed', error: 'MAIL_RECIPIENTS does not allow this address' });
  expect(world.smtp.letters.map((letter) => letter.to)).toEqual(['elin@alvmark.example']);
});
