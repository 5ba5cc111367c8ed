import { z } from 'zod';
import { InvalidInput, problemWith } from '../platform/failure.ts';
import type { Connection } from '../schema/database.ts';
import { type AccountRow, ROLES, type Role } from '../schema/tables.ts';
import type { Actor } from './actor.ts';

const Account = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'takes small letters, digits and hyphens, such as elin'),
  name: z.string().trim().min(1, 'is empty').max(100),
  email: z.email('is not an e-mail address'),
  roles: z.array(z.enum(ROLES, `takes ${ROLES.join(', ')}`)).min(1, 'needs at least one role'),
});

/** Makes an account, or changes the one of that id. Throws InvalidInput. */
export async function createAccount(
  db: Connection,
  input: { id: string; name: string; email: string; roles: readonly string[] },
): Promise<Actor> {
  const parsed = Account.safeParse(input);
  if (!parsed.success) {
    throw new InvalidInput(
      parsed.error.issues.map((issue) =>
        problemWith(
          issue.path.join('.'),
          `${issue.message}.`,
          'Example: ./depesch account create elin --name "Elin Sand" --email elin@alvmark.example --role author',
        ),
      ),
    );
  }
  const { id, name, email, roles } = parsed.data;
  const row = await db
    .insertInto('accounts')
    .values({ id, name, email, roles })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, email, roles, active: true }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return actorOf(row);
}

/** The account of that id, when it exists and is active. */
export async function findAccount(db: Connection, id: string): Promise<Actor | undefined> {
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', id).where('active', '=', true).executeTakeFirst();
  return row && actorOf(row);
}

/** Every active account, by name; an organisation has tens of them. */
export async function listAccounts(db: Connection): Promise<Actor[]> {
  const rows = await db.selectFrom('accounts').selectAll().where('active', '=', true).orderBy('name').execute();
  return rows.map(actorOf);
}

/** The name of every account, also of those that are closed: what they did is told under it. */
export async function namesOfAccounts(db: Connection): Promise<Map<string, string>> {
  const rows = await db.selectFrom('accounts').select(['id', 'name']).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Names of those who hold a role, without `except`: who could do what this person may not. */
export async function namesWithRole(db: Connection, role: Role, except: string): Promise<string[]> {
  const accounts = await listAccounts(db);
  return accounts
    .filter((actor) => actor.account !== except && actor.roles.some((held) => held === role || held === 'admin'))
    .map((actor) => actor.name);
}

export function actorOf(row: AccountRow): Actor {
  return { account: row.id, name: row.name, email: row.email, roles: row.roles };
}
