import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock, type LockFile, missingEntries } from './lock-entries.ts';

// A registry that serves only this platform's builds leaves the others out of the lock; then `npm ci` fails everywhere.
// `npm run lock` writes the lock and runs this; test/unit/lock.test.ts keeps it complete.
const path = join(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8')) as LockFile;
const missing = missingEntries(lock);
if (missing.length > 0) writeFileSync(path, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
console.log(
  missing.length === 0
    ? 'package-lock.json is complete'
    : `added to package-lock.json: ${missing.map(({ path: name }) => name).join(', ')}`,
);
