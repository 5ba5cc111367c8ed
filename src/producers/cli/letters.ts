import type { Command } from 'commander';
import { listUnknown } from '../../shared/delivery/unknown.ts';
import { pauseLetters, resumeLetters, retryLetters, stopLetters } from '../../shared/publishing/letters.ts';
import { getRelease } from '../../shared/release/store.ts';
import type { Act, Answer, Cli } from './context.ts';
import { count, table } from './text.ts';

export function lettersCommands(program: Command, act: Act): void {
  const letters = program.command('letters').description('hold, stop or repeat the letters of a release');
  letters
    .command('pause')
    .description('send no more letters for now')
    .argument('<release>')
    .option('--reason <text>', 'shown in the status')
    .action(act(pause));
  letters.command('resume').description('go on where it was').argument('<release>').action(act(resume));
  letters
    .command('stop')
    .description('send no more letters, for good; page and feeds stay')
    .argument('<release>')
    .option('--reason <text>', 'shown in the status')
    .action(act(stop));
  letters
    .command('retry')
    .description('send the unknown letters again: who had the first gets a second copy')
    .argument('<release>')
    .action(act(retry));
  letters
    .command('unknown')
    .description('list letters that may or may not have been accepted, or settle them')
    .argument('<release>')
    .option('--settle', 'count all of them as accepted')
    .action(act(unknown));
}

type Reason = { reason?: string };

function pause(cli: Cli, release: string, { reason }: Reason): Promise<Answer> {
  return cli.withServices(async (services) => {
    const answer = await pauseLetters(services, await cli.actor(services), { release, reason });
    return { text: `${answer.slug}: letters are held. Go on with  ./depesch letters resume ${answer.slug}`, json: answer };
  });
}

function resume(cli: Cli, release: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const answer = await resumeLetters(services, await cli.actor(services), { release });
    return { text: `${answer.slug}: letters go on`, json: answer };
  });
}

function stop(cli: Cli, release: string, { reason }: Reason): Promise<Answer> {
  return cli.withServices(async (services) => {
    const answer = await stopLetters(services, await cli.actor(services), { release, reason });
    return { text: `${answer.slug}: letters are stopped. Page and feeds stay.`, json: answer };
  });
}

function retry(cli: Cli, release: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const answer = await retryLetters(services, await cli.actor(services), { release, unknown: 'resend' });
    return { text: `${answer.slug}: ${count(answer.changed)} unknown letters are sent again`, json: answer };
  });
}

/** A screen or two; whoever has more settles or repeats them all at once. */
const MOST_SHOWN = 50;

function unknown(cli: Cli, name: string, { settle }: { settle?: boolean }): Promise<Answer> {
  return cli.withServices(async (services) => {
    if (settle) {
      const answer = await retryLetters(services, await cli.actor(services), { release: name, unknown: 'settle' });
      return { text: `${answer.slug}: ${count(answer.changed)} unknown letters count as accepted`, json: answer };
    }
    const release = await getRelease(services.database, name);
    const { items, next } = await listUnknown(services.database, { release: release.id, limit: MOST_SHOWN });
    const rows = items.map((letter) => [letter.address ?? 'erased', letter.at?.toISOString() ?? '', letter.reply ?? letter.code ?? '']);
    const hint = `Send them again:  ./depesch letters retry ${release.slug}   Count them as accepted:  ./depesch letters unknown ${release.slug} --settle`;
    const text = rows.length === 0 ? `${release.slug}: no letter is unknown` : `${table(rows)}${next ? '\nand more' : ''}\n${hint}`;
    return { text, json: { release: release.id, slug: release.slug, items, more: next !== undefined } };
  });
}
