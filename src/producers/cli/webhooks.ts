import type { Command } from 'commander';
import { wrongInput } from '../../shared/platform/failure.ts';
import type { Endpoint } from '../../shared/webhooks/endpoint.ts';
import {
  addEndpoint,
  disableEndpoint,
  listEndpoints,
  removeEndpoint,
  replayEndpoint,
  rotateSecret,
  testEndpoint,
} from '../../shared/webhooks/endpoints.ts';
import type { Act, Answer, Cli } from './context.ts';
import { moment, table } from './text.ts';

export function webhookCommands(program: Command, act: Act): void {
  const webhooks = program.command('webhooks').description('other systems that are told of every publication, in order and signed');
  const one = (name: string, description: string) =>
    webhooks.command(name).description(description).argument('<id>', 'its number in the list');
  webhooks
    .command('add')
    .description('tell a system of every publication from now on; shows its secret this once')
    .argument('<url>')
    .option('--since <publication>', 'also everything after that publication; 0 is everything')
    .action(act(add));
  webhooks.command('list').description('how far each has come').action(act(list));
  one('test', 'send one message of type test, and show what was answered').action(act(test));
  one('replay', 'tell it again; also lets a failing or disabled one go on')
    .option('--since <publication>', 'everything after that publication; left out, it goes on where it was')
    .action(act(replay));
  one('rotate', 'a new secret, shown this once; the old one signs too for a day').action(act(rotate));
  one('disable', 'leave it alone until it is replayed').action(act(disable));
  one('remove', 'tell it nothing more, and forget its secret').action(act(remove));
}

const KEEP = 'Keep it where the system can read it; it is not shown again.';

function add(cli: Cli, url: string, { since }: { since?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const made = await addEndpoint(services, await cli.actor(services), { url, since: numberOf('--since', since) });
    const text = `webhook ${made.endpoint.id} hears of everything after publication ${made.endpoint.told}\nsecret    ${made.secret}\n${KEEP}`;
    return { text, json: made };
  });
}

function list(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const items = await listEndpoints(services, await cli.actor(services));
    const { timezone } = (await services.newsroom()).newsroom;
    const rows = items.map((endpoint) => rowOf(endpoint, timezone));
    const text = rows.length === 0 ? 'No system is told.' : table([['id', 'state', 'told', 'last taken', 'address', ''], ...rows]);
    return { text, json: { items } };
  });
}

function rowOf(endpoint: Endpoint, timezone: string): string[] {
  const { id, state, told, toldAt, url, error, attempts, failingSince, dueAt } = endpoint;
  const next = dueAt ? `, again at ${moment(dueAt, timezone)}` : '';
  const since = failingSince ? `since ${moment(failingSince, timezone)}: ` : '';
  const trouble = error === null ? '' : `${since}${error} (${attempts} ${attempts === 1 ? 'try' : 'tries'}${next})`;
  return [String(id), state, String(told), toldAt ? moment(toldAt, timezone) : 'never', url, trouble];
}

function test(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const { endpoint, answer } = await testEndpoint(services, await cli.actor(services), idOf(id));
    const taken = answer.kind === 'taken';
    return {
      text: taken ? `webhook ${id} took the test message` : `webhook ${id} did not take the test message: ${answer.reason}`,
      json: { endpoint, answer },
      exit: taken ? 0 : 1,
    };
  });
}

function replay(cli: Cli, id: string, { since }: { since?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const endpoint = await replayEndpoint(services, await cli.actor(services), { id: idOf(id), since: numberOf('--since', since) });
    return { text: `webhook ${id} is told everything after publication ${endpoint.told}`, json: { endpoint } };
  });
}

function rotate(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const made = await rotateSecret(services, await cli.actor(services), idOf(id));
    const { timezone } = (await services.newsroom()).newsroom;
    return { text: `secret    ${made.secret}\n${KEEP}\nThe old one signs too until ${moment(made.oldUntil, timezone)}.`, json: made };
  });
}

function disable(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const endpoint = await disableEndpoint(services, await cli.actor(services), idOf(id));
    return { text: `webhook ${id} is left alone; to go on:  ./depesch webhooks replay ${id}`, json: { endpoint } };
  });
}

function remove(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const removed = await removeEndpoint(services, await cli.actor(services), idOf(id));
    return { text: `${removed.url} is told nothing more`, json: { removed } };
  });
}

function idOf(text: string): number {
  return numberOf('<id>', text)!;
}

function numberOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw wrongInput(field, `"${text}" is not a number.`, 'See ./depesch webhooks list.');
}
