import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findListening } from '../../src/shared/platform/embedded/listening.ts';
import { type Check, type Figure, runProgram } from '../support/check.ts';
import { plainContent, publish } from '../support/newsdesk.ts';
import { openTestHouse, type TestHouse } from '../support/newsroom-house.ts';
import { until } from '../support/until.ts';

/*
 * What one request costs the server, against nginx on the very same files. Both with one process, kept-alive connections and no compression, asked
 * in turn by wrk; CPU is user and system of the serving process alone, so the client's share of the machine does not count.
 */
const RELEASES = 60;
const CONNECTIONS = 16;
const SECONDS = 4;
const ROUNDS = 3;
const NGINX_PORT = 18_992;
const WANTED = 2.5;

type Served = { readonly name: string; readonly port: number; readonly pid: number };
type Cost = { readonly perRequest: number; readonly rate: number };

export const bench: Check = {
  about: 'CPU of one request of a reader, against nginx serving the same files',
  async missing() {
    for (const [program, name, flag] of [
      ['wrk', 'wrk', '-v'],
      ['nginx', 'nginx-light', '-v'],
    ] as const) {
      if ((await runProgram(program, [flag])).status === null) return `${program} is not there: apt-get install ${name}`;
    }
    return undefined;
  },
  async run() {
    const house = await openTestHouse({ subscribers: 0, without: ['delivery', 'archive'] });
    const folder = mkdtempSync(join(tmpdir(), 'depesch-serving-'));
    let nginx: ChildProcess | undefined;
    try {
      const paths = await fill(house);
      nginx = startNginx(folder, join(house.config.dataDir, 'public'));
      const servers = [
        { name: 'depesch', port: Number(new URL(house.address()).port), pid: producersOf(house) },
        { name: 'nginx', port: NGINX_PORT, pid: await workerOf(nginx) },
      ];
      const figures = [
        ...(await compare(servers, { folder, paths, known: false })),
        ...(await compare(servers, { folder, paths, known: true })),
      ];
      const version = (await runProgram('nginx', ['-v'])).err.trim().replace('nginx version: ', '');
      return { with: `${version}, ${availableParallelism()} cores`, figures };
    } finally {
      nginx?.kill('SIGTERM');
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Publishes releases as long as real ones, and waits until all are written. Gives the addresses to ask for: pages, the front page, the feeds. */
async function fill(house: TestHouse): Promise<string[]> {
  const paths = ['/', '/rss.xml', '/atom.xml', '/feed.json'];
  for (let n = 1; n <= RELEASES; n += 1) {
    const body = Array.from(
      { length: 14 },
      (_, at) => `Stycke ${at} om sak ${n}. ${'Nämnden beslutade att arbetet går vidare i höst. '.repeat(6)}`,
    );
    const { slug } = await publish(house, plainContent({ body: body.join('\n\n') }, `Sak ${n}`));
    paths.push(`/releases/${slug}/`);
  }
  const written = () =>
    house.services.database
      .selectFrom('receipts')
      .select('n')
      .where('channel', 'in', ['html', 'feeds'])
      .where('state', '<>', 'done')
      .limit(1)
      .executeTakeFirst();
  await until('everything is written', async () => (await written()) === undefined, 60_000);
  return paths;
}

function producersOf(house: TestHouse): number {
  return findListening(house.config.dataDir, 'http')!.pid;
}

function startNginx(folder: string, root: string): ChildProcess {
  const conf = join(folder, 'nginx.conf');
  writeFileSync(
    conf,
    `worker_processes 1; daemon off; user root; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; gzip off;
  keepalive_timeout 65; keepalive_requests 1000000000;
  server { listen 127.0.0.1:${NGINX_PORT}; root ${root}; index index.html; }
}
`,
  );
  return spawn('nginx', ['-c', conf, '-e', join(folder, 'error.log')], { stdio: 'ignore' });
}

async function workerOf(nginx: ChildProcess): Promise<number> {
  return until(
    'nginx has a worker',
    async () => Number((await runProgram('pgrep', ['-P', String(nginx.pid)])).out.trim().split('\n')[0]) || undefined,
  );
}

type Wish = {
  readonly folder: string;
  readonly paths: readonly string[] /** Ask as somebody who has the bytes already. */;
  readonly known: boolean;
};

async function compare(servers: readonly Served[], wish: Wish): Promise<Figure[]> {
  const costs = new Map<string, Cost[]>(servers.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const server of servers) {
      const cost = await measure(server, wish);
      // The first round only warms both up.
      if (round > 0) costs.get(server.name)!.push(cost);
    }
  }
  const [ours, theirs] = servers.map(({ name }) => median(costs.get(name)!));
  const status = wish.known ? '304' : '200';
  const ratio = ours!.perRequest / theirs!.perRequest;
  const line = (name: string, { perRequest, rate }: Cost) => ({
    what: `${status}: ${name}`,
    found: `${perRequest.toFixed(1)} µs CPU a request, ${Math.round(rate).toLocaleString('en')} a second`,
    wanted: '',
    right: true,
  });
  return [
    line('Depesch', ours!),
    line('nginx', theirs!),
    { what: `${status}: CPU of Depesch over nginx`, found: ratio.toFixed(2), wanted: `at most ${WANTED}`, right: ratio <= WANTED },
  ];
}

function median(costs: readonly Cost[]): Cost {
  return [...costs].sort((one, other) => one.perRequest - other.perRequest)[Math.floor(costs.length / 2)]!;
}

async function measure({ port, pid }: Served, { folder, paths, known }: Wish): Promise<Cost> {
  const script = join(folder, 'ask.lua');
  writeFileSync(script, await askingScript(port, paths, known));
  const before = cpuMs(pid);
  const address = `http://127.0.0.1:${port}`;
  const { out } = await runProgram('wrk', ['-t', '1', '-c', String(CONNECTIONS), '-d', `${SECONDS}s`, '-s', script, address]);
  const spent = cpuMs(pid) - before;
  const requests = Number(/(\d+) requests in/.exec(out)?.[1] ?? 0);
  if (requests === 0 || /Non-2xx or 3xx/.test(out)) throw new Error(`wrk: ${out}`);
  return { perRequest: (spent * 1_000) / requests, rate: Number(/Requests\/sec:\s*([\d.]+)/.exec(out)?.[1] ?? 0) };
}

/** A script for wrk that asks for each address in turn, with its ETag when the bytes are known. */
async function askingScript(port: number, paths: readonly string[], known: boolean): Promise<string> {
  const lines = await Promise.all(
    paths.map(async (path) => {
      if (!known) return `wrk.format("GET", ${JSON.stringify(path)})`;
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity' } });
      await answer.arrayBuffer();
      return `wrk.format("GET", ${JSON.stringify(path)}, {["If-None-Match"]=${JSON.stringify(answer.headers.get('etag'))}})`;
    }),
  );
  return `local asked, at = nil, 0
function init() asked = {${lines.join(',\n')}} end
function request() at = at % #asked + 1; return asked[at] end
`;
}

/** User and system time of a process so far, in ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  // The kernel counts in hundredths of a second (USER_HZ).
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
