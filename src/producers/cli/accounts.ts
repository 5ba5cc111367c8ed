import type { Command } from 'commander';
import { createAccount, findAccount, listAccounts } from '../../shared/accounts/accounts.ts';
import { closeAccount } from '../../shared/accounts/close.ts';
import { createSignInLink } from '../../shared/accounts/sessions.ts';
import { createToken, listTokens, revokeTokens } from '../../shared/accounts/tokens.ts';
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
  account
    .command('close')
    .description('for somebody who has left: no sign-in and no token any more; what was written keeps its name. create opens it again')
    .argument('<id>')
    .action(act(close));
  const token = program.command('token').description('keys for the API and for DEPESCH_TOKEN');
  token
    .command('create')
    .description('make a token for an account; it is shown this once')
    .argument('<account>')
    .option('--name <name>', 'what it is for', 'command line')
    .action(act(makeToken));
  token
    .command('list')
    .description('the tokens of an account: what they are for, made when, last used when')
    .argument('<account>')
    .action(act(tokens));
  token
    .command('revoke')
    .description('end the tokens of an account that have a name: they open nothing any more')
    .argument('<account>')
    .requiredOption('--name <name>', 'as the list has it')
    .action(act(revoke));
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

function close(cli: Cli, id: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    await closeAccount(services.database, id);
    return { text: `${id} is closed`, json: { account: id, closed: true } };
  });
}

function makeToken(cli: Cli, account: string, options: { name: string }): Promise<Answer> {
  if (options.name.trim() === '') throw wrongInput('--name', 'is empty.', 'Say what the token is for.');
  return cli.withServices(async (services) => {
    const text = await createToken(services.database, { account, name: options.name });
    // Only the token on standard output, so that a script can keep it.
    cli.screen.note('Keep it: it is not shown again.');
    return { text, json: { account, name: options.name, token: text } };
  });
}

function tokens(cli: Cli, account: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const found = await listTokens(services.database, account);
    const rows = found.map(({ name, createdAt, usedAt }) => [name, createdAt.toISOString(), usedAt?.toISOString() ?? 'never used']);
    return { text: rows.length > 0 ? table(rows) : `${account} has no token.`, json: found };
  });
}

function revoke(cli: Cli, account: string, { name }: { name: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const revoked = await services.database.transaction().execute((tx) => revokeTokens(tx, { account, name }));
    if (revoked === 0) throw new NotFound('token', name);
    return { text: `${revoked === 1 ? 'one token' : `${revoked} tokens`} of ${account} ended`, json: { account, name, revoked } };
  });
}
