import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type DkimKeyFile, needsSelector, readDkimKeys, resolveDkimKey } from './dkim-setting.ts';
import { nearMisses, readDotEnv } from './dotenv.ts';
import { InvalidInput, type Problem, problemWith } from './failure.ts';

/** A number written in digits; `message` says what it should be. */
const number = (least: number, most: number, message: string) => z.coerce.number(message).min(least, message).max(most, message);
const port = number(0, 65_535, 'is not a port from 0 to 65535').int('is not a port from 0 to 65535');
const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `is not a ${protocols.map((protocol) => `${protocol}//`).join(' or ')} address`,
  });

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`. */
const nameServer = z.string().refine((text) => isIP(text) > 0 || isIP(/^\[?(.+?)\]?:\d{1,5}$/.exec(text)?.[1] ?? '') > 0, {
  message: 'is not the IP address of a name server, with or without a port',
});

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting of the public contract, with its default. Empty text counts as not set. */
const Settings = z.object({
  HOST: z.string().default('localhost'),
  PORT: port.default(8080),
  BASE_URL: url(['http:', 'https:']).optional(),
  TRUST_PROXY: z.string().optional(),
  ALERT_MAIL: z.email('is not an e-mail address').optional(),
  ALERT_URL: url(['http:', 'https:']).optional(),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:', 'unix:']).optional(),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: z.string().optional(),
  MAIL_RECIPIENTS: z.string().optional(),
  BOUNCE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'is not a domain name')
    .toLowerCase()
    .optional(),
  BOUNCE_PORT: port.optional(),
  DKIM_KEY: z.string().optional(),
  DKIM_SELECTOR: z.string().optional(),
  DKIM_DOMAIN: z.string().optional(),
  DNS_SERVER: nameServer.optional(),
  ALLOW_PRIVATE_CALLBACKS: z.enum(['yes', 'no'], 'is neither yes nor no').default('no'),
  NEWSROOM: z.string().optional(),
  SWEEP_SECONDS: number(0.2, 3_600, 'is not a number of seconds from 0.2 to 3600').default(15),
  LOG_LEVEL: z.enum(LEVELS, `is not one of ${LEVELS.join(', ')}`).default('info'),
  SHUTDOWN_MS: number(100, 600_000, 'is not a number of milliseconds from 100 to 600000').default(10_000),
  DEPESCH_TOKEN: z.string().optional(),
});
type SettingName = keyof z.infer<typeof Settings>;
const NAMES = Object.keys(Settings.shape) as SettingName[];

/** The folder of `./depesch`. */
const INSTALLATION = join(import.meta.dirname, '../../..');

/** Settings that hold a path, made absolute at once: children may run elsewhere. */
const PATHS = ['DATA_DIR', 'NEWSROOM'] as const;

/** Handed from `up` to its children and to commands it starts; not settings for people. */
const INTERNAL = ['DEPESCH_PARENT', 'DEPESCH_INBOX_PORT'] as const;

export type Config = {
  readonly host: string;
  readonly port: number;
  /** Public address without a trailing slash; every canonical link begins with it. */
  readonly baseUrl: string;
  readonly trustProxy: string | undefined;
  readonly alertMail: string | undefined;
  readonly alertUrl: string | undefined;
  /** Absolute path. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string | undefined;
  /** `*`, or addresses and @domains separated by commas; undefined lets only the local inbox take mail. */
  readonly mailRecipients: string | undefined;
  readonly bounceDomain: string | undefined;
  readonly bouncePort: number | undefined;
  /** The keys every letter is signed with, one signature each; never empty. */
  readonly dkim: { readonly keys: readonly DkimKeyFile[]; readonly domain: string } | undefined;
  /** Name server that preflight asks, `address` or `address:port`; undefined leaves it to the system. */
  readonly dnsServer: string | undefined;
  /** Callbacks of our hub and webhooks may lie in this machine's own networks. */
  readonly allowPrivateCallbacks: boolean;
  /** Absolute path of the newsroom file, when named. */
  readonly newsroomFile: string | undefined;
  readonly sweepMs: number;
  readonly logLevel: z.infer<typeof Settings>['LOG_LEVEL'];
  readonly shutdownMs: number;
  /** The caller's API token for the CLI. */
  readonly token: string | undefined;
  /** Pid of the `up` that started this process. */
  readonly parentPid: number | undefined;
  /** Port of the local inbox on 127.0.0.1; letters go there while SMTP_URL is not set. */
  readonly inboxPort: number | undefined;
  /** The settings as text, to hand to child processes unchanged. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names in the environment that look like a misspelt setting, one sentence each. */
  readonly warnings: readonly string[];
};

/**
 * Reads the settings from `.env` in `folder` and from the environment (which wins; an empty value there unsets the file's).
 * `folder` is the installation's own, so that `/opt/depesch/depesch status` means the same house wherever it is called;
 * a relative path in the environment starts where the caller stands, every other in `folder`.
 * Throws InvalidInput naming each wrong setting; an unknown key in `.env` is an error, in the environment a near miss is a warning.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, folder: string = INSTALLATION): Config {
  const problems: Problem[] = [];
  const file = readDotEnv(resolve(folder, '.env'), NAMES, problems);
  const values: Record<string, string> = {};
  for (const name of [...NAMES, ...INTERNAL]) {
    const value = environment[name] ?? file[name];
    if (value !== undefined && value.trim() !== '') values[name] = value.trim();
  }
  const beginning = (name: string) => (environment[name] === undefined ? folder : process.cwd());
  for (const name of PATHS) {
    if (values[name] !== undefined) values[name] = resolve(beginning(name), values[name]);
  }
  if (values.DKIM_KEY !== undefined) values.DKIM_KEY = resolveDkimKey(values.DKIM_KEY, beginning('DKIM_KEY'));
  const parsed = Settings.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      problems.push(problemWith(name, `"${values[name]}" ${issue.message}.`, `Correct ${name} or remove it; see .env.example.`));
    }
  }
  if (problems.length > 0 || !parsed.success) throw new InvalidInput(problems);
  const settings = parsed.data;
  problems.push(...problemsWithDkim(settings), ...problemsWithRealMail(settings));
  if (problems.length > 0) throw new InvalidInput(problems);
  const host = settings.HOST;
  return {
    host,
    port: settings.PORT,
    baseUrl: (settings.BASE_URL ?? localAddress(host, settings.PORT)).replace(/\/+$/, ''),
    trustProxy: settings.TRUST_PROXY,
    alertMail: settings.ALERT_MAIL,
    alertUrl: settings.ALERT_URL,
    dataDir: resolve(folder, settings.DATA_DIR),
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    smtpUrl: settings.SMTP_URL,
    mailFrom: settings.MAIL_FROM,
    mailRecipients: settings.MAIL_RECIPIENTS,
    bounceDomain: settings.BOUNCE_DOMAIN,
    bouncePort: settings.BOUNCE_PORT,
    dkim:
      settings.DKIM_KEY && settings.DKIM_DOMAIN
        ? { keys: readDkimKeys(settings.DKIM_KEY, settings.DKIM_SELECTOR) as DkimKeyFile[], domain: settings.DKIM_DOMAIN }
        : undefined,
    dnsServer: settings.DNS_SERVER,
    allowPrivateCallbacks: settings.ALLOW_PRIVATE_CALLBACKS === 'yes',
    newsroomFile: settings.NEWSROOM === undefined ? undefined : resolve(folder, settings.NEWSROOM),
    sweepMs: settings.SWEEP_SECONDS * 1_000,
    logLevel: settings.LOG_LEVEL,
    shutdownMs: settings.SHUTDOWN_MS,
    token: settings.DEPESCH_TOKEN,
    parentPid: values.DEPESCH_PARENT === undefined ? undefined : Number(values.DEPESCH_PARENT),
    inboxPort: values.DEPESCH_INBOX_PORT === undefined ? undefined : Number(values.DEPESCH_INBOX_PORT),
    environment: values,
    warnings: nearMisses(Object.keys(environment), NAMES),
  };
}

/** The address of what listens on this machine. */
export function localAddress(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The same settings with another port, and with its address where no public one is set. */
export function withPort(config: Config, port: number): Config {
  const baseUrl = config.environment.BASE_URL === undefined ? localAddress(config.host, port) : config.baseUrl;
  return { ...config, port, baseUrl, environment: { ...config.environment, PORT: String(port) } };
}

/** The same settings with the addresses of servers that were started or found. */
export function withServers(config: Config, servers: { databaseUrl: string; redisUrl: string; inboxPort: number | undefined }): Config {
  const environment: Record<string, string> = { ...config.environment, DATABASE_URL: servers.databaseUrl, REDIS_URL: servers.redisUrl };
  if (servers.inboxPort !== undefined) environment.DEPESCH_INBOX_PORT = String(servers.inboxPort);
  return { ...config, ...servers, environment };
}

/** The environment of a child process: this one's, with every setting as this process understood it. */
export function childEnvironment(config: Config): NodeJS.ProcessEnv {
  return { ...process.env, ...config.environment, DEPESCH_PARENT: String(process.pid) };
}

/** True when the address is only reachable from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function problemsWithDkim(settings: z.infer<typeof Settings>): Problem[] {
  const { DKIM_KEY: key, DKIM_SELECTOR: selector } = settings;
  // Keys that each bring a selector need no general one.
  const general = key === undefined || needsSelector(key) ? (['DKIM_SELECTOR'] as const) : [];
  const wanted = ['DKIM_KEY', ...general, 'DKIM_DOMAIN'] as const;
  const given = (['DKIM_KEY', 'DKIM_SELECTOR', 'DKIM_DOMAIN'] as const).filter((name) => settings[name] !== undefined);
  const missing = wanted.filter((name) => settings[name] === undefined);
  if (given.length > 0 && missing.length > 0) {
    const remedy = 'DKIM needs all three: key file, selector and domain.';
    return [problemWith(missing.join(' and '), `is missing while ${given.join(' and ')} is set.`, remedy)];
  }
  const keys = key === undefined ? [] : readDkimKeys(key, selector);
  if (typeof keys !== 'string') return [];
  return [problemWith('DKIM_KEY', keys, 'Write one path, or several as selector:path with commas between; see .env.example.')];
}

function problemsWithRealMail(settings: z.infer<typeof Settings>): Problem[] {
  const problems: Problem[] = [];
  if (settings.BOUNCE_PORT !== undefined && settings.BOUNCE_DOMAIN === undefined) {
    const remedy = 'Set BOUNCE_DOMAIN to the domain whose mail comes to that port.';
    problems.push(problemWith('BOUNCE_DOMAIN', 'is missing while BOUNCE_PORT is set.', remedy));
  }
  if (settings.SMTP_URL === undefined) return problems;
  const why = 'SMTP_URL is set, so real mail would leave.';
  if (settings.BASE_URL === undefined) {
    problems.push(problemWith('BASE_URL', `is missing. ${why}`, 'Set it to the public https address, so that links in letters work.'));
  } else {
    const base = new URL(settings.BASE_URL);
    if (base.protocol !== 'https:' || isLoopback(base.hostname)) {
      problems.push(problemWith('BASE_URL', `"${settings.BASE_URL}" cannot stand in letters. ${why}`, 'Use the public https address.'));
    }
  }
  if (settings.MAIL_FROM === undefined)
    problems.push(problemWith('MAIL_FROM', `is missing. ${why}`, 'Set the sender, such as: Region Älvmark <nyheter@alvmark.example>'));
  if (settings.MAIL_RECIPIENTS === undefined) {
    problems.push(
      problemWith('MAIL_RECIPIENTS', `is missing. ${why}`, 'Set * in production, or the addresses and @domains that may get mail.'),
    );
  }
  return problems;
}
