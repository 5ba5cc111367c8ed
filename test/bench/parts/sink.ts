import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { until } from '../../support/until.ts';

/** Postfix's own test programs: the server takes letters as fast as anybody can and forgets them, the client sends made-up ones. */
const SINK = '/usr/sbin/smtp-sink';
export const SOURCE = '/usr/sbin/smtp-source';

export async function missingPostfix(): Promise<string | undefined> {
  return existsSync(SINK) && existsSync(SOURCE) ? undefined : 'smtp-source and smtp-sink are not here: apt-get install postfix';
}

export type Sink = { readonly port: number; close(): Promise<void> };

/** Starts the mail server that all of them send to, in a process of its own. */
export async function openSink(): Promise<Sink> {
  const port = await freePort();
  const process: ChildProcess = spawn(SINK, ['-u', 'nobody', `127.0.0.1:${port}`, '256'], { stdio: ['ignore', 'ignore', 'inherit'] });
  await until('the sink listens', () => answers(port));
  return {
    port,
    async close() {
      process.kill('SIGTERM');
      await once(process, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
