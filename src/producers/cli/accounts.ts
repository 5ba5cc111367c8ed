import type { Command } from 'commander';
import { createAccount, findAccount, listAccounts } from '../../shared/accounts/accounts.ts';
import { createSignInLink } from '../../shared/accounts/sessions.ts';
import { createToken } from '../../shared/accounts/tokens.ts';
import { NotFound, wrongInput } from '../../shared/platform/failure.ts';
import { ROLES } from '../../shared/schema/tables.ts';
import type { Services } from '../../shared/services.ts';
import type { Act, Answer, Cli } from './context.ts';
import { table } from './text.ts';

export function accountCommands(program: Command, act: Act): void {
  const account = program.command('account').description('who may write, approve and administer');
  account
    .command('create')
    .description('make an account, or change the one of that id')
    .argument('<id>', 'short name, such as elin')
    .requiredOption('--name <name>', 'as shown to colleagues, such as "Elin Sand"')
    .requiredOption('--email <address>', 'where test letters go')
    .requiredOption('--role <role...>', `one or more of ${ROLES.join(', ')}`)
    .action(act(create));
  account.command('list').description('the accounts there are').action(act(list));
  account.command('link').description('a link that signs in at the desk, once').argument('<id>').action(act(link));
  program
    .command('token')
    .description('keys for the API and for DEPESCH_TOKEN')
    .command('create')
    .description('make a token for an account; it is shown this once')
    .argument('<account>')
    .option('--name <name>', 'what it is for', 'command line')
    .action(act(token));
}

function create(cli: Cli, id: string, options: { name: string; email: string; role: string[] }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const roles = options.role.flatMap((role) => role.split(',')).map((role) => role.trim());
    const actor = await createAccount(services.database, { id, name: options.name, email: options.email, roles });
    const url = await signInUrl(services, id);
    return {
      text: `${actor.account}: ${actor.name}, ${actor.roles.join(' and ')}\nsign in, once:  ${url}`,
      json: { ...actor, signIn: url },
    };
  });
}

function list(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const accounts = await listAccounts(services.database);
    const rows = accounts.map((actor) => [actor.account, actor.name, actor.roles.join(', '), actor.email]);
    return { text: rows.length > 0 ? table(rows) : 'No accounts yet: ./depesch account create --help', json: accounts };
  });
}

function link(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    if (!(await findAccount(services.database, id))) throw new NotFound('account', id);
    const url = await signInUrl(services, id);
    return { text: url, json: { account: id, signIn: url } };
  });
}

async function signInUrl(services: Services, account: string): Promise<string> {
  return `${services.config.baseUrl}/desk/sign-in/${await createSignInLink(services.database, account)}`;
}

function token(cli: Cli, account: string, options: { name: string }): Promise<Answer> {
  if (options.name.trim() === '') throw wrongInput('--name', 'is empty.', 'Say what the token is for.');
  return cli.withServices(async (services) => {
    const text = await createToken(services.database, { account, name: options.name });
    // Only the token on standard output, so that a script can keep it.
    cli.screen.note('Keep it: it is not shown again.');
    return { text, json: { account, name: options.name, token: text } };
  });
}
