import type { Command } from 'commander';
import { wrongInput } from '../../shared/platform/failure.ts';
import { askRebuild, REBUILDABLE } from '../../shared/publishing/channels.ts';
import { loadHouse } from '../../shared/publishing/house.ts';
import { sweep } from '../../shared/publishing/sweep.ts';
import type { Act, Answer, Cli } from './context.ts';
import { houseExit, houseText } from './house-text.ts';
import { prepareHouse } from './newsroom-source.ts';

export function houseCommands(program: Command, act: Act): void {
  program
    .command('status')
    .description(
      'the house: servers, workers, what is owed, paused, scheduled. Exit status 0 nothing owed or held, 3 something is, 1 something failed',
    )
    .action(act(status));
  program.command('migrate').description('bring the database and the newsroom up to date').action(act(migrate));
  program.command('sweep').description('look for what is owed and due, and wake its workers').action(act(sweepNow));
  program
    .command('rebuild')
    .description('make pages or feeds again from the truth')
    .argument('[channel]', `${REBUILDABLE.join(' or ')}; none named means both`)
    .action(act(rebuild));
}

function status(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const house = await loadHouse(services);
    const { newsroom } = await services.newsroom();
    return {
      text: houseText(house, { now: new Date(), timezone: newsroom.timezone, newsroom: newsroom.name }),
      json: house,
      exit: houseExit(house),
    };
  });
}

function migrate(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const { migrations, changed, newsroom, from } = await prepareHouse(services);
    const what =
      from === 'example'
        ? ' (the example; write yours with  cp newsroom.example.yaml newsroom.yaml)'
        : changed
          ? ', changed: pages and feeds are made again'
          : '';
    const text = [
      migrations.length > 0 ? `database    ${migrations.join(', ')}` : 'database    up to date',
      `newsroom    ${newsroom.name}${what}`,
    ];
    return { text: text.join('\n'), json: { migrations, newsroomChanged: changed } };
  });
}

function sweepNow(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const report = await sweep(services);
    return { text: `${report.woken} woken, ${report.owedAgain} owed again, ${report.claimsSettled} claims settled`, json: report };
  });
}

function rebuild(cli: Cli, channel: string | undefined): Promise<Answer> {
  const chosen = channel === undefined ? REBUILDABLE : REBUILDABLE.filter((name) => name === channel);
  if (chosen.length === 0) {
    const message = `"${channel}" cannot be made again: letters are sent once, and the archive is written once.`;
    throw wrongInput('channel', message, `Name ${REBUILDABLE.join(' or ')}.`);
  }
  return cli.withServices(async (services) => {
    const actor = cli.options.as === undefined && services.config.token === undefined ? undefined : await cli.actor(services);
    for (const name of chosen) await askRebuild(services, actor, { channel: name, reason: 'asked for on the command line' });
    return { text: `asked for: ${chosen.join(' and ')}`, json: { rebuild: chosen } };
  });
}
