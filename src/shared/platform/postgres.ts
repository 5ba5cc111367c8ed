import { Client, Pool, type PoolClient, type QueryConfig, types } from 'pg';
import { sha256Hex } from './canonical.ts';
import type { Log } from './log.ts';

// bigint columns of ours (publication, seq, counts) stay far below 2^53.
types.setTypeParser(types.builtins.INT8, (text) => Number(text));

/**
 * Begins a statement that runs for every few letters or pages. PostgreSQL keeps its plan on each connection (a named prepared statement): measured, planning was a
 * quarter of what a mailing cost it. The text must be the same every time and name its columns.
 */
export const PREPARED = '/* prepared */';

const preparedNames = new Map<string, string>();

function nameOf(text: string): string {
  const known = preparedNames.get(text);
  if (known !== undefined) return known;
  const name = `p${sha256Hex(text).slice(0, 24)}`;
  preparedNames.set(text, name);
  return name;
}

/** A client that gives statements which begin with PREPARED a name. */
class PreparingClient extends Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg's own overloads of `query` are wider than what passes through here.
  override query(query: any, values?: any, callback?: any): any {
    if (typeof query !== 'string' || !query.startsWith(PREPARED)) return super.query(query, values, callback);
    const named: QueryConfig = { name: nameOf(query), text: query, values };
    return super.query(named, callback);
  }
}

/** Connections of one process. A failed idle connection is logged, never thrown: PostgreSQL may restart under us. */
export function openPool(connectionString: string, log: Log, options: { max?: number; applicationName?: string } = {}): Pool {
  const pool = new Pool({
    Client: PreparingClient,
    connectionString,
    max: options.max ?? 8,
    application_name: options.applicationName ?? 'depesch',
    connectionTimeoutMillis: 10_000,
    // A machine that vanished says no goodbye: the system asks now and then whether it is still there, or a query would wait for an hour.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Nothing of ours takes a minute inside one statement; a lock waited for longer is a fault to report.
    statement_timeout: 60_000,
    // A stopped process (SIGSTOP) must not hold a lock for ever.
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on('error', (error) => log.warn({ code: errorCode(error) }, 'postgres.connection_lost'));
  pool.on('connect', (client: PoolClient) => {
    // A checked-out client without its own listener would end the process at a PostgreSQL restart.
    client.on('error', (error) => log.warn({ code: errorCode(error) }, 'postgres.connection_lost'));
  });
  return pool;
}

function errorCode(error: unknown): string {
  return (error as { code?: string }).code ?? (error as Error).message;
}

/** What the system says of a server it cannot reach: the line, the name, the machine, the network, the socket file, a queue of callers that is full (EAGAIN). */
const UNREACHABLE = /^E(CONN|PIPE|NOTFOUND|TIMEDOUT|HOST|NET)|^E(NOENT|AGAIN|AI_AGAIN)$/;
const PASSING_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);

/** PostgreSQL's character_not_in_repertoire (text) and untranslatable_character (JSON): neither has a place for U+0000. */
const UNKEPT_CHARACTER = ['22021', '22P05'];

/** True when somebody sent a character that PostgreSQL cannot even compare with. */
export function isUnkeptCharacter(error: unknown): boolean {
  return UNKEPT_CHARACTER.includes(String((error as { code?: unknown })?.code));
}

/** True when PostgreSQL itself is away, restarting or busy: the same call may succeed later. */
export function isPassingDatabaseError(error: unknown): boolean {
  const code = (error as { code?: string })?.code;
  // Before the SQLSTATEs, whose five characters EPIPE has too.
  if (typeof code === 'string' && UNREACHABLE.test(code)) return true;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return PASSING_CLASSES.has(code.slice(0, 2));
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(
    String((error as Error)?.message),
  );
}
