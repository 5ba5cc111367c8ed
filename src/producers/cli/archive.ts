import type { Command } from 'commander';
import type { TreeHead } from '../../shared/archive/log.ts';
import { proveEntry } from '../../shared/archive/prove.ts';
import { verifyArchive } from '../../shared/archive/verify.ts';
import { NotFound, wrongInput } from '../../shared/platform/failure.ts';
import { getRelease } from '../../shared/release/store.ts';
import type { Act, Answer, Cli } from './context.ts';
import { count } from './text.ts';

const NOTED = ['--noted <head>', 'a head noted earlier, "12 leaves, 9f2c…": that log must be the beginning of this one'] as const;

/** `verify` and `prove`: what the archive says for itself. */
export function archiveCommands(program: Command, act: Act): void {
  program
    .command('verify')
    .description('read the whole archive again and say whether anything in it has changed')
    .option(...NOTED)
    .action(act(verify));
  program
    .command('prove')
    .description('what leads from one archive entry to the head of the log, for a program that is not ours (docs/archive.md)')
    .argument('<release>')
    .option('--revision <n>', 'the newest when none is named')
    .option(...NOTED)
    .action(act(prove));
}

function verify(cli: Cli, options: { noted?: string }): Promise<Answer> {
  const noted = parseHead(options.noted);
  return cli.withServices(async (services) => {
    const { ok, entries, closings, files, bytes, head, difference } = await verifyArchive(services, noted);
    const counted = `${count(entries)} entries, ${count(closings)} closings, ${count(files)} files, ${count(Math.ceil(bytes / 1_000))} kB`;
    const text = ok
      ? `The archive is whole: ${counted}\nhead of the log: ${headText(head)}`
      : `The archive is NOT as it was written.\n${difference?.at}: ${difference?.problem}\nread up to there: ${counted}`;
    return { text, json: { ok, entries, closings, files, bytes, head, difference: difference ?? null }, exit: ok ? 0 : 1 };
  });
}

function prove(cli: Cli, name: string, options: { revision?: string; noted?: string }): Promise<Answer> {
  const noted = parseHead(options.noted);
  const wanted = options.revision === undefined ? undefined : Number(options.revision);
  if (wanted !== undefined && !Number.isInteger(wanted))
    throw wrongInput('--revision', `"${options.revision}" is not a number.`, 'Such as: --revision 1');
  return cli.withServices(async (services) => {
    const release = await getRelease(services.database, name);
    const n = wanted ?? release.newest_n;
    if (n === null) throw new NotFound('archive entry', release.slug);
    const proof = await proveEntry(services.database, { release: release.id, n, size: noted?.size });
    const text = [
      `folder  ${proof.folder}`,
      `leaf    ${proof.index}  ${proof.leaf}`,
      ...proof.path.map((node) => `path    ${node}`),
      `head    ${headText(proof.head)}`,
    ];
    return { text: text.join('\n'), json: { release: release.slug, revision: n, ...proof } };
  });
}

function headText({ size, hash }: TreeHead): string {
  return `${size} leaves, ${hash}`;
}

/** The head as `verify` prints it, or its two values alone. */
function parseHead(text: string | undefined): TreeHead | undefined {
  if (text === undefined) return undefined;
  const found = /(?:^|\s)(\d+)(?: leaves,)? ([0-9a-f]{64})$/.exec(text.trim());
  if (!found) throw wrongInput('--noted', `"${text}" is not a head.`, 'Give it as verify printed it: --noted "12 leaves, 9f2c…"');
  return { size: Number(found[1]), hash: found[2]! };
}
