import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeBounces, storeBounce } from '../../../src/shared/delivery/bounces.ts';
import { type Ran, runCommand, settingsOf } from '../../support/command-line.ts';
import { mailOf } from '../../support/returned-mail.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Runs a command in this world as an administrator, or as somebody else. */
function depesch(args: string, as = 'maria'): Promise<Ran> {
  const environment = { ...settingsOf(world), BOUNCE_DOMAIN: '', BOUNCE_PORT: '' };
  return runCommand([...args.split(' '), '--as', as], { folder: world.dataDir, environment });
}

describe('suppressions', () => {
  it('are added, found, listed and lifted by address, by administrators', async () => {
    expect((await depesch('suppressions list')).out).toContain('No address is suppressed.');
    expect((await depesch('suppressions add kim@lillan.example --note phone')).out).toContain('gets nothing more');
    expect((await depesch('suppressions add KIM@lillan.example')).out).toContain('was suppressed already: manual');
    expect((await depesch('suppressions show kim@lillan.example')).out).toMatch(/gets nothing since .*: manual, phone/);
    const listed = await depesch('suppressions list');
    expect(listed.out).toMatch(/^[0-9a-f]{12} {2}\S.* {2}manual {2}phone$/m);
    expect(listed.out).not.toContain('kim@');
    expect(await depesch('suppressions list', 'elin')).toMatchObject({ status: 1 });
    expect((await depesch('suppressions remove kim@lillan.example')).out).toContain('may get letters again');
    expect(await depesch('suppressions remove kim@lillan.example')).toMatchObject({
      status: 1,
      err: expect.stringContaining('does not exist'),
    });
  });
});

describe('a bounce nobody could read', () => {
  it('is listed, shown without steering the terminal, and decided once', async () => {
    const raw = Buffer.from(mailOf('text/plain', 'Who are you?\u001b[2J', { from: 'kim@lillan.example', subject: 'Hello' }));
    const { id } = await storeBounce(world.services, { via: 'api', raw });
    await judgeBounces(world.services);
    expect((await depesch('bounces list --unparsed')).out).toMatch(new RegExp(`^${id} .* unparsed .*neither a report`, 'm'));
    expect((await depesch('status')).out).toMatch(/^bounces +one waits for a person/m);
    const shown = await depesch(`bounces show ${id}`);
    expect(shown.out).toContain('Who are you?\u00b7[2J');
    expect((await depesch('bounces judge')).out).toContain('0 could be read now');
    expect((await depesch(`bounces judge ${id} --complaint`)).err).toContain('--address');
    expect((await depesch(`bounces judge ${id} --complaint --hard`)).err).toContain('exclude each other');
    expect((await depesch(`bounces judge ${id} --complaint --address kim@lillan.example`)).out).toContain(`bounce ${id}: complaint`);
    expect((await depesch('suppressions show kim@lillan.example')).out).toContain('complaint, decided by maria');
    expect((await depesch(`bounces judge ${id} --ignore`)).err).toContain('judged already');
    expect((await depesch('bounces list')).out).toMatch(/complaint/);
    expect(await depesch(`bounces show ${id}`, 'jonas')).toMatchObject({ status: 1 });
  });
});
