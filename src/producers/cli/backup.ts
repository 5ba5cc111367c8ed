import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { BACKED_UP, recordAudit } from '../../shared/accounts/audit.ts';
import { checkBackup } from '../../shared/backup/check.ts';
import { makeBackup } from '../../shared/backup/make.ts';
import { restoreBackup } from '../../shared/backup/restore.ts';
import { monotonicMs } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import { isDemoFolder } from '../../shared/platform/embedded/demo-mark.ts';
import { lockHouse } from '../../shared/platform/embedded/house.ts';
import { Conflict, wrongInput } from '../../shared/platform/failure.ts';
import { formatBytes } from '../../shared/release/dates.ts';
import { restoredText } from './backup-text.ts';
import type { Act, Answer, Cli } from './context.ts';
import { newsroomFile } from './newsroom-source.ts';
import { count, span } from './text.ts';

export function backupCommands(program: Command, act: Act): void {
  program
    .command('backup')
    .description('copy database, keys, assets, archive and newsroom file into a new folder; everything may go on meanwhile')
    .requiredOption('--to <folder>', 'gets a new folder with the backup')
    .option('--quiet', 'say nothing unless it fails: for cron')
    .action(act(backup));
  program
    .command('restore')
    .description('bring a backup back into an empty house; what may have left since is held, nobody is mailed twice')
    .argument('<backup>', 'the folder that backup made')
    .option('--letters-again', 'nothing has left since the backup: let open letters and scheduled publications go on by themselves')
    .action(act(restore));
}

function backup(cli: Cli, { to, quiet = false }: { to: string; quiet?: boolean }): Promise<Answer | undefined> {
  const config = cli.config();
  const folder = resolve(to);
  refuseFolder(config, folder);
  const before = monotonicMs();
  return cli.withServices(async (services) => {
    const note = (name: string, what: string) => cli.options.json || quiet || cli.screen.note(`${name.padEnd(10)}  ${what}`);
    const made = await makeBackup(services, {
      to: folder,
      newsroomFile: newsroomFile(config),
      onPart: ({ name, count: number, bytes }) =>
        note(name, `${count(number)} ${name === 'database' ? 'row' : 'file'}${number === 1 ? '' : 's'}, ${formatBytes(bytes, 'en')}`),
    });
    // Whoever has this folder has every address: that it was made, and where, belongs into the audit.
    await recordAudit(services.database, {
      account: null,
      action: BACKED_UP,
      detail: { madeAt: made.madeAt, folder: made.folder, bytes: made.bytes },
    });
    const text = `backup      ${made.folder}\n            ${formatBytes(made.bytes, 'en')} as of ${made.madeAt}, made in ${span(monotonicMs() - before)}`;
    return quiet ? undefined : { text, json: made };
  });
}

/** A backup on the disk it is to replace would be lost with it; one inside of DATA_DIR even by accident. */
function refuseFolder({ dataDir }: Config, folder: string): void {
  if (isDemoFolder(dataDir)) {
    throw new Conflict('demo_folder', `${dataDir} holds a demo.`, 'The next demo makes it anew; set DATA_DIR to the newsroom’s folder.');
  }
  const below = relative(dataDir, folder);
  if (below !== '' && (below.startsWith('..') || isAbsolute(below))) return;
  const message = `${folder} lies in the folder that is to be backed up.`;
  throw wrongInput('--to', message, 'Name a folder elsewhere, best on another disk.');
}

async function restore(cli: Cli, from: string, options: { lettersAgain?: boolean }): Promise<Answer> {
  const config = cli.config();
  const folder = resolve(from);
  const lock = lockHouse(config);
  try {
    const manifest = await checkBackup(folder);
    if (!cli.options.json) cli.screen.note(`backup      ${folder}: whole, ${count(manifest.files.length)} files, made ${manifest.madeAt}`);
    return await cli.withServices(async (services) => {
      const restored = await restoreBackup(services, { folder, manifest, lettersAgain: options.lettersAgain === true });
      const { timezone } = (await services.newsroom()).newsroom;
      const addresses = { was: manifest.baseUrl, is: config.baseUrl };
      const text = restoredText(restored, { timezone, addresses, settings: settingsIn(config, manifest.files) });
      return { text, json: { ...restored, baseUrl: addresses }, exit: restored.archive.ok ? 0 : 1 };
    });
  } finally {
    lock.release();
  }
}

/** Files that the house reads from elsewhere, as they lie after the restore. */
function settingsIn({ dataDir }: Config, files: readonly { path: string }[]): string[] {
  return files.filter(({ path }) => /^(newsroom|dkim)\//.test(path)).map(({ path }) => join(dataDir, 'restored', path));
}
