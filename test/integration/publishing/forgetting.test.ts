import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignInLink } from '../../../src/shared/accounts/sessions.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { forget } from '../../../src/shared/publishing/forgetting.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { addressHash, findSuppression } from '../../../src/shared/subscribers/suppressions.ts';
import { handler as archive } from '../../../src/workers/archive.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { type LetterWorld, openLetterWorld } from '../../support/letters.ts';
import { correct, plainContent, publish } from '../../support/newsdesk.ts';

let world: LetterWorld;
let sender: Sender;
let mark = 0;
beforeAll(async () => {
  world = await openLetterWorld();
  sender = await world.sender();
  await world.people(['anna', 'bo', 'eva'].map((name) => ({ address: `${name}@lillan.example` })));
});
afterAll(() => world.close());

const db = () => world.services.database;
const idOf = async (address: string) =>
  (await db().selectFrom('subscribers').select('id').where('address', '=', address).executeTakeFirstOrThrow()).id;

/** A run that ended so many days ago, with its closing note kept. */
async function oldRun(days: number): Promise<string> {
  mark += 1;
  const { release } = await publish(world, plainContent({}, `Nummer ${mark}`));
  await world.emailJob(release, 1);
  await world.send(sender, release, 1);
  await world.emailJob(release, 1);
  expect(await world.receipt(release, 1)).toBe('done');
  await runChannelJob(archive, { releaseId: release, revision: 1 }, { services: world.services, signal: new AbortController().signal });
  await archive.handle({ rebuild: true }, { services: world.services, signal: new AbortController().signal });
  await sql`update receipts set done_at = clock_timestamp() - make_interval(days => ${days}) where release = ${release} and channel = 'email'`.execute(
    db(),
  );
  return release;
}

describe('letters of runs that ended long ago', () => {
  it('are forgotten one by one; what they add up to stays', async () => {
    const release = await oldRun(401);
    const [before] = await world.equation(release);
    await forget(world.services);
    expect(await world.rows(release)).toEqual([]);
    const [after] = await world.equation(release);
    expect(after).toMatchObject({ counts: before!.counts, audience: 3, sumIsRight: true });
    await forget(world.services);
    expect((await world.equation(release))[0]).toMatchObject({ counts: before!.counts, sumIsRight: true });
  });

  it('stay as long as the newsroom says', async () => {
    const release = await oldRun(399);
    await forget(world.services);
    expect(await world.rows(release)).toHaveLength(3);
  });

  it.each(['unknown', 'pending', 'deferred', 'claimed'])('stay while one of them is %s, however old', async (state) => {
    const release = await oldRun(4_000);
    const person = await idOf('bo@lillan.example');
    await sql`update deliveries set state = ${state} where release = ${release} and subscriber = ${person}`.execute(db());
    await forget(world.services);
    expect(await world.rows(release)).toHaveLength(3);
    expect((await world.equation(release))[0]!.sumIsRight).toBe(true);
  });

  it('stay until the archive has the closing note', async () => {
    const release = await oldRun(401);
    await sql`update mailings set noted_at = null where release = ${release}`.execute(db());
    await forget(world.services);
    expect(await world.rows(release)).toHaveLength(3);
  });

  it('of a release do not hold up what was mailed later about the same release', async () => {
    const release = await oldRun(401);
    await correct(world, release, plainContent({ title: 'En annan rubrik' }), { kind: 'major' });
    await world.emailJob(release, 2);
    await forget(world.services);
    expect((await world.rows(release)).map((row) => row.n)).toEqual([2, 2, 2]);
    expect((await world.equation(release)).every((run) => run.sumIsRight)).toBe(true);
  });
});

describe('a person who left', () => {
  it('is forgotten two years later; that he left is not', async () => {
    const id = await idOf('eva@lillan.example');
    await leave(db(), { subscriber: id, way: 'page' });
    const left = async (days: number) => {
      await sql`update subscribers set changed_at = clock_timestamp() - make_interval(days => ${days}) where id = ${id}`.execute(db());
      await forget(world.services);
      return (await db().selectFrom('subscribers').select(['state', 'address']).where('id', '=', id).executeTakeFirstOrThrow()).state;
    };
    expect(await left(729)).toBe('unsubscribed');
    expect(await left(731)).toBe('erased');
    expect(await findSuppression(db(), addressHash(await getKey(db(), 'address'), 'eva@lillan.example'))).toBe('unsubscribed');
    expect(await db().selectFrom('consents').select('event').where('subscriber', '=', id).execute()).toEqual([{ event: 'erased' }]);
  });
});

describe('single letters, sessions and links to sign in', () => {
  it('go when they are over, and never while they are owed', async () => {
    const notice = (state: string, days: number) =>
      sql`insert into notices (kind, "to", payload, state, created_at)
        values ('test-letter', ${`${state}${days}@lillan.example`}, '{}', ${state}, clock_timestamp() - make_interval(days => ${days}))`.execute(
        db(),
      );
    for (const [state, days] of [
      ['done', 8],
      ['failed', 8],
      ['owed', 8],
      ['done', 6],
    ] as const)
      await notice(state, days);
    await createSignInLink(db(), 'elin');
    await sql`update sign_in_links set expires_at = clock_timestamp() - interval '1 minute'`.execute(db());
    await createSignInLink(db(), 'elin');
    await forget(world.services);
    const rows = await db().selectFrom('notices').select('to').orderBy('to').execute();
    expect(rows.map((row) => row.to)).toEqual(['done6@lillan.example', 'owed8@lillan.example']);
    expect(await db().selectFrom('sign_in_links').select('account').execute()).toHaveLength(1);
  });
});

describe('the audit', () => {
  const line = (action: string, days: number) =>
    sql`insert into audit (account, action, at) values ('jonas', ${action}, clock_timestamp() - make_interval(days => ${days}))`.execute(
      db(),
    );
  const actions = async () => (await db().selectFrom('audit').select('action').orderBy('id').execute()).map((row) => row.action);

  it('is kept ten years and no longer, and says when something was deleted', async () => {
    // The oldest lines are the first: an empty audit of a house ten years old.
    await sql`alter table audit disable trigger audit_fixed`.execute(db());
    await sql`delete from audit`.execute(db());
    await sql`alter table audit enable trigger audit_fixed`.execute(db());
    await line('long-ago', 3_651);
    await line('lately', 3_649);
    await forget(world.services);
    expect(await actions()).toEqual(['lately', 'audit.forgotten']);
    await forget(world.services);
    expect(await actions()).toEqual(['lately', 'audit.forgotten']);
  });

  it('loses no line in another way: not changed, not deleted by hand, and nothing of the last year even on purpose', async () => {
    await line('old', 4_000);
    await line('new', 300);
    await expect(sql`update audit set action = 'x'`.execute(db())).rejects.toThrow('append-only');
    await expect(sql`delete from audit`.execute(db())).rejects.toThrow('append-only');
    const onPurpose = db()
      .transaction()
      .execute(async (tx) => {
        await sql`set local depesch.forgets = 'audit'`.execute(tx);
        await sql`delete from audit where action = 'new'`.execute(tx);
      });
    await expect(onPurpose).rejects.toThrow('append-only');
    expect(await actions()).toEqual(expect.arrayContaining(['old', 'new']));
  });
});
