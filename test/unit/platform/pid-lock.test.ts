import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryPidLock, waitForPidLock } from '../../../src/shared/platform/pid-lock.ts';
import { bootId, findProcess, isAlive } from '../../../src/shared/platform/process-identity.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-lock-'));
  path = join(folder, 'up.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const parent = () => findProcess(process.ppid)!;

function hold(holder: object): void {
  writeFileSync(path, JSON.stringify(holder));
}

test('a free lock is taken, names its holder, and is gone when released', () => {
  const answer = tryPidLock(path);
  expect(answer.kind).toBe('taken');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, bootId: bootId() });
  if (answer.kind === 'taken') answer.lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock of a living process is refused with its pid', () => {
  hold(parent());
  expect(tryPidLock(path)).toMatchObject({ kind: 'held', by: { pid: process.ppid } });
});

test.each([
  ['whose process is gone', { pid: 2 ** 22 - 1 }],
  ['whose pid another process got', { startedAt: '1' }],
  ['from before the last reboot', { bootId: 'another' }],
])('a lock %s is taken over', (_what, difference) => {
  hold({ ...parent(), ...difference });
  expect(tryPidLock(path).kind).toBe('taken');
  expect(readdirSync(folder)).toEqual(['up.lock']);
});

test('a lock file that cannot be read is taken over', () => {
  writeFileSync(path, 'half a li');
  expect(tryPidLock(path).kind).toBe('taken');
});

test('releasing does not remove a lock that somebody else has taken since', () => {
  const answer = tryPidLock(path);
  hold(parent());
  if (answer.kind === 'taken') answer.lock.release();
  expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.ppid);
});

test('waiting for a held lock ends with the pid that holds it', async () => {
  hold(parent());
  await expect(waitForPidLock(path, 30)).rejects.toMatchObject({ code: 'lock_held', fields: { pid: process.ppid } });
});

test('a process is alive only under its own start time and boot', () => {
  const me = findProcess(process.pid)!;
  expect(isAlive(me)).toBe(true);
  expect(isAlive({ ...me, startedAt: '1' })).toBe(false);
  expect(isAlive({ ...me, bootId: 'another' })).toBe(false);
  expect(findProcess(2 ** 22 - 1)).toBeUndefined();
});
