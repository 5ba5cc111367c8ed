import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../../src/shared/accounts/tokens.ts';
import { forgetPort, rememberPort } from '../../../src/shared/platform/embedded/listening.ts';
import { publishDue } from '../../../src/shared/publishing/due.ts';
import { type Ran, runCommand, settingsOf } from '../../support/command-line.ts';
import { openWorld, type World } from '../../support/world.ts';

const PROGRAM = join(import.meta.dirname, '../../../depesch');

let world: World;
let folder: string;
let file: string;
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'depesch-cli-'));
  file = join(folder, 'ny.md');
  writeFileSync(file, release({ title: 'Ny bro över Lillån', body: 'Bron är klar.' }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

function release({ title, body, more = '' }: { title: string; body: string; more?: string }): string {
  return `---\nlanguage: sv\ntitle: >-\n  ${title}\nlead: >-\n  Det som skulle byggas är byggt.\nletters: no\n${more}---\n${body}\n`;
}

const environment = () => ({ ...settingsOf(world), NEWSROOM: '' });

/** Runs a command in this world, or as `more` says. */
const depesch = (args: string[], more: Record<string, string> = {}) =>
  runCommand(args, { folder, environment: { ...environment(), ...more } });

/** Starts the program itself, ./depesch, in this world. */
function start(args: string[], more: Record<string, string> = {}, program = PROGRAM): Promise<Omit<Ran, 'json'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...environment(), ...more },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? -1, out, err }));
  });
}

describe('the program', () => {
  test('runs through a symbolic link from any folder', async () => {
    const link = join(folder, 'link');
    symlinkSync(PROGRAM, link);
    expect(await start(['--version'], {}, link)).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test('says what to do when npm ci was not run', async () => {
    const alone = join(folder, 'depesch');
    copyFileSync(PROGRAM, alone);
    expect(await start(['up'], {}, alone)).toMatchObject({ status: 1, err: expect.stringContaining('npm ci') });
  });

  test('knows a misspelt command', async () => {
    expect(await start(['relase'])).toMatchObject({ status: 1, err: expect.stringContaining('Did you mean release?') });
  });

  test('names a wrong setting and its remedy, never a stack', async () => {
    const ran = await start(['status'], { PORT: 'eighty' });
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toBe('PORT: "eighty" is not a port from 0 to 65535.\n  Correct PORT or remove it; see .env.example.\n');
  });

  test('up refuses a DKIM key that cannot be used, before anything starts', async () => {
    const key = join(folder, 'short.pem');
    writeFileSync(key, generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const ran = await start(['up'], { DKIM_KEY: key, DKIM_SELECTOR: 's1', DKIM_DOMAIN: 'alvmark.example' });
    expect(ran).toMatchObject({ status: 1, out: '', err: expect.stringContaining(`DKIM_KEY ${key}: has 512 bits`) });
  });

  test('names the accounts there are when it does not know who asks', async () => {
    const ran = await depesch(['release', 'publish', file]);
    expect(ran.status).toBe(1);
    expect(ran.err).toContain('elin (Elin Sand, author)');
  });

  test('tells an unmigrated database from a fault', async () => {
    const url = new URL(world.config.databaseUrl!);
    url.pathname = '/postgres';
    expect(await depesch(['status', '--json'], { DATABASE_URL: url.toString() })).toMatchObject({
      status: 1,
      out: expect.stringContaining('"not_migrated"'),
    });
  });
});

describe('a release on the command line', () => {
  test('check names file, line and field, and keeps nothing', async () => {
    const bad = join(folder, 'bad.md');
    writeFileSync(bad, release({ title: 'X', body: 'Y.', more: 'topics: [finns-inte]\n' }));
    const ran = await depesch(['release', 'check', 'bad.md']);
    expect(ran.status).toBe(1);
    expect(ran.err).toMatch(/^bad\.md:\d+ topics/m);
    expect((await depesch(['release', 'list', '--json'])).json()).toEqual({ items: [] });
  });

  test('publish takes an author to the approval and stops there, by name', async () => {
    const ran = await depesch(['release', 'publish', 'ny.md', '--as', 'elin']);
    expect(ran.status).toBe(3);
    expect(ran.out).toContain('ny-bro-over-lillan is submitted, not public yet');
    expect(ran.out).toContain('It waits for approval by Jonas Lind (jonas)');
    const again = await depesch(['release', 'publish', 'ny.md', '--as', 'elin', '--json']);
    expect(again.status).toBe(3);
    expect(again.json()).toMatchObject({ slug: 'ny-bro-over-lillan', state: 'submitted', stopped: 'approve' });
  });

  test('the approver publishes with the same words, by token as well; a second time changes nothing', async () => {
    const token = await createToken(world.services.database, { account: 'jonas', name: 'test' });
    const ran = await depesch(['release', 'publish', 'ny.md', '--json'], { DEPESCH_TOKEN: token });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.json()).toMatchObject({ slug: 'ny-bro-over-lillan', revision: 1, repeated: false });
    const again = await depesch(['release', 'publish', 'ny.md', '--as', 'jonas', '--json']);
    expect(again.json()).toMatchObject({ revision: 1, repeated: true });
  });

  test('status tells a script by its exit that channels owe something', async () => {
    const ran = await depesch(['release', 'status', 'ny-bro-over-lillan']);
    expect(ran.status).toBe(3);
    expect(ran.out).toMatch(/^html +owed/m);
    expect(ran.out).toContain('./depesch work html');
    const waited = await depesch(['release', 'status', 'ny-bro-over-lillan', '--wait', '--timeout', '1', '--json']);
    expect(waited.status).toBe(3);
    expect(waited.json()).toMatchObject({ state: 'public', overall: 'behind' });
  });

  test('a public release is not changed by publishing another text over it', async () => {
    writeFileSync(file, release({ title: 'Ny bro över Lillån', body: 'Bron är nästan klar.' }));
    const ran = await depesch(['release', 'publish', 'ny.md', '--as', 'elin']);
    expect(ran.status).toBe(1);
    expect(ran.err).toContain('./depesch release correct ny-bro-over-lillan FILE');
  });

  test('correct takes the same steps for a public release', async () => {
    const unsaid = await depesch(['release', 'correct', 'ny-bro-over-lillan', 'ny.md', '--as', 'elin']);
    expect(unsaid.err).toContain('--minor or --major');
    const stopped = await depesch([
      'release',
      'correct',
      'ny-bro-over-lillan',
      'ny.md',
      '--minor',
      '--note',
      'Klar i mars',
      '--as',
      'elin',
    ]);
    expect(stopped.status).toBe(3);
    expect(stopped.out).toContain('the correction of ny-bro-over-lillan is submitted, not public yet');
    expect(stopped.out).toContain("They run:  ./depesch release correct ny-bro-over-lillan --minor --note 'Klar i mars' --as jonas");
    const approved = await depesch(['release', 'approve', 'ny-bro-over-lillan', '--as', 'jonas']);
    expect(approved.out).toContain('Publish it:  ./depesch release correct ny-bro-over-lillan');
    const done = await depesch(['release', 'correct', 'ny-bro-over-lillan', '--minor', '--note', 'Klar i mars', '--as', 'jonas', '--json']);
    expect(done.json()).toMatchObject({ revision: 2 });
    const again = await depesch(['release', 'publish', 'ny.md', '--as', 'jonas']);
    expect(again.err).toContain('is public with this very text, by a correction');
  });

  test('a scheduled release that was missed says when it was due and what to do', async () => {
    const late = join(folder, 'sen.md');
    const times = "publishAt: '2026-01-07 09:30'\npublishLatest: '2026-01-07 12:00'\n";
    writeFileSync(late, release({ title: 'Sen vinter', body: 'Den är sen.', more: times }));
    await depesch(['release', 'publish', 'sen.md', '--as', 'elin']);
    const ran = await depesch(['release', 'publish', 'sen.md', '--as', 'jonas']);
    expect(ran).toMatchObject({ status: 3, out: expect.stringContaining('due since Wed 7 Jan 2026 09:30:00 (Europe/Stockholm)') });
    await publishDue(world.services);
    const status = await depesch(['release', 'status', 'sen-vinter']);
    expect(status.out).toContain('draft missed, was to be public Wed 7 Jan 2026 09:30:00');
    expect(status.out).toContain('./depesch release unschedule sen-vinter');
    const refused = await depesch(['release', 'publish', 'sen-vinter', '--as', 'jonas']);
    expect(refused.err).toMatch(
      /was not published in time \(7 January 2026 at 12:00 \(Europe\/Stockholm\)\)\n {2}Decide: .*release schedule sen-vinter/,
    );
    expect((await depesch(['release', 'unschedule', 'sen-vinter', '--as', 'jonas'])).out).toContain('release publish sen-vinter');
  });

  test('preview prints what a channel shows', async () => {
    const page = await depesch(['release', 'preview', 'ny-bro-over-lillan', 'page']);
    expect(page.out).toContain('Bron är nästan klar.');
    expect(page.out.trimEnd()).toMatch(/<\/html>$/);
    const feed = await depesch(['release', 'preview', 'ny-bro-over-lillan', 'json']);
    expect(feed.json()).toMatchObject({ version: 'https://jsonfeed.org/version/1.1' });
  });

  test('withdraw asks for a reason and takes the release back', async () => {
    expect((await depesch(['release', 'withdraw', 'ny-bro-over-lillan', '--as', 'jonas'])).err).toContain('--reason');
    const done = await depesch(['release', 'withdraw', 'ny-bro-over-lillan', '--as', 'jonas', '--reason', 'Fel bro', '--json']);
    expect(done.json()).toMatchObject({ revision: 3 });
    const again = await depesch(['release', 'withdraw', 'ny-bro-over-lillan', '--as', 'jonas', '--reason', 'Fel bro']);
    expect(again.out).toMatch(/revision 3 withdrawn since .*, as before: nothing has changed/);
  });

  test('what is sent back says why to whoever looks at it', async () => {
    writeFileSync(join(folder, 'tillbaka.md'), release({ title: 'Tillbaka', body: 'Ett utkast.' }));
    await depesch(['release', 'publish', 'tillbaka.md', '--as', 'elin']);
    await depesch(['release', 'reject', 'tillbaka', '--reason', 'Stryk slutet', '--as', 'jonas']);
    expect((await depesch(['release', 'show', 'tillbaka'])).out).toContain('sent back: Stryk slutet');
  });

  test('an unknown release is a failure in words', async () => {
    expect(await depesch(['release', 'status', 'finns-inte'])).toMatchObject({ status: 1, err: 'release "finns-inte" does not exist\n' });
  });
});

describe('the house on the command line', () => {
  test('status shows queues and what is owed', async () => {
    const ran = await depesch(['status']);
    expect(ran.status).toBe(3);
    expect(ran.out).toContain('PostgreSQL 18');
    expect(ran.out).toMatch(/^html +none yet/m);
    expect((await depesch(['status', '--json'])).json()).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/), failures: [] });
  });

  test('status names what has failed, and retry owes it again', async () => {
    await world.services.database
      .updateTable('receipts')
      .set({ state: 'failed', code: 'cannot_render', error: 'the page cannot be made' })
      .where('channel', '=', 'html')
      .where('n', '=', 3)
      .execute();
    const failed = await depesch(['status']);
    expect(failed).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^failed +html of ny-bro-over-lillan +\.\/depesch release status/m),
    });
    expect((await depesch(['release', 'status', 'ny-bro-over-lillan'])).out).toContain('./depesch release retry ny-bro-over-lillan html');
    expect((await depesch(['release', 'retry', 'ny-bro-over-lillan', 'html', '--as', 'jonas'])).status).toBe(0);
    expect((await depesch(['status'])).out).not.toMatch(/^failed/m);
  });

  test('subscribers are imported once, however often it is asked', async () => {
    writeFileSync(
      join(folder, 'people.csv'),
      'address;topics;legal basis;source\nanna@lillan.example;all;public task;old list\nnot an address;all;public task;old list\n',
    );
    const trial = await depesch(['subscribers', 'import', 'people.csv', '--dry-run', '--as', 'maria']);
    expect(trial).toMatchObject({ status: 1, out: expect.stringContaining('people.csv:3') });
    const first = await depesch(['subscribers', 'import', 'people.csv', '--as', 'maria', '--json']);
    expect(first.json()).toMatchObject({ added: 1, refused: 1 });
    const second = await depesch(['subscribers', 'import', 'people.csv', '--as', 'maria', '--json']);
    expect(second.json()).toMatchObject({ added: 0, unchanged: 1 });
    expect((await depesch(['subscribers', 'export', '--as', 'maria'])).out).toContain('anna@lillan.example');
    expect((await depesch(['subscribers', 'export', '--as', 'elin'])).status).toBe(1);
    const proof = await depesch(['subscribers', 'proof', 'anna@lillan.example', '--as', 'maria', '--json']);
    expect(JSON.parse(proof.out)).toMatchObject({ address: 'anna@lillan.example', events: [{ event: 'imported' }] });
    expect((await depesch(['subscribers', 'proof', 'anna@lillan.example', '--as', 'elin'])).status).toBe(1);
    const taken = await depesch(['subscribers', 'export', 'people.csv', '--as', 'maria']);
    expect(taken).toMatchObject({ status: 1, err: expect.stringContaining('people.csv is there already') });
  });

  test('a channel that does not exist is named with the nearest', async () => {
    expect(await depesch(['work', 'feed'])).toMatchObject({ status: 1, err: expect.stringContaining('Near: feeds.') });
    expect(await depesch(['rebuild', 'email'])).toMatchObject({ status: 1, err: expect.stringContaining('letters are sent once') });
  });
});

describe('an address that a command prints', () => {
  test('is where the newsroom listens; a public one that is set goes before, and without a newsroom the usual port stands', async () => {
    const link = async (more: Record<string, string> = {}) =>
      (await depesch(['account', 'link', 'jonas'], more)).out.trim().split('/desk/')[0];
    expect(await link()).toContain('http://localhost:8080');
    mkdirSync(join(world.dataDir, 'run'), { recursive: true });
    rememberPort(world.dataDir, 'http', 8_123);
    expect(await link()).toContain('http://localhost:8123');
    expect(await link({ BASE_URL: 'https://press.alvmark.example' })).toContain('https://press.alvmark.example');
    forgetPort(world.dataDir, 'http');
    expect(await link()).toContain('http://localhost:8080');
  });
});

describe('a long answer', () => {
  const rows = 4_000;

  test('is whole however slowly the pipe is read, and its end is no fault to a reader who has seen enough', async () => {
    const csv = join(folder, 'many.csv');
    const lines = Array.from({ length: rows }, (_, n) => `n${n}@many.example;sv;*;samtycke;blankett`);
    writeFileSync(csv, ['address;language;topics;legal basis;source', ...lines, ''].join('\n'));
    const report = await start(['subscribers', 'import', csv, '--dry-run', '--json', '--as', 'maria']);
    expect(JSON.parse(report.out)).toMatchObject({ added: rows });
    const first = `set -o pipefail; "${PROGRAM}" subscribers import "${csv}" --dry-run --json --as maria | head -1`;
    expect(await start(['-c', first], {}, '/bin/bash')).toMatchObject({ status: 0, out: '{\n', err: '' });
  });
});
