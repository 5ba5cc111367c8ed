import { join } from 'node:path';
import { type Captured, captureLetters } from '../support/captured-letters.ts';
import { type Check, type Figure, runProgram } from '../support/check.ts';

const LETTERS = 100;

/** RFC 8058 4: a receiver offers one click only where these are signed. RFC 6376 5.4.1: the rest of what a mail program acts on. */
const MUST_BE_SIGNED = ['from', 'to', 'subject', 'date', 'message-id', 'reply-to', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id'];

type Signature = { readonly right: boolean; readonly algorithm?: string; readonly signed?: readonly string[] };
type Verified = { readonly version: string; readonly letters: readonly (readonly Signature[])[] };

/** Debian's python3 has python3-dkim; another one on PATH may not. */
async function findPython(): Promise<string | undefined> {
  for (const python of ['/usr/bin/python3', 'python3']) {
    if ((await runProgram(python, ['-c', 'import dkim, nacl'])).status === 0) return python;
  }
  return undefined;
}

async function verify(letters: readonly string[], records: Captured['records']): Promise<Verified> {
  const input = JSON.stringify({ letters, records: Object.fromEntries(records.map(({ name, value }) => [name, value])) });
  const ran = await runProgram((await findPython())!, [join(import.meta.dirname, 'verify_dkim.py')], { input });
  if (ran.status !== 0) throw new Error(`dkimpy did not answer: ${ran.err}`);
  return JSON.parse(ran.out) as Verified;
}

/** Letters as someone on the way would change them. */
const CHANGES: readonly [string, (letter: string) => string][] = [
  ['one letter of the text changed', (letter) => letter.replace(/\r\n\r\n[\s\S]*/, (body) => body.replace(/[aeiou]/, 'y'))],
  ['a second From put above', (letter) => `From: someone@evil.example\r\n${letter}`],
  ['a second Subject put above', (letter) => `Subject: another\r\n${letter}`],
  ['List-Unsubscribe-Post taken away', (letter) => letter.replace(/^List-Unsubscribe-Post:.*\r\n/m, '')],
  ['List-Unsubscribe pointed elsewhere', (letter) => letter.replace(/^(List-Unsubscribe: <https:\/\/)[^/]+/m, '$1evil.example')],
];

async function run(): ReturnType<Check['run']> {
  const { letters, records } = await captureLetters(LETTERS);
  const { version, letters: found } = await verify(letters, records);
  const holding = (algorithm: string) => found.filter((signatures) => signatures.some((one) => one.right && one.algorithm === algorithm));
  const complete = found.filter((signatures) => signatures.every(({ signed }) => MUST_BE_SIGNED.every((name) => signed?.includes(name))));
  const figure = (what: string, count: number, of: number, wanted: number): Figure => {
    return { what, found: `${count} of ${of}`, wanted: `${wanted} of ${of}`, right: count === wanted };
  };
  const figures = [
    figure('letters whose rsa-2048 signature holds', holding('rsa-sha256').length, letters.length, LETTERS),
    figure('letters whose ed25519 signature holds', holding('ed25519-sha256').length, letters.length, LETTERS),
    figure('letters signed for every header RFC 8058 asks for', complete.length, letters.length, LETTERS),
  ];
  for (const [what, change] of CHANGES) {
    const changed = letters.map(change);
    if (changed.some((letter, index) => letter === letters[index])) throw new Error(`nothing was changed: ${what}`);
    const still = (await verify(changed, records)).letters.flat().filter(({ right }) => right).length;
    figures.push(figure(`signatures that still hold with ${what}`, still, changed.length * 2, 0));
  }
  const notes = [
    'The keys are looked up as the records that `./depesch dkim new` prints. The letters are the demo’s, as a mail server took them.',
  ];
  return { with: `dkimpy ${version}`, figures, notes };
}

export const check: Check = {
  about: `DKIM signatures of ${LETTERS} captured letters, verified by dkimpy`,
  missing: async () => ((await findPython()) === undefined ? 'dkimpy is not here: apt-get install python3-dkim python3-nacl' : undefined),
  run,
};
