import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isFreePort } from '../../../src/shared/platform/ports.ts';

test('a port is free until somebody listens on it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await isFreePort('127.0.0.1', port)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await isFreePort('127.0.0.1', port)).toBe(true);
});

test('an address that is not of this machine is refused with the settings to look at', async () => {
  await expect(isFreePort('192.0.2.1', 8080)).rejects.toMatchObject({ code: 'port_unusable', remedy: 'Look at HOST and PORT.' });
});
