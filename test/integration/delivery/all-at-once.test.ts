import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeBounce } from '../../../src/shared/delivery/bounces.ts';
import { confirm, setPreferences, takeBack } from '../../../src/shared/delivery/change-preferences.ts';
import { erase } from '../../../src/shared/delivery/erasure.ts';
import { forgetDeliveries } from '../../../src/shared/delivery/retention.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { bounceLocal } from '../../../src/shared/mail/return-address.ts';
import { Conflict } from '../../../src/shared/platform/failure.ts';
import { pauseLetters, resumeLetters, retryLetters, stopLetters } from '../../../src/shared/publishing/letters.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { FREQUENCIES } from '../../../src/shared/schema/tables.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { signUp } from '../../../src/shared/subscribers/sign-up.ts';
import { windowComes } from '../../support/digests.ts';
import { type LetterWorld, openLetterWorld } from '../../support/letters.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { randomNumbers } from '../../support/random.ts';
import { dsn, failed } from '../../support/returned-mail.ts';

/*
 * Everybody who locks something of letters or people, all at once for a while: senders, digests, corrections, stops, preferences, sign-ups, erasures,
 * bounces, files, sweeps, forgetting. Nobody may wait for each other for ever, and the equation holds in every moment. Longer: STRESS_MS=20000.
 */

const MS = Number(process.env.STRESS_MS ?? 3_000);
const PEOPLE = 60;
const MOST_RELEASES = 12;
const DOMAIN = 'bounces.alvmark.example';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const chance = randomNumbers(seed);
const any = <Thing>(of: readonly Thing[]): Thing => of[Math.floor(chance() * of.length)]!;
const addressOf = (index: number) => `p${index}@d${index % 3}.example`;
const someAddress = () => addressOf(Math.floor(chance() * PEOPLE));

let world: LetterWorld;
let senders: Sender[];
/** Of each release its newest revision with letters. */
const newest = new Map<string, number>();
const faults: string[] = [];

beforeAll(async () => {
  world = await openLetterWorld({ BOUNCE_DOMAIN: DOMAIN });
  const people = Array.from({ length: PEOPLE }, (_, index) => index);
  await world.people(people.map((index) => ({ address: addressOf(index), frequency: FREQUENCIES[index % 3]! })));
  const log = pino({ level: 'warn' }, { write: (line: string) => void (line.includes('deadlock') && faults.push(line)) });
  senders = [await world.sender({ log }), await world.sender({ log })];
  world.smtp.script = ({ phase }) => {
    const fate = chance();
    if (phase === 'rcpt' && fate < 0.05) return { reply: '450 4.2.1 later' };
    if (phase === 'rcpt' && fate < 0.08) return { reply: '550 5.1.1 no such user' };
    return phase === 'dot' && fate < 0.02 ? { drop: true } : undefined;
  };
});
afterAll(() => world.close());

const db = () => world.services.database;

async function somebody(): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from subscribers where address is not null order by random() limit 1`.execute(db());
  return rows[0]?.id;
}

/** What happens to somebody, if there is anybody left. */
const toSomebody = (deed: (subscriber: string) => Promise<unknown>) => async () => {
  const subscriber = await somebody();
  if (subscriber !== undefined) await deed(subscriber);
};
const toRelease = (deed: (release: string, n: number) => Promise<unknown>) => async () => {
  const [release, n] = any([...newest]);
  await deed(release, n);
};

async function publishOne(): Promise<void> {
  const { release } = await publish(world, plainContent({}, `Ärende ${newest.size}`));
  newest.set(release, 1);
}

/** Now and then a correction or a withdrawal of what has neither. */
async function correctOne(release: string, n: number): Promise<void> {
  if (n > 1 || chance() > 0.2) return;
  newest.set(release, 2);
  if (chance() < 0.5) await withdraw(world, release);
  else await correct(world, release, plainContent({ lead: `Nu rätt ${chance()}.` }), { kind: 'major' });
}

async function prefer(subscriber: string): Promise<void> {
  const { newsroom } = await world.services.newsroom();
  const wish = { language: 'sv', topics: any([['*'], ['naringsliv']]), frequency: any(FREQUENCIES) };
  await setPreferences(world.services, { subscriber, newsroom, wish });
}

async function enter(): Promise<void> {
  const address = someAddress();
  // Else three a day would soon be all.
  await sql`update sign_ups set signed_at = signed_at - interval '2 days' where address = ${address} and confirmed_at is not null`.execute(
    db(),
  );
  const wish = { address, topics: ['*'], frequency: any(FREQUENCIES), language: 'sv', source: 'https://nyheter.example/subscribe' };
  await signUp(world.services, { ...wish, wording: 'Ja tack', wordingVersion: 'sv-1' });
  const open = await db().selectFrom('sign_ups').select('id').where('address', '=', address).where('confirmed_at', 'is', null).execute();
  await Promise.all(open.map(({ id }) => confirm(world.services, id)));
}

async function comesBack(): Promise<void> {
  const { rows } = await sql<{ release: string; n: number; publication: number; subscriber: string }>`
    select d.release, d.n, d.subscriber, v.publication from deliveries d join revisions v on v.release = d.release and v.n = d.n
    where d.carried_n is not null order by random() limit 1`.execute(db());
  if (!rows[0]) return;
  const local = bounceLocal(await getKey(db(), 'verp'), rows[0]);
  const status = failed(any(['5.2.2', '5.1.1']), `550 nr ${chance()}`);
  await storeBounce(world.services, { via: 'smtp', local, raw: Buffer.from(dsn({ to: `${local}@${DOMAIN}`, status })) });
}

async function readFile(): Promise<void> {
  const { newsroom } = await world.services.newsroom();
  const lines = Array.from({ length: PEOPLE }, () => `${someAddress()};sv;naringsliv;${any(FREQUENCIES)};consent;mässan`);
  await importSubscribers(db(), { csv: ['address;language;topics;frequency;legal basis;source', ...lines].join('\n'), newsroom });
}

async function timePasses(): Promise<void> {
  await windowComes(world, any(['daily', 'weekly']));
  await sql`
    update deliveries d set due_at = clock_timestamp() from (
      select release, n, subscriber from deliveries where state = 'deferred' for update skip locked
    ) w where d.release = w.release and d.n = w.n and d.subscriber = w.subscriber`.execute(db());
  await sql`update relays set paused_until = clock_timestamp()`.execute(db());
}

const { services, jonas } = { services: () => world.services, jonas: () => world.jonas };

/** Each goes on without a pause until the time is over. */
const DEEDS: Readonly<Record<string, () => Promise<unknown>>> = {
  publish: async () => (newest.size < MOST_RELEASES ? publishOne() : readFile()),
  jobs: async () => {
    for (const [release, n] of newest) for (let one = 1; one <= n; one += 1) await world.emailJob(release, one);
  },
  letters: toRelease((release, n) => world.send(senders[0]!, release, n)),
  moreLetters: toRelease((release, n) => world.send(senders[1]!, release, n)),
  digests: () => world.sendDigests(senders[0]!),
  moreDigests: () => world.sendDigests(senders[1]!),
  timePasses,
  correct: toRelease(correctOne),
  pause: toRelease(async (release) => {
    await pauseLetters(services(), jonas(), { release, reason: 'paus' });
    await resumeLetters(services(), jonas(), { release });
    if (chance() < 0.05) await stopLetters(services(), jonas(), { release, reason: 'stopp' });
  }),
  unknown: toRelease((release) => retryLetters(services(), jonas(), { release, reason: 'koll', unknown: any(['resend', 'settle']) })),
  preferences: toSomebody(prefer),
  morePreferences: toSomebody(prefer),
  leave: toSomebody(async (subscriber) => {
    await leave(db(), { subscriber, way: 'page' });
    await takeBack(services(), subscriber);
  }),
  erase: toSomebody((subscriber) => erase(services(), { person: { subscriber }, way: 'page', account: null })),
  enter,
  enterToo: enter,
  bounce: comesBack,
  readFile,
  sweep: () => sweep(services()),
  sweepToo: () => sweep(services()),
  forget: async () => {
    await sql`update mailings set noted_at = clock_timestamp() where noted_at is null`.execute(db());
    await forgetDeliveries(db(), 0);
  },
  equation: async () => {
    for (const release of newest.keys())
      for (const run of await world.equation(release)) if (!run.sumIsRight) faults.push(`${run.n}: ${JSON.stringify(run)}`);
  },
};

it(`waits for nobody for ever and loses no equation when everything happens at once (SEED=${seed})`, { timeout: MS + 60_000 }, async () => {
  await publishOne();
  const end = performance.now() + MS;
  const done = new Map<string, number>();
  async function goOn([name, deed]: [string, () => Promise<unknown>]): Promise<void> {
    while (performance.now() < end) {
      // What is refused because of what others did meanwhile is no fault.
      await deed().catch(
        (error) => error instanceof Conflict || faults.push(`${name}: ${error.code} ${error.message} ${error.where ?? ''}`),
      );
      done.set(name, (done.get(name) ?? 0) + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await Promise.all(Object.entries(DEEDS).map(goOn));
  expect(faults).toEqual([]);
  expect([...done.keys()].sort()).toEqual(Object.keys(DEEDS).sort());
});
