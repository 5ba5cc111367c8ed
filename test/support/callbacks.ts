import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

/** One request as another system received it. */
export type Received = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** Gives a status, or a status and a body; what it throws or never gives leaves the line without an answer. */
export type Script = (request: Received) => number | [number, string] | Promise<number | [number, string]>;

/** A real HTTP server on loopback: a subscriber of the hub, or a system with a webhook. */
export type CallbackServer = {
  /** An address on it; each path is a callback of its own. */
  url(path?: string): string;
  /** Everything it got, or what came to one path. */
  received(path?: string): Received[];
  /** Pushes and messages alone. */
  posts(path?: string): Received[];
  /** How it answers POST from now on. */
  answer(script: Script): void;
  /** How it answers the hub's questions; the challenge, unless told otherwise. */
  confirm(script: Script): void;
  close(): Promise<void>;
};

const CONFIRM: Script = ({ query }) => [200, query.get('hub.challenge') ?? ''];
const TAKE: Script = () => 204;

export async function openCallbacks(): Promise<CallbackServer> {
  const received: Received[] = [];
  let [posted, asked]: [Script, Script] = [TAKE, CONFIRM];
  const server = createServer((request, response) => void handle(request, response));
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url!, 'http://callback.example');
    const got = {
      method: request.method!,
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    received.push(got);
    const answer = await (got.method === 'POST' ? posted : asked)(got);
    const [status, body] = typeof answer === 'number' ? [answer, ''] : answer;
    response.writeHead(status, status === 301 ? { location: '/elsewhere' } : {}).end(body);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const at = (path: string | undefined) => (one: Received) => path === undefined || one.path === path;
  return {
    url: (path = '/') => `http://127.0.0.1:${port}${path}`,
    received: (path) => received.filter(at(path)),
    posts: (path) => received.filter((one) => one.method === 'POST').filter(at(path)),
    answer(script) {
      posted = script;
    },
    confirm(script) {
      asked = script;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
