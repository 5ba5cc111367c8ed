import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freezeAudience } from '../../../src/shared/delivery/audience.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { type LetterWorld, latch, openLetterWorld, until } from '../../support/letters.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';

let world: LetterWorld;
let sender: Sender;
let mark = 0;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people([
    { address: 'alla@lillan.example' },
    { address: 'naring@lillan.example', topics: 'naringsliv' },
    { address: 'vard@lillan.example', topics: 'halsa-och-vard' },
    { address: 'english@lillan.example', language: 'en' },
  ]);
  sender = await world.sender();
});
beforeEach(() => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
});
afterAll(() => world.close());

const content = (overrides = {}) => plainContent(overrides, `Nummer ${mark}`);
const addresses = async (release: string, n: number) => (await world.rows(release, n)).map((row) => row.address).sort();
const subjectTo = (address: string) => world.smtp.letters.filter((letter) => letter.to === address).map((letter) => letter.raw);

describe('the audience', () => {
  it('of a first revision is everybody with its language and one of its topics, or all topics', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    expect(await addresses(release, 1)).toEqual(['alla@lillan.example', 'naring@lillan.example']);
    const english = await publish(world, content({ language: 'en', title: `News ${mark}` }));
    await world.emailJob(english.release, 1);
    expect(await addresses(english.release, 1)).toEqual(['english@lillan.example']);
  });

  it('of a release without topics is whoever wants all topics', async () => {
    const { release } = await publish(world, content({ topics: [] }));
    await world.emailJob(release, 1);
    expect(await addresses(release, 1)).toEqual(['alla@lillan.example']);
  });

  it('is frozen once: two jobs at the same time and a later subscriber change nothing', async () => {
    const { release } = await publish(world, content());
    const kinds = await Promise.all([1, 2, 3].map(() => freezeAudience(world.services.database, { release, n: 1 })));
    expect(kinds.map((freeze) => freeze.kind).sort()).toEqual(['already', 'already', 'frozen']);
    await world.people([{ address: `ny${mark}@lillan.example`, topics: 'halsa-och-vard naringsliv' }]);
    await world.emailJob(release, 1);
    expect(await addresses(release, 1)).toHaveLength(2);
    await world.services.database
      .deleteFrom('subscriptions')
      .where('subscriber', 'in', (query) => query.selectFrom('subscribers').select('id').where('address', 'like', 'ny%'))
      .execute();
  });

  it('has places from 0 without gaps', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    expect((await world.rows(release, 1)).map((row) => row.seq)).toEqual([0, 1]);
  });

  it('of a minor correction is nobody: letters not yet claimed carry the newest text', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    await correct(world, release, content({ body: 'Rättad text.' }), { kind: 'minor' });
    await world.send(sender, release, 1);
    expect(await world.equation(release)).toHaveLength(1);
    expect((await world.rows(release, 1)).map((row) => [row.state, row.carried_n])).toEqual([
      ['accepted', 2],
      ['accepted', 2],
    ]);
    for (const letter of world.smtp.letters) expect(letter.raw.replaceAll('=\r\n', '')).toContain('R=C3=A4ttad text');
  });

  it('of a major correction before the first letter is nobody: one letter each, with the newest text', async () => {
    const { release } = await publish(world, content());
    await correct(world, release, content({ body: 'Rättad text.' }), { kind: 'major' });
    await world.emailJob(release, 2);
    await world.emailJob(release, 1);
    await world.send(sender, release, 1);
    expect(await addresses(release, 2)).toEqual([]);
    expect(world.smtp.letters).toHaveLength(2);
    await world.emailJob(release, 2);
    expect(await world.receipt(release, 2)).toBe('done');
  });

  it('of a major correction after the run is whoever got the wrong text', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    await world.send(sender, release, 1);
    await correct(world, release, content({ topics: ['kollektivtrafik'] }), { kind: 'major' });
    await world.emailJob(release, 2);
    expect(await addresses(release, 2)).toEqual(['alla@lillan.example', 'naring@lillan.example']);
    await world.send(sender, release, 2);
    expect(subjectTo('naring@lillan.example')).toHaveLength(2);
  });

  it('of a major correction in the middle of a run is only those whose letter had left: each person gets each text once at most', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    // The second letter is put off, so that it is still open when the correction comes.
    world.smtp.script = ({ phase, to }) =>
      phase === 'rcpt' && to[0] === 'naring@lillan.example' ? { reply: '450 4.2.0 later' } : undefined;
    await world.send(sender, release, 1);
    await correct(world, release, content({ body: 'Rättad text.' }), { kind: 'major' });
    await world.emailJob(release, 2);
    expect(await addresses(release, 2)).toEqual(['alla@lillan.example']);
    world.smtp.script = undefined;
    await world.allDue();
    await world.send(sender, release, 1);
    await world.send(sender, release, 2);
    expect([subjectTo('alla@lillan.example').length, subjectTo('naring@lillan.example').length]).toEqual([2, 1]);
    expect((await world.rows(release)).map((row) => [row.n, row.address, row.carried_n]).sort()).toEqual([
      [1, 'alla@lillan.example', 1],
      [1, 'naring@lillan.example', 2],
      [2, 'alla@lillan.example', 2],
    ]);
  });

  it('is not frozen while a letter with an earlier text is under way', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    const held = latch();
    world.smtp.script = ({ phase }) => (phase === 'dot' ? { wait: held.wait } : undefined);
    const sending = world.send(sender, release, 1);
    await until(async () => (await world.states(release)).claimed === 2);
    await correct(world, release, content({ body: 'Rättad text.' }), { kind: 'major' });
    expect(await freezeAudience(world.services.database, { release, n: 2 })).toEqual({ kind: 'wait' });
    held.open();
    await sending;
    expect(await freezeAudience(world.services.database, { release, n: 2 })).toEqual({ kind: 'frozen', audience: 2 });
  });

  it('of a withdrawal in the middle of a run is whoever may have got a letter; the letters not sent are cancelled', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    world.smtp.script = ({ phase, to }) => {
      if (phase === 'rcpt' && to[0] === 'naring@lillan.example') return { reply: '450 4.2.0 later' };
      return phase === 'dot' ? { drop: true, keep: true } : undefined;
    };
    await world.send(sender, release, 1);
    await withdraw(world, release);
    await world.emailJob(release, 2);
    await world.emailJob(release, 1);
    world.smtp.script = undefined;
    await world.allDue();
    await world.send(sender, release, 1);
    await world.send(sender, release, 2);
    // alla@… may have got it (unknown), so he is told; naring@… never got anything, so nothing is taken back from her.
    expect((await world.rows(release)).map((row) => [row.n, row.address, row.state, row.code]).sort()).toEqual([
      [1, 'alla@lillan.example', 'unknown', 'line-lost'],
      [1, 'naring@lillan.example', 'cancelled', 'withdrawn'],
      [2, 'alla@lillan.example', 'accepted', '250 2.0.0'],
    ]);
    for (const status of await world.equation(release)) expect(status.sumIsRight).toBe(true);
  });

  it('of a withdrawal after a correction that was not sent yet still holds those who got the first text', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    await world.send(sender, release, 1);
    await correct(world, release, content({ body: 'Rättad text.' }), { kind: 'major' });
    await world.emailJob(release, 2);
    await withdraw(world, release);
    await world.emailJob(release, 3);
    await world.emailJob(release, 2);
    expect(await world.states(release)).toEqual({ accepted: 2, cancelled: 2, pending: 2 });
    expect(await addresses(release, 3)).toEqual(['alla@lillan.example', 'naring@lillan.example']);
  });
});
