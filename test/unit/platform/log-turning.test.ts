import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { turnLogs } from '../../../src/shared/platform/embedded/log-turning.ts';

const DAY_MS = 86_400_000;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-logs-'));
  path = join(folder, 'html.log');
  writeFileSync(path, 'first\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a small, young log stays as it is', () => {
  expect(turnLogs(folder)).toEqual([]);
});

test('a log that has grown too big is put aside and begun again, under its writer', () => {
  truncateSync(path, 11_000_000);
  expect(turnLogs(folder)).toEqual(['html.log']);
  expect([statSync(path).size, statSync(`${path}.1`).size]).toEqual([0, 11_000_000]);
  appendFileSync(path, 'second\n');
  expect(readFileSync(path, 'utf8')).toBe('second\n');
});

test('no line is kept longer than thirty days', () => {
  expect(turnLogs(folder, Date.now() + 16 * DAY_MS)).toEqual(['html.log']);
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('first\n');
  appendFileSync(path, 'second\n');
  expect(turnLogs(folder, Date.now() + 14 * DAY_MS)).toEqual([]);
  expect(turnLogs(folder, Date.now() + 16 * DAY_MS)).toEqual(['html.log']);
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('second\n');
});
