import type { Command } from 'commander';
import { demandRole } from '../../shared/accounts/actor.ts';
import { wrongInput } from '../../shared/platform/failure.ts';
import { barAddress, liftSuppression, seeSuppression } from '../../shared/publishing/suppressing.ts';
import { SUPPRESSION_REASONS, type SuppressionReason } from '../../shared/schema/tables.ts';
import { listSuppressions, lookUpSuppression, type SuppressionLine } from '../../shared/subscribers/suppression-list.ts';
import type { Act, Answer, Cli } from './context.ts';
import { cut, moment, table } from './text.ts';

export function suppressionCommands(program: Command, act: Act): void {
  const suppressions = program.command('suppressions').description('addresses that get nothing more, and why');
  suppressions
    .command('list')
    .description('the newest first; of an address only its keyed hash is kept')
    .option('--reason <reason>', SUPPRESSION_REASONS.join(', '))
    .option('--before <page>', 'what the page before named')
    .action(act(list));
  suppressions
    .command('show')
    .description('whether and why one address gets nothing; leaves a line in the audit')
    .argument('<address>')
    .action(act(show));
  suppressions
    .command('add')
    .description('bar an address from now on, also in the middle of a run')
    .argument('<address>')
    .option('--note <text>', 'why; kept with it')
    .action(act(add));
  suppressions
    .command('remove')
    .description('let an address get letters again; what it subscribed to is not changed')
    .argument('<address>', 'the address, or its hash from the list')
    .action(act(remove));
}

const PAGE = 50;
/** Enough of a hash to know it again; --json has all of it. */
const HASH_SHOWN = 12;

function list(cli: Cli, { reason, before }: { reason?: string; before?: string }): Promise<Answer> {
  const wanted = SUPPRESSION_REASONS.find((one) => one === reason);
  if (reason !== undefined && wanted === undefined)
    throw wrongInput('--reason', `"${reason}" is no reason.`, `Use ${SUPPRESSION_REASONS.join(', ')}.`);
  return cli.withServices(async (services) => {
    demandRole(await cli.actor(services), ['admin'], 'see suppressions');
    const { newsroom } = await services.newsroom();
    const page = await listSuppressions(services.database, { limit: PAGE, before, reason: wanted as SuppressionReason | undefined });
    const rows = page.items.map((line) => [
      line.hash.slice(0, HASH_SHOWN),
      moment(line.since, newsroom.timezone),
      line.reason,
      whyOf(line),
    ]);
    const more = page.next ? `\nmore:  ./depesch suppressions list --before ${page.next}` : '';
    return { text: rows.length === 0 ? 'No address is suppressed.' : table(rows) + more, json: page };
  });
}

function show(cli: Cli, address: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const found = await seeSuppression(services, await cli.actor(services), address);
    const { newsroom } = await services.newsroom();
    const line = found.suppression;
    const text = line
      ? `${address} gets nothing since ${moment(line.since, newsroom.timezone)}: ${line.reason}${whyOf(line) && `, ${whyOf(line)}`}`
      : `${address} is not suppressed.`;
    return { text, json: found };
  });
}

function add(cli: Cli, address: string, { note }: { note?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const made = await barAddress(services, await cli.actor(services), { address, note });
    const text = made.added ? `${address} gets nothing more.` : `${address} was suppressed already: ${made.suppression.reason}`;
    return { text, json: made };
  });
}

function remove(cli: Cli, address: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const hash = /^[0-9a-f]{64}$/.test(address) ? address : (await lookUpSuppression(services.database, address)).hash;
    const removed = await liftSuppression(services, await cli.actor(services), hash);
    return { text: `${address} may get letters again. It was suppressed because: ${removed.reason}`, json: { removed } };
  });
}

/** The evidence in a few words. */
function whyOf({ evidence }: SuppressionLine): string {
  const words = ['code', 'reply', 'note', 'way'].map((name) => evidence[name]).filter((value) => typeof value === 'string' && value !== '');
  return cut(words.join(' '), 80);
}
