import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Config, childEnvironment, withServers } from '../../shared/platform/config.ts';
import { openInbox } from '../../shared/platform/embedded/inbox.ts';
import { forgetInbox, rememberInbox } from '../../shared/platform/embedded/inbox-address.ts';
import { openServers } from '../../shared/platform/embedded/servers.ts';
import { InvalidInput } from '../../shared/platform/failure.ts';
import { onShutdown } from '../../shared/platform/lifecycle.ts';
import { nearest } from '../../shared/platform/spelling.ts';
import { askRebuild, REBUILDABLE } from '../../shared/publishing/channels.ts';
import { loadHouse } from '../../shared/publishing/house.ts';
import { sweep } from '../../shared/publishing/sweep.ts';
import { QUEUE_NAMES } from '../../shared/queue/jobs.ts';
import { type Act, type Answer, type Cli, commandLog } from './context.ts';
import { houseExit, houseText } from './house-text.ts';
import { prepareHouse } from './newsroom-source.ts';

const WORKERS = join(import.meta.dirname, '../../workers/main.ts');

export function houseCommands(program: Command, act: Act): void {
  program.command('status').description('the house: servers, workers, what is owed, paused, scheduled').action(act(status));
  program
    .command('work')
    .description('work for the named channels in this terminal; none named means all')
    .argument('[channel...]', QUEUE_NAMES.join(', '))
    .action(act(work));
  program.command('migrate').description('bring the database and the newsroom up to date').action(act(migrate));
  program.command('sweep').description('look for what is owed and due, and wake its workers').action(act(sweepNow));
  program
    .command('rebuild')
    .description('make pages or feeds again from the truth')
    .argument('[channel]', `${REBUILDABLE.join(' or ')}; none named means both`)
    .action(act(rebuild));
}

function status(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const house = await loadHouse(services);
    const { newsroom } = await services.newsroom();
    return {
      text: houseText(house, { now: new Date(), timezone: newsroom.timezone, newsroom: newsroom.name }),
      json: house,
      exit: houseExit(house),
    };
  });
}

function migrate(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const { migrations, changed, newsroom } = await prepareHouse(services);
    const text = [
      migrations.length > 0 ? `database    ${migrations.join(', ')}` : 'database    up to date',
      `newsroom    ${newsroom.name}${changed ? ', changed: pages and feeds are made again' : ', unchanged'}`,
    ];
    return { text: text.join('\n'), json: { migrations, newsroomChanged: changed } };
  });
}

function sweepNow(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const report = await sweep(services);
    return { text: `${report.woken} woken, ${report.owedAgain} owed again, ${report.claimsSettled} claims settled`, json: report };
  });
}

function rebuild(cli: Cli, channel: string | undefined): Promise<Answer> {
  const chosen = channel === undefined ? REBUILDABLE : REBUILDABLE.filter((name) => name === channel);
  if (chosen.length === 0) {
    const message = `"${channel}" cannot be made again: letters are sent once, and the archive is written once.`;
    throw new InvalidInput([{ at: '', field: 'channel', message, remedy: `Name ${REBUILDABLE.join(' or ')}.`, severity: 'error' }]);
  }
  return cli.withServices(async (services) => {
    const actor = cli.options.as === undefined && services.config.token === undefined ? undefined : await cli.actor(services);
    for (const name of chosen) await askRebuild(services, actor, { channel: name, reason: 'asked for on the command line' });
    return { text: `asked for: ${chosen.join(' and ')}`, json: { rebuild: chosen } };
  });
}

async function work(cli: Cli, channels: string[]): Promise<Answer | undefined> {
  const problems = channels
    .filter((name) => !(QUEUE_NAMES as readonly string[]).includes(name))
    .map((name) => {
      const near = nearest(name, QUEUE_NAMES);
      return {
        at: '',
        field: name,
        message: 'is not a channel.',
        remedy: `${near ? `Near: ${near}. ` : ''}All: ${QUEUE_NAMES.join(', ')}.`,
        severity: 'error' as const,
      };
    });
  if (problems.length > 0) throw new InvalidInput(problems);
  const signal = onShutdown();
  const servers = await openServers(cli.config(), 'command', commandLog(cli.config()));
  try {
    const letters = await openLetters(servers.config);
    const exit = await runWorkers(channels, letters.config, signal).finally(() => letters.close());
    return { text: 'ended', json: { ended: true }, exit: exit === 0 ? 0 : 1 };
  } finally {
    await servers.close();
  }
}

/** A local inbox, when letters would go to one and none is open. */
async function openLetters(config: Config): Promise<{ config: Config; close(): Promise<void> }> {
  if (config.smtpUrl !== undefined || config.inboxPort !== undefined) return { config, close: async () => undefined };
  const inbox = await openInbox({ dataDir: config.dataDir });
  rememberInbox(config.dataDir, inbox.port);
  const { databaseUrl, redisUrl } = config;
  return {
    config: withServers(config, { databaseUrl: databaseUrl!, redisUrl: redisUrl!, inboxPort: inbox.port }),
    async close() {
      forgetInbox(config.dataDir);
      await inbox.close();
    },
  };
}

/** Workers are a program of their own: a door never imports what works behind it. */
function runWorkers(channels: readonly string[], config: Config, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WORKERS, ...channels], { stdio: 'inherit', detached: true, env: childEnvironment(config) });
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
