import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findRedis } from '../src/shared/platform/embedded/programs.ts';

// Brings what npm cannot: a Redis, and with --tests a browser. Run by itself before `npm run demo` and `npm test`; does nothing when all is there.

type Need = {
  what: string;
  /** Undefined while it is missing. */
  find: () => string | undefined;
  debian: string;
  elsewhere: string;
};

const { values: options } = parseArgs({
  options: { tests: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false } },
});

const REDIS: Need = {
  what: 'Redis',
  find: () => (process.env.REDIS_URL ? 'at REDIS_URL' : findRedis()?.version),
  // Not redis-server: that package starts a service of the system on port 6379. redis-tools holds the same program.
  debian: 'redis-tools',
  elsewhere: 'brew install redis',
};
const BROWSER: Need = {
  what: 'Chromium',
  find: () => ['chromium', 'chromium-browser', 'google-chrome'].map(versionOf).find((version) => version !== undefined),
  debian: 'chromium',
  elsewhere: 'brew install --cask chromium',
};

function versionOf(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /\d+(\.\d+)+/.exec(stdout)?.[0] : undefined;
}

function isDebian(): boolean {
  return existsSync('/usr/bin/apt-get') && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Runs apt-get; gives what it said last when it failed. */
function aptGet(...words: string[]): string | undefined {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync('apt-get', ['-q', '-y', ...words], { encoding: 'utf8', env: environment });
  if (status === 0) return undefined;
  return error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-4).join('\n');
}

function hasPackageLists(): boolean {
  const folder = '/var/lib/apt/lists';
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('_Packages') || name.endsWith('.lz4'));
}

function install(packages: string[]): void {
  const tryOnce = () => aptGet('install', '--no-install-recommends', ...packages);
  // Lists may be there and old: then the files they name are gone, and reading them again helps.
  if (hasPackageLists() && tryOnce() === undefined) return;
  const failure = aptGet('update') ?? tryOnce();
  if (failure !== undefined) console.error(`apt-get could not install ${packages.join(' and ')}:\n${failure}`);
}

function main(): number {
  const needs = options.tests ? [REDIS, BROWSER] : [REDIS];
  const missing = needs.filter((need) => need.find() === undefined);
  if (missing.length > 0 && isDebian() && process.getuid?.() === 0) {
    const packages = missing.map((need) => need.debian);
    console.log(
      `Depesch installs ${packages.join(' and ')} with apt-get (${missing.map((need) => need.what).join(', ')}; no service is started)`,
    );
    install(packages);
  }
  const still = needs.filter((need) => need.find() === undefined);
  for (const need of still) {
    const command = isDebian()
      ? `sudo apt-get install ${need.debian}`
      : `${need.elsewhere}   or, with Debian and Ubuntu:  sudo apt-get install ${need.debian}`;
    console.error(`${need.what} is missing. Install it:  ${command}`);
  }
  if (still.includes(REDIS)) console.error('Or set REDIS_URL to a Redis of your own.');
  if (still.includes(BROWSER)) console.error('Without a browser:  npm run test:quick');
  if (still.length > 0) return 1;
  if (!options.quiet) {
    const found = needs.map((need) => `${need.what} ${need.find()} ok`);
    console.log(`Depesch needs    Node ${process.versions.node} ok    ${found.join('    ')}`);
  }
  return 0;
}

process.exitCode = main();
