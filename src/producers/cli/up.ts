import { relative } from 'node:path';
import type { Command } from 'commander';
import { openDkim } from '../../shared/mail/dkim.ts';
import { isInboxShown } from '../../shared/mail/inbox-reader.ts';
import { monotonicMs, sleep } from '../../shared/platform/clock.ts';
import { type Config, localAddress } from '../../shared/platform/config.ts';
import { isDemoFolder } from '../../shared/platform/embedded/demo-mark.ts';
import { type House, openHouse } from '../../shared/platform/embedded/house.ts';
import { findListening } from '../../shared/platform/embedded/listening.ts';
import { Conflict } from '../../shared/platform/failure.ts';
import { onShutdown } from '../../shared/platform/lifecycle.ts';
import { openLog } from '../../shared/platform/log.ts';
import { isFreePort } from '../../shared/platform/ports.ts';
import type { Services } from '../../shared/services.ts';
import type { Act, Answer, Cli } from './context.ts';
import { type Prepared, prepareHouse } from './newsroom-source.ts';
import { makeSignIns, type SignIn, signInRows } from './sign-in.ts';
import { span, table } from './text.ts';

/** The producers of a killed `up` need a moment to see that it is gone and to give its port back. */
const PORT_PATIENCE_MS = 5_000;
const READY_PATIENCE_MS = 60_000;

export function upCommands(program: Command, act: Act): void {
  program.command('up').description('start everything: servers, newsroom and desk, one worker per channel; Ctrl-C ends it').action(act(up));
}

async function up(cli: Cli): Promise<Answer> {
  const config = cli.config();
  if (isDemoFolder(config.dataDir)) {
    throw new Conflict(
      'demo_folder',
      `${config.dataDir} holds a demo.`,
      'Set DATA_DIR to another folder: the demo and a newsroom never mix.',
    );
  }
  // A key that cannot sign would end the letters' worker again and again, where nobody looks.
  if (config.dkim) await openDkim(config.dkim);
  // With --json the standard output has the object and nothing else.
  const say = cli.options.json ? cli.screen.note : cli.screen.print;
  const signal = onShutdown();
  const log = openLog('up', config.logLevel);
  let start: Start | undefined;
  const house = await openHouse({
    config,
    log,
    prepare: async (complete) => {
      await demandFreePort(config);
      const services = await cli.openServices({ config: complete, log, redis: 'waiting', connections: 2 });
      start = await prepare(services).finally(() => services.close());
    },
  });
  say(describeHouse(house, start!.prepared));
  const port = await untilReady(house, signal);
  if (!signal.aborted)
    say(port === undefined ? notReady(house.config) : describeAddresses(house.config, { port, signIns: start!.signIns }));
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  say('ending      workers finish what they have in hand');
  const failures = await house.close();
  return { text: ['ended', ...failures].join('\n'), json: { ended: true, failures }, exit: failures.length > 0 ? 1 : 0 };
}

type Start = { readonly prepared: Prepared; readonly signIns: readonly SignIn[] };

async function prepare(services: Services): Promise<Start> {
  return { prepared: await prepareHouse(services), signIns: await makeSignIns(services) };
}

/** Throws Conflict when another program listens where the newsroom should. Port 0 means any free one. */
async function demandFreePort({ host, port }: Config): Promise<void> {
  const giveUpAt = monotonicMs() + PORT_PATIENCE_MS;
  while (port !== 0 && !(await isFreePort(host, port))) {
    if (monotonicMs() > giveUpAt)
      throw new Conflict('port_in_use', `Port ${port} of ${host} is in use.`, 'End the program that uses it, or set PORT to another.', {
        port,
      });
    await sleep(200);
  }
}

/** Waits until the newsroom answers; gives its port, or undefined when it does not answer within a minute. */
async function untilReady(house: House, signal: AbortSignal): Promise<number | undefined> {
  const { host: wished } = house.config;
  const host = ['0.0.0.0', '::', ''].includes(wished) ? 'localhost' : wished;
  const giveUpAt = monotonicMs() + READY_PATIENCE_MS;
  while (!signal.aborted && monotonicMs() < giveUpAt) {
    const port = listeningPort(house);
    const response =
      port === undefined
        ? undefined
        : await fetch(`${localAddress(host, port)}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (response?.ok) return port;
    await sleep(100, signal);
  }
  return undefined;
}

/** The port that this house's producers say they listen on. */
function listeningPort(house: House): number | undefined {
  const said = findListening(house.config.dataDir, 'http');
  return said?.pid === house.processes.pids().get('producers') ? said?.port : undefined;
}

function describeHouse(house: House, prepared: Prepared): string {
  const servers = house.notes.map((note) => `${note.name} ${note.version} ${note.how === 'started' ? span(note.ms) : note.how}`);
  if (house.config.smtpUrl === undefined) servers.push('mail inbox');
  const rows = [
    ['folder', relative(process.cwd(), house.config.dataDir) || '.'],
    ['started', servers.join(', ')],
    ['newsroom', prepared.newsroom.name],
  ];
  if (prepared.migrations.length > 0) rows.push(['migrated', prepared.migrations.join(', ')]);
  if (prepared.from === 'example') rows.push(['', 'the example: write yours with  cp newsroom.example.yaml newsroom.yaml']);
  return table(rows.map(([name, value]) => [name!.padEnd(10), value!]));
}

function describeAddresses(config: Config, { port, signIns }: { port: number; signIns: readonly SignIn[] }): string {
  // Port 0 asks for any free one; the public address cannot know which.
  const base = config.port === 0 ? localAddress(config.host, port) : config.baseUrl;
  const folder = relative(process.cwd(), config.dataDir) || '.';
  const rows = [
    ['open', `${base}/`],
    ['desk', `${base}/desk/`],
  ];
  const inbox = isInboxShown(config) ? `${base}/dev/inbox` : `${folder}/inbox/`;
  if (config.smtpUrl === undefined) rows.push(['letters', `${inbox} (no mail leaves: SMTP_URL is not set)`]);
  rows.push(...signInRows(base, signIns));
  rows.push(['logs', `${folder}/log/`]);
  return table(rows.map(([name, value]) => [name!.padEnd(10), value!]));
}

function notReady(config: Config): string {
  return `The newsroom does not answer yet. What holds it up stands in ${config.dataDir}/log/producers.log`;
}
