import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureLetters } from '../support/captured-letters.ts';
import { type Check, type Figure, runProgram } from '../support/check.ts';
import { readDemoViews } from '../support/demo-views.ts';

/** Where letters usually become suspicious is 5. */
const MOST = 1.0;

/** What the receiving server writes above a letter; without it SpamAssassin takes the letter for one that was never sent. */
function asReceived(letter: string): string {
  const date = /^Date: (.*)$/m.exec(letter)![1]!.trim();
  const hop = 'from relay.alvmark.example (relay.alvmark.example [192.0.2.25])\r\n\tby mx.lillan.example with ESMTPS id 4bX2';
  return `Return-Path: <nyheter@alvmark.example>\r\nReceived: ${hop};\r\n\t${date}\r\n${letter}`;
}

/** Subject aside, what SpamAssassin says of each letter: `No, score=-0.1 required=5.0 tests=…`. */
async function scoresOf(letters: readonly string[]): Promise<{ score: number; tests: string }[]> {
  const home = await mkdtemp(join(tmpdir(), 'depesch-spam-'));
  try {
    const files = letters.map((_, index) => join(home, `${index}.eml`));
    await Promise.all(letters.map((letter, index) => writeFile(files[index]!, asReceived(letter), 'latin1')));
    await mkdir(join(home, '.spamassassin'));
    const { status, out, err } = await runProgram('spamassassin', ['-L', ...files], {
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C' },
    });
    if (status !== 0) throw new Error(`spamassassin did not answer: ${err}`);
    const found = [...out.matchAll(/^X-Spam-Status: \w+, score=(-?[\d.]+) required=[\d.]+ tests=((?:.|\r?\n[ \t])*?)\s+autolearn/gm)];
    return found.map(([, score, tests]) => ({ score: Number(score), tests: tests!.replace(/\s+/g, '') }));
  } finally {
    await rm(home, { recursive: true });
  }
}

async function run(): ReturnType<Check['run']> {
  const { views } = await readDemoViews();
  const { letters } = await captureLetters(views.size);
  const found = await scoresOf(letters);
  const version = /version ([\d.]+)/.exec((await runProgram('spamassassin', ['--version'])).out)?.[1] ?? '';
  const below = found.filter(({ score }) => score < MOST).length;
  const highest = Math.max(...found.map(({ score }) => score));
  const tests = [...new Set(found.flatMap((one) => one.tests.split(',')))].sort();
  const figures: Figure[] = [
    { what: 'letters that were scored', found: `${found.length}`, wanted: `${views.size}`, right: found.length === views.size },
    { what: `letters below ${MOST.toFixed(1)}`, found: `${below}`, wanted: `${views.size}`, right: below === views.size },
    { what: 'highest score', found: highest.toFixed(1), wanted: `below ${MOST.toFixed(1)}`, right: highest < MOST },
  ];
  const notes = [
    'One letter of each of the demo’s releases, with the Received line of a receiving server above it. RCVD_ILLEGAL_IP comes from the address ' +
      'in that line, 192.0.2.25, which is set aside for documentation.',
    `Local rules only, as the package brings them; nothing is asked of the network. Rules that matched: ${tests.join(', ')}.`,
  ];
  return { with: `SpamAssassin ${version}`, figures, notes };
}

export const check: Check = {
  about: 'letters of the demo, judged by SpamAssassin with its local rules',
  missing: async () =>
    (await runProgram('spamassassin', ['--version'])).status === 0 ? undefined : 'spamassassin is not here: apt-get install spamassassin',
  run,
};
