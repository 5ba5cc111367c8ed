import type { Command } from 'commander';
import { dropHubSubscription, type HubSubscription, listHubSubscriptions } from '../../shared/websub/subscriptions.ts';
import type { Act, Answer, Cli } from './context.ts';
import { moment, table } from './text.ts';

export function hubCommands(program: Command, act: Act): void {
  const hub = program.command('hub').description('who asked our hub for pushes of feeds (WebSub)');
  hub
    .command('list')
    .description('by host: which feed, until when, what it took last, and what it answered when it took none')
    .option('--failing', 'only those that did not take the last try')
    .option('--before <page>', 'what the page before named')
    .action(act(list));
  hub
    .command('drop')
    .description('end one subscription and tell its callback; it may ask again')
    .argument('<id>', 'as the list names it')
    .action(act(drop));
}

const PAGE = 50;

function list(cli: Cli, { failing, before }: { failing?: true; before?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const page = await listHubSubscriptions(services, await cli.actor(services), { limit: PAGE, before, failing });
    const { newsroom } = await services.newsroom();
    const rows = page.items.map((line) => rowOf(line, newsroom.timezone));
    const nobody = failing ? 'No subscription is failing.' : 'Nobody has subscribed to a feed at this hub.';
    const more = page.next ? `\nmore:  ./depesch hub list ${failing ? '--failing ' : ''}--before ${page.next}` : '';
    return {
      text: rows.length === 0 ? nobody : table([['id', 'state', 'feed', 'callback', 'last taken', ''], ...rows]) + more,
      json: page,
    };
  });
}

function rowOf(line: HubSubscription, timezone: string): string[] {
  const { id, state, feed, callback, told, toldAt, error, attempts, failingSince, expiresAt } = line;
  const taken = told === null ? 'nothing yet' : `${told}${toldAt ? `, ${moment(toldAt, timezone)}` : ''}`;
  const until = expiresAt ? `until ${moment(expiresAt, timezone)}` : '';
  const trouble = failingSince
    ? `failing since ${moment(failingSince, timezone)}: ${error ?? ''} (${attempts} ${attempts === 1 ? 'try' : 'tries'})`
    : until;
  return [id, state, feed, callback, taken, trouble];
}

function drop(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const dropped = await dropHubSubscription(services, await cli.actor(services), id);
    const { callback, feed } = dropped.removed;
    const heard = dropped.heard ? 'Its callback was told.' : 'Its callback did not take the notice.';
    return { text: `${callback} gets no more pushes of ${feed}. ${heard} It may ask again.`, json: dropped };
  });
}
