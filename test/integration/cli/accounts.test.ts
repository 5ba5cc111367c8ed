import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccount, namesOfAccounts } from '../../../src/shared/accounts/accounts.ts';
import { actorOfSession, createSignInLink, useSignInLink } from '../../../src/shared/accounts/sessions.ts';
import { actorOfToken } from '../../../src/shared/accounts/tokens.ts';
import { runCommand, settingsOf } from '../../support/command-line.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'depesch-accounts-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

const depesch = (...args: string[]) => runCommand(args, { folder, environment: { ...settingsOf(world), NEWSROOM: '' } });
const makeToken = async (name: string) => (await depesch('token', 'create', 'jonas', '--name', name)).out.trim();

test('a token that was lost is ended by its name; the others stay', async () => {
  const [lost, kept] = [await makeToken('laptop'), await makeToken('intranet')];
  expect((await depesch('token', 'list', 'jonas')).out).toMatch(/^intranet .*never used\nlaptop /);
  expect(await depesch('token', 'revoke', 'jonas', '--name', 'laptop')).toMatchObject({ status: 0, out: 'one token of jonas ended\n' });
  expect(await depesch('token', 'revoke', 'jonas', '--name', 'laptop')).toMatchObject({ status: 1 });
  expect(await actorOfToken(world.services.database, lost)).toBeUndefined();
  expect(await actorOfToken(world.services.database, kept)).toMatchObject({ account: 'jonas' });
});

test('who has left is let in by no session, link or token, also not when the account is opened again', async () => {
  const db = world.services.database;
  const token = await makeToken('laptop');
  const { session } = (await useSignInLink(db, await createSignInLink(db, 'jonas')))!;
  const link = await createSignInLink(db, 'jonas');
  expect(await depesch('account', 'close', 'jonas')).toMatchObject({ status: 0, out: 'jonas is closed\n' });
  expect(await depesch('account', 'close', 'jonas')).toMatchObject({ status: 1 });
  expect((await depesch('account', 'list')).out).not.toContain('jonas');
  expect(await findAccount(db, 'jonas')).toBeUndefined();
  expect((await namesOfAccounts(db)).get('jonas')).toBe('Jonas Lind');
  await depesch('account', 'create', 'jonas', '--name', 'Jonas Lind', '--email', 'jonas@alvmark.example', '--role', 'approver');
  expect(await findAccount(db, 'jonas')).toMatchObject({ roles: ['approver'] });
  expect(await actorOfSession(db, session)).toBeUndefined();
  expect(await useSignInLink(db, link)).toBeUndefined();
  expect(await actorOfToken(db, token)).toBeUndefined();
});
