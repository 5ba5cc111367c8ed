import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeBounces, storeBounce } from '../../../src/shared/delivery/bounces.ts';
import { mailOf } from '../../support/returned-mail.ts';
import { openWorld, type World } from '../../support/world.ts';

const PROGRAM = join(import.meta.dirname, '../../../depesch');
const run = promisify(execFile);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Ran = { code: number; stdout: string; stderr: string };

/** Runs ./depesch in this world as an administrator, or as somebody else. */
async function depesch(args: string, as = 'maria'): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: world.dataDir,
    DATABASE_URL: world.config.databaseUrl!,
    REDIS_URL: world.config.redisUrl!,
    SMTP_URL: '',
    BOUNCE_DOMAIN: '',
    BOUNCE_PORT: '',
    DEPESCH_TOKEN: '',
  };
  return run(PROGRAM, [...args.split(' '), '--as', as], { env }).then(
    (done) => ({ code: 0, ...done }),
    (error: Ran) => error,
  );
}

describe('suppressions', () => {
  it('are added, found, listed and lifted by address, by administrators', async () => {
    expect((await depesch('suppressions list')).stdout).toContain('No address is suppressed.');
    expect((await depesch('suppressions add kim@lillan.example --note phone')).stdout).toContain('gets nothing more');
    expect((await depesch('suppressions add KIM@lillan.example')).stdout).toContain('was suppressed already: manual');
    expect((await depesch('suppressions show kim@lillan.example')).stdout).toMatch(/gets nothing since .*: manual, phone/);
    const listed = await depesch('suppressions list');
    expect(listed.stdout).toMatch(/^[0-9a-f]{12} {2}\S.* {2}manual {2}phone$/m);
    expect(listed.stdout).not.toContain('kim@');
    expect(await depesch('suppressions list', 'elin')).toMatchObject({ code: 1 });
    expect((await depesch('suppressions remove kim@lillan.example')).stdout).toContain('may get letters again');
    expect(await depesch('suppressions remove kim@lillan.example')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not exist'),
    });
  });
});

describe('a bounce nobody could read', () => {
  it('is listed, shown without steering the terminal, and decided once', async () => {
    const raw = Buffer.from(mailOf('text/plain', 'Who are you?\u001b[2J', { from: 'kim@lillan.example', subject: 'Hello' }));
    const { id } = await storeBounce(world.services, { via: 'api', raw });
    await judgeBounces(world.services);
    expect((await depesch('bounces list --unparsed')).stdout).toMatch(new RegExp(`^${id} .* unparsed .*neither a report`, 'm'));
    expect((await depesch('status')).stdout).toMatch(/^bounces +one waits for a person/m);
    const shown = await depesch(`bounces show ${id}`);
    expect(shown.stdout).toContain('Who are you?\u00b7[2J');
    expect((await depesch('bounces judge')).stdout).toContain('0 could be read now');
    expect((await depesch(`bounces judge ${id} --complaint`)).stderr).toContain('--address');
    expect((await depesch(`bounces judge ${id} --complaint --hard`)).stderr).toContain('exclude each other');
    expect((await depesch(`bounces judge ${id} --complaint --address kim@lillan.example`)).stdout).toContain(`bounce ${id}: complaint`);
    expect((await depesch('suppressions show kim@lillan.example')).stdout).toContain('complaint, decided by maria');
    expect((await depesch(`bounces judge ${id} --ignore`)).stderr).toContain('judged already');
    expect((await depesch('bounces list')).stdout).toMatch(/complaint/);
    expect(await depesch(`bounces show ${id}`, 'jonas')).toMatchObject({ code: 1 });
  });
});
