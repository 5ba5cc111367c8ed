import type { Command } from 'commander';
import { demandRole } from '../../shared/accounts/actor.ts';
import { type BounceLine, type Decision, judgeAgain, listBounces } from '../../shared/delivery/bounce-list.ts';
import { wrongInput } from '../../shared/platform/failure.ts';
import { judgeBounce, seeBounce } from '../../shared/publishing/returned-mail.ts';
import type { Act, Answer, Cli } from './context.ts';
import { count, cut, moment, table } from './text.ts';

export function bounceCommands(program: Command, act: Act): void {
  const bounces = program.command('bounces').description('mail that came back about our letters');
  bounces
    .command('list')
    .description('the newest first')
    .option('--unparsed', 'only those that wait for a person')
    .option('--before <id>', 'only older ones')
    .action(act(list));
  bounces.command('show').description('one of them with the mail itself; leaves a line in the audit').argument('<id>').action(act(show));
  bounces
    .command('judge')
    .description('decide about one that could not be read; without a decision: read it, or all of them, once more')
    .argument('[id]')
    .option('--hard', 'the address is dead: send it nothing more')
    .option('--complaint', 'its owner complained: send it nothing more')
    .option('--ignore', 'it changes nothing')
    .option('--address <address>', 'whose it is, where the mail does not prove it')
    .action(act(judge));
}

const PAGE = 50;

function list(cli: Cli, { unparsed, before }: { unparsed?: boolean; before?: string }): Promise<Answer> {
  const from = before === undefined ? undefined : idOf(before);
  return cli.withServices(async (services) => {
    demandRole(await cli.actor(services), ['admin'], 'see bounces');
    const { newsroom } = await services.newsroom();
    const lines = await listBounces(services.database, { state: unparsed ? 'unparsed' : undefined, before: from, limit: PAGE + 1 });
    const items = lines.slice(0, PAGE);
    const rows = items.map((line) => [
      String(line.id),
      moment(line.receivedAt, newsroom.timezone),
      line.verdict ?? line.state,
      line.code ?? '',
      line.slug ?? '',
      cut(saidBy(line), 60),
    ]);
    const more = lines.length > PAGE ? `\nmore:  ./depesch bounces list --before ${items.at(-1)!.id}` : '';
    const none = unparsed ? 'No bounce waits for a person.' : 'Nothing has come back.';
    return { text: rows.length === 0 ? none : table(rows) + more, json: { items, more: lines.length > PAGE } };
  });
}

function show(cli: Cli, text: string): Promise<Answer> {
  const id = idOf(text);
  return cli.withServices(async (services) => {
    const { raw, ...line } = await seeBounce(services, await cli.actor(services), id);
    const { newsroom } = await services.newsroom();
    const head = table([
      ['received', `${moment(line.receivedAt, newsroom.timezone)} by ${line.via}`],
      ['state', line.verdict ?? line.state],
      ['said', [line.code, saidBy(line)].filter(Boolean).join(' ')],
      ['letter', line.slug === null ? 'not proved' : `${line.slug}, run ${line.n}`],
      ['address', line.address ?? 'not known'],
    ]);
    // Whatever a stranger wrote must not steer the terminal.
    const mail = raw
      .toString('utf8')
      .replace(/\r\n/g, '\n')
      .replace(/[^\P{Cc}\n\t]/gu, '\u00b7');
    return { text: `${head}\n\n${mail}`, json: { ...line, raw: raw.toString('utf8') } };
  });
}

type Judge = { hard?: boolean; complaint?: boolean; ignore?: boolean; address?: string };

function judge(cli: Cli, text: string | undefined, options: Judge): Promise<Answer> {
  const id = text === undefined ? undefined : idOf(text);
  const said: Decision[] = [
    ...(options.hard ? ['hard' as const] : []),
    ...(options.complaint ? ['complaint' as const] : []),
    ...(options.ignore ? ['ignored' as const] : []),
  ];
  if (said.length > 1) throw wrongInput('--hard, --complaint, --ignore', 'exclude each other.', 'Say one of them.');
  const verdict = said[0];
  if (id === undefined && (verdict !== undefined || options.address !== undefined))
    throw wrongInput('id', 'is missing.', 'Find it with  ./depesch bounces list --unparsed');
  if (verdict === undefined && options.address !== undefined)
    throw wrongInput('--hard, --complaint or --ignore', 'must be said with --address.', 'Say what the bounce means.');
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    if (verdict === undefined || id === undefined) {
      demandRole(actor, ['admin'], 'see and judge bounces');
      const judged = await judgeAgain(services, id);
      return { text: `${count(judged)} could be read now`, json: { judged } };
    }
    await judgeBounce(services, actor, { id, verdict, address: options.address });
    return { text: `bounce ${id}: ${verdict}`, json: { bounce: id, verdict } };
  });
}

function saidBy({ detail }: BounceLine): string {
  return String(detail.why ?? detail.reply ?? '');
}

function idOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw wrongInput('id', `"${text}" is not the number of a bounce.`, 'Find it with  ./depesch bounces list');
}
