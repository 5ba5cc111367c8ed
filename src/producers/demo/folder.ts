import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { discardVault } from '../../shared/archive/vault.ts';
import { type Config, withPort } from '../../shared/platform/config.ts';
import { isDemoFolder, isEmptyFolder, markDemoFolder } from '../../shared/platform/embedded/demo-mark.ts';
import { removeServerFolder } from '../../shared/platform/embedded/folders.ts';
import { openServers } from '../../shared/platform/embedded/servers.ts';
import { Conflict } from '../../shared/platform/failure.ts';
import type { Log } from '../../shared/platform/log.ts';
import { isFreePort } from '../../shared/platform/ports.ts';

/** How many ports above the wished one are tried. */
const PORTS_TRIED = 20;

/** The demo's own settings: its folder, a port that is free, nothing that reaches the outside. Throws Conflict when a setting would. */
export async function demoConfig(config: Config): Promise<{ config: Config; movedFrom: number | undefined }> {
  for (const name of ['SMTP_URL', 'DATABASE_URL', 'REDIS_URL'] as const) {
    if (config.environment[name] === undefined) continue;
    throw new Conflict(
      'demo_setting',
      `${name} is set, and the demo uses nothing but its own folder.`,
      `Run it without: env -u ${name} npm run demo; or take it out of .env.`,
    );
  }
  const dataDir = config.environment.DATA_DIR === undefined ? join(config.dataDir, 'demo') : config.dataDir;
  const port = await freePort(config.host, config.port);
  const moved = withPort(config, port);
  return {
    config: { ...moved, dataDir, environment: { ...moved.environment, DATA_DIR: dataDir } },
    movedFrom: port === config.port ? undefined : config.port,
  };
}

/**
 * Clears the demo's folder and marks it. Only a folder with a demo's mark is ever cleared.
 * Returns whether an earlier demo's was cleared; throws Conflict when the folder is somebody else's.
 */
export async function makeFolder(config: Config, log: Log): Promise<'new' | 'made new'> {
  const { dataDir } = config;
  const old = isDemoFolder(dataDir);
  if (!old && !isEmptyFolder(dataDir)) {
    throw new Conflict(
      'not_a_demo_folder',
      `${dataDir} was not made by a demo.`,
      'Name an empty folder in DATA_DIR, or leave DATA_DIR out: then it is data/demo.',
    );
  }
  if (old) {
    // Servers that a killed demo left are adopted, so that they end in order before their files go.
    const left = await openServers(config, 'command', log);
    await left.close();
    removeServerFolder(dataDir, 'postgres');
    await discardVault(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
  mkdirSync(dataDir, { recursive: true });
  markDemoFolder(dataDir);
  return old ? 'made new' : 'new';
}

async function freePort(host: string, wished: number): Promise<number> {
  for (let port = wished; port < wished + PORTS_TRIED; port += 1) if (await isFreePort(host, port)) return port;
  throw new Conflict('port_taken', `Ports ${wished} to ${wished + PORTS_TRIED - 1} are all in use.`, 'Set PORT to a free one.');
}
