import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../schema/database.ts';

/*
 * Tables as lines of JSON, one object a row. PostgreSQL itself writes and reads the values, so nothing of them passes through numbers or dates of
 * ours: what comes back is what was there, and the hash over the lines shows it.
 */

/**
 * What belongs to processes, browsers and mail servers of the moment, not to the newsroom: after a restore people sign in again. `migrations` stands in
 * the manifest.
 * What readers search follows from `revisions`: their trigger fills it while they come back.
 */
const LEFT_OUT = [
  'migrations',
  'sessions',
  'sign_in_links',
  'senders',
  'workers',
  'allowances',
  'alerts',
  'search_texts',
  'search_words',
  'public_images',
];

/** So many rows are in memory at once; a revision with its text may be 100 kB. */
const ROWS_AT_ONCE = 500;

export type TableShape = { readonly name: string; readonly columns: readonly string[]; readonly key: readonly KeyColumn[] };
type KeyColumn = { readonly name: string; readonly text: boolean };

/** Every table that a backup holds, by name, with the columns that are not computed. */
export async function describeTables(tx: Tx): Promise<TableShape[]> {
  const { rows } = await sql<TableShape>`
    select c.relname::text as name,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      coalesce((select json_agg(json_build_object('name', a.attname, 'text', a.attcollation <> 0) order by k.place)
        from pg_index i cross join unnest(i.indkey) with ordinality k (attnum, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary), '[]') as key
    from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::text::regnamespace order by c.relname`.execute(tx);
  return rows.filter((table) => !LEFT_OUT.includes(table.name));
}

/** The rows of a table as lines, in order of its key; the same rows give the same lines on every server. Call inside a transaction. */
export async function* readLines(tx: Tx, table: TableShape): AsyncGenerator<readonly string[]> {
  await sql`set local timezone = 'UTC'`.execute(tx);
  await sql`declare lines no scroll cursor for
    select row_to_json(r)::text as line from (select ${columnsOf(table.columns)} from ${sql.table(table.name)} order by ${orderOf(table)}) r`.execute(
    tx,
  );
  for (;;) {
    const { rows } = await sql<{ line: string }>`fetch ${sql.lit(ROWS_AT_ONCE)} from lines`.execute(tx);
    if (rows.length === 0) break;
    yield rows.map((row) => row.line);
  }
  await sql`close lines`.execute(tx);
}

/** Texts are compared byte by byte: how a server sorts its letters is its own affair. */
function orderOf(table: TableShape): RawBuilder<unknown> {
  const columns = table.key.map((column) => (column.text ? sql`${sql.ref(column.name)} collate "C"` : sql.ref(column.name)));
  return columns.length > 0 ? sql.join(columns) : sql`${sql.table(table.name)}::text collate "C"`;
}

function columnsOf(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)));
}

/** Puts lines back as rows. */
export async function insertLines(tx: Tx, table: Pick<TableShape, 'name' | 'columns'>, lines: readonly string[]): Promise<void> {
  const columns = columnsOf(table.columns);
  await sql`
    insert into ${sql.table(table.name)} (${columns}) overriding system value
    select ${columns} from json_populate_recordset(null::${sql.table(table.name)}, ${`[${lines.join(',')}]`}::json)`.execute(tx);
}

/** How many rows a table has, and the hash over their lines. */
export async function measureTable(tx: Tx, table: TableShape): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const lines of readLines(tx, table)) {
    rows += lines.length;
    for (const line of lines) hash.update(`${line}\n`);
  }
  return { rows, sha256: hash.digest('hex') };
}

/** Tables may come in any order, and a row may name one that comes later: references are looked at when `work` is done. */
export async function withReferencesLast(tx: Tx, work: () => Promise<void>): Promise<void> {
  const { rows } = await sql<{ table: string; name: string }>`
    select conrelid::regclass::text as table, quote_ident(conname) as name from pg_constraint
    where contype = 'f' and not condeferrable and connamespace = current_schema()::text::regnamespace`.execute(tx);
  const alter = async (how: string) => {
    for (const { table, name } of rows) await sql.raw(`alter table ${table} alter constraint ${name} ${how}`).execute(tx);
  };
  await alter('deferrable initially deferred');
  await work();
  await sql`set constraints all immediate`.execute(tx);
  await alter('not deferrable');
}

/** Numbers that tables count up by themselves go on after the highest there is. */
export async function advanceCounters(tx: Tx): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select c.oid::regclass::text as table, a.attname::text as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attidentity <> '' and c.relkind = 'r' and c.relnamespace = current_schema()::text::regnamespace`.execute(tx);
  for (const { table, column } of rows) {
    const highest = sql`max(${sql.ref(column)})`;
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), ${highest}) from ${sql.raw(table)} having ${highest} is not null`.execute(
      tx,
    );
  }
}

/** A whole database is read or written in one transaction, which takes as long as it takes. */
export async function takeYourTime(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
}
