import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Config, childEnvironment, withServers } from '../../shared/platform/config.ts';
import { openInbox } from '../../shared/platform/embedded/inbox.ts';
import { forgetPort, rememberPort } from '../../shared/platform/embedded/listening.ts';
import { openServers } from '../../shared/platform/embedded/servers.ts';
import { InvalidInput, problemWith } from '../../shared/platform/failure.ts';
import { onShutdown } from '../../shared/platform/lifecycle.ts';
import { NODE_FLAGS } from '../../shared/platform/processes.ts';
import { nearest } from '../../shared/platform/spelling.ts';
import { QUEUE_NAMES } from '../../shared/queue/jobs.ts';
import { type Act, type Answer, type Cli, commandLog } from './context.ts';

const WORKERS = join(import.meta.dirname, '../../workers/main.ts');

export function workCommands(program: Command, act: Act): void {
  program
    .command('work')
    .description('work for the named channels in this terminal; none named means all')
    .argument('[channel...]', QUEUE_NAMES.join(', '))
    .action(act(work));
}

async function work(cli: Cli, channels: string[]): Promise<Answer | undefined> {
  const problems = channels
    .filter((name) => !(QUEUE_NAMES as readonly string[]).includes(name))
    .map((name) => {
      const near = nearest(name, QUEUE_NAMES);
      return problemWith(name, 'is not a channel.', `${near ? `Near: ${near}. ` : ''}All: ${QUEUE_NAMES.join(', ')}.`);
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
  rememberPort(config.dataDir, 'inbox', inbox.port);
  const { databaseUrl, redisUrl } = config;
  return {
    config: withServers(config, { databaseUrl: databaseUrl!, redisUrl: redisUrl!, inboxPort: inbox.port }),
    async close() {
      forgetPort(config.dataDir, 'inbox');
      await inbox.close();
    },
  };
}

/** Workers are a program of their own: a door never imports what works behind it. */
function runWorkers(channels: readonly string[], config: Config, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...NODE_FLAGS, WORKERS, ...channels], {
      stdio: 'inherit',
      detached: true,
      env: childEnvironment(config),
    });
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
