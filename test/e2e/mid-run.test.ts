import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopLetters } from '../../src/shared/publishing/letters.ts';
import { correctRelease } from '../../src/shared/publishing/publish.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import { approvedCorrection, correct, plainContent, publish, withdraw } from '../support/newsdesk.ts';
import { openTestHouse, type TakenLetter, type TestHouse, until } from '../support/newsroom-house.ts';

const AUDIENCE = 200;

let town: TestHouse;
beforeAll(async () => {
  // 50 ms a letter on five lines: 200 letters take two seconds, time enough to be interrupted.
  town = await openTestHouse({ subscribers: AUDIENCE, smtp: ['--delay-ms', '50'] });
}, 120_000);
afterAll(() => town?.close(), 60_000);

/** Letters of one release, which its titles tell apart, by person in the order they were taken. */
function lettersOf(mark: string): Map<string, TakenLetter[]> {
  return Map.groupBy(
    town.letters().filter((letter) => letter.subject.includes(mark)),
    (letter) => letter.to,
  );
}
const taken = (mark: string) => town.letters().filter((letter) => letter.subject.includes(mark)).length;
const finished = (release: string) =>
  until('the run has ended', async () => (await loadStatus(town.services, release)).channels.every((line) => line.state === 'done'));

describe('in the middle of a run', () => {
  it('a major correction: who had the old text gets the correction, everybody else the new text alone', async () => {
    const { release } = await publish(town, plainContent({}, 'Älvsalen'));
    const draft = await approvedCorrection(
      town,
      release,
      plainContent({ title: 'Älvsalen öppnar klockan nio', slug: undefined }, 'Älvsalen'),
    );
    await until('some letters have left', () => taken('Älvsalen') >= 30);
    await correctRelease(town.services, town.jonas, { release, hash: draft.hash, kind: 'major', note: 'Tiden var fel.' });
    await finished(release);
    const letters = lettersOf('Älvsalen');
    expect(letters.size).toBe(AUDIENCE);
    const two = [...letters.values()].filter((all) => all.length === 2);
    expect(two.length).toBeGreaterThanOrEqual(30);
    expect(two.length).toBeLessThan(AUDIENCE);
    for (const [first, second] of two) {
      expect(first!.subject).toBe('Älvsalen får nya öppettider');
      expect(second!.subject).toBe('Rättelse: Älvsalen öppnar klockan nio');
      expect(first!.messageId).not.toBe(second!.messageId);
    }
    const one = [...letters.values()].filter((all) => all.length === 1);
    expect(one.length + two.length).toBe(AUDIENCE);
    for (const [only] of one) expect(only!.subject).toContain('öppnar klockan nio');
    const { letters: runs } = await loadStatus(town.services, release);
    expect(runs.map((run) => [run.n, run.audience, run.counts.accepted, run.sumIsRight])).toEqual([
      [1, AUDIENCE, AUDIENCE, true],
      [2, two.length, two.length, true],
    ]);
  });

  it('a minor correction before the first letter left: one letter each, with the newest text', async () => {
    town.house.processes.kill('delivery', 'SIGSTOP');
    const { release } = await publish(town, plainContent({}, 'Brofästet'));
    await until('the audience is frozen', async () => (await loadStatus(town.services, release)).letters[0]?.frozenAt);
    await correct(town, release, plainContent({ title: 'Brofästet stänger' }, 'Brofästet'), { kind: 'minor', note: '' });
    town.house.processes.kill('delivery', 'SIGCONT');
    await finished(release);
    const letters = lettersOf('Brofästet');
    expect(letters.size).toBe(AUDIENCE);
    for (const all of letters.values()) expect(all.map((letter) => letter.subject)).toEqual(['Brofästet stänger']);
  });

  it('a withdrawal: who had the letter is told, nobody else gets anything', async () => {
    const { release } = await publish(town, plainContent({}, 'Kvarnen'));
    await until('some letters have left', () => taken('Kvarnen') >= 30);
    await withdraw(town, release);
    await finished(release);
    const { letters: runs } = await loadStatus(town.services, release);
    const letters = lettersOf('Kvarnen');
    const told = [...letters.values()].filter((all) => all.length === 2);
    expect(told.length).toBe(letters.size);
    for (const [first, second] of told) {
      expect(first!.subject).toBe('Kvarnen får nya öppettider');
      expect(second!.subject).toMatch(/^Återkallat: /);
    }
    expect(runs[0]!.counts.accepted + runs[0]!.counts.cancelled).toBe(AUDIENCE);
    expect(runs[0]!.counts.accepted).toBe(told.length);
    expect(runs[0]!.counts.cancelled).toBeGreaterThan(0);
  });

  it('a stop: no letter begins after it, page and feeds stay', async () => {
    const { release, slug } = await publish(town, plainContent({}, 'Stationen'));
    await until('some letters have left', () => taken('Stationen') >= 30);
    await stopLetters(town.services, town.jonas, { release });
    await finished(release);
    const [run] = (await loadStatus(town.services, release)).letters;
    expect(run).toMatchObject({ state: 'stopped', sumIsRight: true });
    expect(run!.counts.accepted + run!.counts.cancelled).toBe(AUDIENCE);
    expect(run!.counts.cancelled).toBeGreaterThan(0);
    expect(taken('Stationen')).toBe(run!.counts.accepted);
    expect((await fetch(`${town.address()}/releases/${slug}/`)).status).toBe(200);
  });
});
