import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, journalLine, listJournals, parseJournal, readJournal } from '../../../src/shared/delivery/journal.ts';
import { rowName, type Settlement } from '../../../src/shared/delivery/settlement.ts';
import { judge } from '../../../src/shared/delivery/sweep.ts';

const SENDER = 'b1f0a2c4-0000-4000-8000-000000000001';
const row = (number: number) => ({ release: 'r', n: 1, subscriber: `person-${number}` });
const held = (number: number) => ({ key: row(number), token: { claimedBy: SENDER, attempts: 1 } });
const ACCEPTED: Settlement = { to: 'accepted', code: '250 2.0.0', reply: 'taken', relay: 'mail.example:587' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-journal-'));
  path = join(folder, `${SENDER}.journal`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A journal as a killed sender leaves it: one row answered, one begun. */
function killedJournal(): void {
  const journal = new Journal(folder, SENDER);
  journal.begin([held(1)]);
  journal.answer([held(1)], ACCEPTED);
  journal.begin([held(2)]);
}

describe('the journal', () => {
  it('tells a row never begun, one begun, and one answered from each other', () => {
    killedJournal();
    const record = readJournal(folder, SENDER)!;
    expect(record).toMatchObject({ sender: SENDER, intact: true });
    expect(judge(record, rowName(row(1), 1))).toEqual(ACCEPTED);
    expect(judge(record, rowName(row(2), 1))).toMatchObject({ to: 'unknown', code: 'sender-died' });
    expect(judge(record, rowName(row(3), 1))).toEqual({ to: 'pending' });
  });

  it('keeps the attempts of one row apart', () => {
    killedJournal();
    expect(judge(readJournal(folder, SENDER), rowName(row(1), 2))).toMatchObject({ to: 'pending' });
  });

  it('reads past a last line that was torn anywhere, as if it had never been begun', () => {
    killedJournal();
    const whole = readFileSync(path);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let length = lastLine; length < whole.length; length += 1) {
      truncateSync(path, length);
      const record = readJournal(folder, SENDER)!;
      expect(record.intact).toBe(true);
      expect(judge(record, rowName(row(2), 1))).toMatchObject({ to: 'pending' });
      expect(judge(record, rowName(row(1), 1))).toEqual(ACCEPTED);
      writeFileSync(path, whole);
    }
  });

  it('counts a row whose answer was torn as begun', () => {
    const journal = new Journal(folder, SENDER);
    journal.begin([held(1)]);
    appendFileSync(path, journalLine(`answer ${rowName(row(1), 1)} ${JSON.stringify(ACCEPTED)}`).slice(0, -12));
    expect(judge(readJournal(folder, SENDER), rowName(row(1), 1))).toMatchObject({ to: 'unknown' });
  });

  it('proves nothing by silence once a line in the middle is damaged, but keeps what is written', () => {
    killedJournal();
    const text = readFileSync(path, 'utf8');
    const damaged = parseJournal(text.replace(/begin (\S+)person-1/, 'begin $1person-9'));
    expect(damaged.intact).toBe(false);
    expect(judge(damaged, rowName(row(3), 1))).toMatchObject({ to: 'unknown', code: 'sender-gone' });
    expect(judge(damaged, rowName(row(1), 1))).toEqual(ACCEPTED);
  });

  it('holds all rows of a digest or none, wherever a kill tears its line', () => {
    const journal = new Journal(folder, SENDER);
    journal.begin([held(1), held(2), held(3)]);
    const begun = readFileSync(path);
    journal.answer([held(1), held(2), held(3)], ACCEPTED);
    const whole = readFileSync(path);
    const judgedAt = (length: number) => {
      writeFileSync(path, whole.subarray(0, length));
      const record = readJournal(folder, SENDER)!;
      expect(record.intact).toBe(true);
      const [first, ...others] = [1, 2, 3].map((number) => judge(record, rowName(row(number), 1)));
      for (const other of others) expect(other).toEqual(first);
      return first!.to;
    };
    for (let length = journalLine(`open ${SENDER}`).length; length < begun.length; length += 1) expect(judgedAt(length)).toBe('pending');
    for (let length = begun.length; length < whole.length; length += 1) expect(judgedAt(length)).toBe('unknown');
    expect(judgedAt(whole.length)).toBe('accepted');
  });

  it('owes a digest nothing more when its rows are settled, and keeps each of them that is not when it is written anew', () => {
    const journal = new Journal(folder, SENDER);
    journal.begin([held(1), held(2)]);
    journal.answer([held(1), held(2)], { ...ACCEPTED, reply: 'x'.repeat(5 * 1024 * 1024) });
    journal.settled([held(1)]);
    journal.begin([held(3)]);
    const record = readJournal(folder, SENDER)!;
    expect([...record.entries.keys()]).toEqual([rowName(row(2), 1), rowName(row(3), 1)]);
    expect(judge(record, rowName(row(2), 1))).toMatchObject({ to: 'accepted' });
    journal.settled([held(2), held(3)]);
    journal.close();
    expect(listJournals(folder)).toEqual([]);
  });

  it('proves nothing when there is none', () => {
    expect(readJournal(folder, SENDER)).toBeUndefined();
    expect(judge(undefined, rowName(row(1), 1))).toMatchObject({ to: 'unknown', code: 'sender-gone' });
  });

  it('proves that nothing was begun when not even the first line was finished', () => {
    for (const text of ['', 'a1b2c3d4 op']) expect(parseJournal(text)).toMatchObject({ intact: true });
    expect(parseJournal(journalLine('begin r/1/person-1/1')).intact).toBe(false);
  });

  it('goes when its last row is settled, and stays when one is not', () => {
    const journal = new Journal(folder, SENDER);
    journal.begin([held(1)]);
    journal.settled([held(1)]);
    journal.close();
    expect(existsSync(path)).toBe(false);
    const other = new Journal(folder, SENDER);
    other.begin([held(1)]);
    other.close();
    expect(listJournals(folder)).toEqual([SENDER]);
  });

  it('holds nothing of what servers said once every row is settled', () => {
    const journal = new Journal(folder, SENDER);
    journal.begin([held(1)]);
    journal.begin([held(2)]);
    journal.answer([held(1)], { ...ACCEPTED, reply: 'Kim got it' });
    journal.settled([held(1)]);
    expect(readFileSync(path, 'utf8')).toContain('Kim');
    journal.settled([held(2)]);
    expect(readFileSync(path, 'utf8')).toBe(journalLine(`open ${SENDER}`));
    journal.begin([held(3)]);
    expect(readJournal(folder, SENDER)).toMatchObject({ intact: true });
    expect(readJournal(folder, SENDER)!.entries.size).toBe(1);
    journal.close();
  });

  it('stays short however many letters it sees, and keeps every row that is not settled', () => {
    const journal = new Journal(folder, SENDER);
    const long: Settlement = { ...ACCEPTED, reply: 'x'.repeat(400) };
    // Never a moment in which nothing is open, as when several batches are under way.
    journal.begin([held(77_777)]);
    journal.begin([held(88_888)]);
    journal.answer([held(88_888)], ACCEPTED);
    for (let number = 0; number < 12_000; number += 1) {
      journal.begin([held(number)]);
      journal.answer([held(number)], long);
      journal.settled([held(number)]);
    }
    expect(readFileSync(path).length).toBeLessThan(5 * 1024 * 1024);
    journal.begin([held(99_999)]);
    const record = readJournal(folder, SENDER)!;
    expect(record).toMatchObject({ sender: SENDER, intact: true });
    expect(judge(record, rowName(row(77_777), 1))).toMatchObject({ code: 'sender-died' });
    expect(judge(record, rowName(row(88_888), 1))).toEqual(ACCEPTED);
    expect(judge(record, rowName(row(99_999), 1))).toMatchObject({ code: 'sender-died' });
    expect(judge(record, rowName(row(1), 1))).toEqual({ to: 'pending' });
    journal.close();
    expect(listJournals(folder)).toEqual([SENDER]);
  });

  it('goes on as it is when there is no room for a shorter one', () => {
    const journal = new Journal(folder, SENDER);
    mkdirSync(`${path}.new`);
    const long: Settlement = { ...ACCEPTED, reply: 'x'.repeat(400) };
    for (let number = 0; number < 12_000; number += 1) {
      journal.begin([held(number)]);
      journal.answer([held(number)], long);
    }
    expect(readJournal(folder, SENDER)!.entries.size).toBe(12_000);
    journal.close();
  });
});
