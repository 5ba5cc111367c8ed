import { findAccount, listAccounts } from '../../shared/accounts/accounts.ts';
import type { Actor } from '../../shared/accounts/actor.ts';
import { actorOfToken } from '../../shared/accounts/tokens.ts';
import { type Config, readConfig } from '../../shared/platform/config.ts';
import { actAsOwner } from '../../shared/platform/embedded/folders.ts';
import { openServers } from '../../shared/platform/embedded/servers.ts';
import { Forbidden } from '../../shared/platform/failure.ts';
import { type Log, openLog } from '../../shared/platform/log.ts';
import type { Services, ServicesOptions } from '../../shared/services.ts';

/** 0 done, 1 failed, 3 under way. */
export type ExitStatus = 0 | 1 | 3;

/** What a command has to say: to people, or with --json to programs. */
export type Answer = { readonly text: string; readonly json: unknown; readonly exit?: ExitStatus };

/** Where answers go; only cli.ts has a real one. */
export type Screen = {
  /** A line of the answer. */
  print(text: string): void;
  /** Bytes of the answer as they are, without a line end. */
  write(text: string): void;
  /** A line that is no part of the answer. */
  note(text: string): void;
  /** Puts text in place of what the last call put there; on anything but a terminal, below it. */
  replace(text: string): void;
  readonly columns: number;
};

export type CallOptions = { readonly json?: boolean; readonly as?: string };

/** What every command file works with. */
export type Cli = {
  readonly screen: Screen;
  readonly options: CallOptions;
  /** The settings. Throws InvalidInput naming each wrong one. */
  config(): Config;
  /** Runs with the servers of this house, running or started for the moment. */
  withServices<T>(work: (services: Services) => Promise<T>): Promise<T>;
  openServices(options: ServicesOptions): Promise<Services>;
  /** Who is asking, by --as or DEPESCH_TOKEN. Throws Forbidden naming the accounts there are. */
  actor(services: Services): Promise<Actor>;
};

/** Makes a handler into what commander calls: arguments in, answer on the screen, exit status set. */
export type Act = <Arguments extends unknown[]>(
  handler: (cli: Cli, ...parameters: Arguments) => Promise<Answer | undefined>,
) => (...parameters: Arguments) => Promise<void>;

export type CliOptions = { screen: Screen; options: CallOptions; openServices: Cli['openServices'] };

export function openCli({ screen, options, openServices }: CliOptions): Cli {
  let known: Config | undefined;
  function config(): Config {
    if (known === undefined) {
      known = readConfig();
      actAsOwner(known.dataDir);
      for (const warning of known.warnings) screen.note(warning);
    }
    return known;
  }
  return {
    screen,
    options,
    config,
    openServices,
    withServices: (work) => withServices({ config: config(), openServices }, work),
    actor: (services) => findActor(services, options.as, config().token),
  };
}

/** Commands answer in words; what happens beneath is of interest only to whoever looks for a fault. */
export function commandLog(config: Config): Log {
  const wanted = config.logLevel === 'debug' || config.logLevel === 'trace';
  return openLog('cli', wanted ? config.logLevel : 'silent', false, 2);
}

async function withServices<T>(
  { config, openServices }: { config: Config; openServices: Cli['openServices'] },
  work: (services: Services) => Promise<T>,
): Promise<T> {
  const log = commandLog(config);
  const servers = await openServers(config, 'command', log);
  const letGo = closeOnSignal(() => servers.close());
  try {
    // `waiting`: the servers answered a moment ago, and a wake-up must not be refused only because the connection is some milliseconds old.
    const services = await openServices({ config: servers.config, log, redis: 'waiting', connections: 4 });
    try {
      return await work(services);
    } finally {
      await services.close();
    }
  } finally {
    letGo();
    await servers.close();
  }
}

/** Ctrl-C ends a command at once, but not without ending the servers it started. */
function closeOnSignal(close: () => Promise<void>): () => void {
  const stop = (signal: NodeJS.Signals) => {
    letGo();
    void close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  function letGo() {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return letGo;
}

async function findActor(services: Services, as: string | undefined, token: string | undefined): Promise<Actor> {
  const actor = as === undefined ? token && (await actorOfToken(services.database, token)) : await findAccount(services.database, as);
  if (actor) return actor;
  const accounts = (await listAccounts(services.database)).map(
    (account) => `${account.account} (${account.name}, ${account.roles.join(' and ')})`,
  );
  const remedy =
    accounts.length === 0
      ? 'There are no accounts yet: ./depesch account create ID --name NAME --email ADDRESS --role author'
      : `Say who you are with --as ACCOUNT or DEPESCH_TOKEN. Accounts: ${accounts.join('; ')}`;
  if (as !== undefined) throw new Forbidden('no_such_account', `There is no account "${as}".`, remedy);
  throw new Forbidden(
    'nobody',
    token === undefined ? 'This needs to know who asks.' : 'DEPESCH_TOKEN is not the token of an account.',
    remedy,
  );
}
