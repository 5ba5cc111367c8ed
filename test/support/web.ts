import { connect } from 'node:net';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { deskRoutes, isEditor } from '../../src/producers/desk/desk.ts';
import { buildServer } from '../../src/producers/http/server.ts';
import { createSignInLink } from '../../src/shared/accounts/sessions.ts';
import { createToken } from '../../src/shared/accounts/tokens.ts';
import { handler as feeds } from '../../src/workers/feeds.ts';
import { handler as html } from '../../src/workers/html.ts';
import type { World } from './world.ts';

/** The web side of a world as main.ts builds it, asked without a socket unless a test listens. */
export type Web = {
  readonly app: FastifyInstance;
  /** Bearer tokens by account. */
  readonly tokens: Readonly<Record<'elin' | 'jonas' | 'maria', string>>;
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** An API request of one person. */
  api(
    account: 'elin' | 'jonas' | 'maria',
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<LightMyRequestResponse>;
  /** Port of a real socket on 127.0.0.1, opened at the first call. */
  port(): Promise<number>;
  close(): Promise<void>;
};

/** `now` is the clock of the public pages. */
export async function openWeb(world: World, now?: () => Date): Promise<Web> {
  const { services } = world;
  const app = await buildServer(services, {
    areas: [(area) => deskRoutes(area, services)],
    seesDrafts: (request) => isEditor(services, request),
    now,
  });
  const token = (account: string) => createToken(services.database, { account, name: 'test' });
  const tokens = { elin: await token('elin'), jonas: await token('jonas'), maria: await token('maria') };
  let port: number | undefined;
  return {
    app,
    tokens,
    get: (path, headers = {}) => app.inject({ method: 'GET', url: path, headers }),
    api: (account, method, path, body) =>
      app.inject({
        method,
        url: `/api${path}`,
        headers: { authorization: `Bearer ${tokens[account]}` },
        ...(body === undefined ? {} : { payload: body as object }),
      }),
    async port() {
      if (port === undefined) {
        await app.listen({ host: '127.0.0.1', port: 0 });
        port = (app.server.address() as { port: number }).port;
      }
      return port;
    },
    close: () => app.close(),
  };
}

/** Signs somebody in at the desk as a browser would; gives the cookie to send. */
export async function signIn(world: World, web: Web, account: string): Promise<string> {
  const token = await createSignInLink(world.services.database, account);
  const answer = await web.app.inject({ method: 'POST', url: `/desk/sign-in/${token}` });
  const cookie = answer.cookies.find(({ name }) => name.endsWith('depesch'))!;
  return `${cookie.name}=${cookie.value}`;
}

/** Writes everything owed to the public folder, as the html and feeds workers do. */
export async function writeOutput(world: Pick<World, 'services'>): Promise<void> {
  const context = { services: world.services, signal: new AbortController().signal };
  await html.handle({ rebuild: true }, context);
  await feeds.handle({ rebuild: true }, context);
}

/** Sends bytes as they are, for what no well-behaved client would send; gives the whole answer as text. */
export async function rawRequest(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', reject);
  });
}
