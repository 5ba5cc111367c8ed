import type { Command } from 'commander';
import type { Actor } from '../../shared/accounts/actor.ts';
import { listUnknown } from '../../shared/delivery/unknown.ts';
import { wrongInput } from '../../shared/platform/failure.ts';
import { type LettersAnswer, pauseLetters, resumeLetters, retryLetters, stopLetters } from '../../shared/publishing/letters.ts';
import { tryRelaysNow } from '../../shared/publishing/relays.ts';
import { getRelease } from '../../shared/release/store.ts';
import type { Services } from '../../shared/services.ts';
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
  letters
    .command('resume')
    .description('go on where it was; without a release: try the mail server again at once')
    .argument('[release]')
    .action(act(resume));
  letters
    .command('stop')
    .description('send no more letters, for good; page and feeds stay')
    .argument('<release>')
    .option('--reason <text>', 'shown in the status')
    .action(act(stop));
  letters
    .command('retry')
    .description('decide about the letters that are unknown')
    .argument('<release>')
    .option('--resend', 'send them again, with the same Message-ID: who has the first may get a second copy')
    .option('--settle', 'count them as accepted')
    .action(act(retry));
  letters.command('unknown').description('list letters that may or may not have been accepted').argument('<release>').action(act(unknown));
}

type Reason = { reason?: string };

/** Says what has happened, or that nothing had to. */
function changed(answer: LettersAnswer, text: string): Answer {
  const nothing = `nothing to change. See  ./depesch release status ${answer.slug}`;
  return { text: `${answer.slug}: ${answer.changed > 0 ? text : nothing}`, json: answer };
}

function pause(cli: Cli, release: string, { reason }: Reason): Promise<Answer> {
  return cli.withServices(async (services) => {
    const answer = await pauseLetters(services, await cli.actor(services), { release, reason });
    return changed(answer, `letters are held. Go on with  ./depesch letters resume ${answer.slug}`);
  });
}

function resume(cli: Cli, release: string | undefined): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    if (release === undefined) return resumeAll(services, actor);
    const answer = await resumeLetters(services, actor, { release });
    // Resuming also tries a mail server at once that refused us.
    const text = answer.changed > 0 ? 'letters go on' : 'no run was held; what waited for the mail server is tried now';
    return { text: `${answer.slug}: ${text}`, json: answer };
  });
}

async function resumeAll(services: Services, actor: Actor): Promise<Answer> {
  const relays = await tryRelaysNow(services, actor);
  const text = relays === 0 ? 'No mail server was paused.' : 'The next letter is tried now. See  ./depesch status';
  return { text, json: { relays } };
}

function stop(cli: Cli, release: string, { reason }: Reason): Promise<Answer> {
  return cli.withServices(async (services) => {
    const answer = await stopLetters(services, await cli.actor(services), { release, reason });
    return changed(answer, 'letters are stopped. Page and feeds stay.');
  });
}

function retry(cli: Cli, release: string, { resend, settle }: { resend?: boolean; settle?: boolean }): Promise<Answer> {
  if (resend === settle) {
    const remedy = '--resend sends the unknown letters again, --settle counts them as accepted.';
    throw wrongInput('--resend or --settle', 'must be said.', remedy);
  }
  return cli.withServices(async (services) => {
    const answer = await retryLetters(services, await cli.actor(services), { release, unknown: resend ? 'resend' : 'settle' });
    const done = resend ? 'are sent again' : 'count as accepted';
    return { text: `${answer.slug}: ${count(answer.changed)} unknown letters ${done}`, json: answer };
  });
}

/** A screen or two; whoever has more settles or repeats them all at once. */
const MOST_SHOWN = 50;

function unknown(cli: Cli, name: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const release = await getRelease(services.database, name);
    const { items, next } = await listUnknown(services.database, { release: release.id, limit: MOST_SHOWN });
    const rows = items.map((letter) => [letter.address ?? 'erased', letter.at?.toISOString() ?? '', letter.reply ?? letter.code ?? '']);
    const decide = `./depesch letters retry ${release.slug}`;
    const hint = `Send them again:  ${decide} --resend   Count them as accepted:  ${decide} --settle`;
    const text = rows.length === 0 ? `${release.slug}: no letter is unknown` : `${table(rows)}${next ? '\nand more' : ''}\n${hint}`;
    return { text, json: { release: release.id, slug: release.slug, items, more: next !== undefined } };
  });
}
