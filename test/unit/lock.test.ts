import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completeLock, type LockFile, missingEntries, platformOf } from '../../scripts/lock-entries.ts';

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as LockFile;

test('the lock file names the builds of every platform, so that npm ci passes everywhere (else: npm run lock)', () => {
  expect(missingEntries(lock).map(({ path }) => path)).toEqual([]);
});

test('completing a complete lock changes nothing, not even the order', () => {
  expect(JSON.stringify(completeLock(lock))).toBe(JSON.stringify(lock));
});

test('a build that the lock lacks is added with the platform its name tells', () => {
  const short: LockFile = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/tool': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: { '@tool/linux-arm64-musl': '2.0.0', '@tool/win32-x64': '2.0.0' },
      },
    },
  };
  expect(completeLock(short).packages).toMatchObject({
    'node_modules/@tool/linux-arm64-musl': { version: '2.0.0', cpu: ['arm64'], libc: ['musl'], os: ['linux'], dev: true, optional: true },
    'node_modules/@tool/win32-x64': { version: '2.0.0', cpu: ['x64'], os: ['win32'], dev: true, optional: true },
  });
});

test('a name that tells no platform is refused rather than guessed', () => {
  expect(() => platformOf('some-optional-thing')).toThrow('does not say for which platform');
});
