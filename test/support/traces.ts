import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { World } from './world.ts';

/** Every place where one of the words stands: `table.column`, `redis <key>`, files. Bytes are also read as base 64 and quoted-printable. */
export async function findTraces(world: World, words: readonly string[], logs: readonly string[] = []): Promise<string[]> {
  const holds = (text: string) => forms(text).some((form) => words.some((word) => form.includes(word.toLowerCase())));
  const found: string[] = [];
  for (const { table, column, value } of await everyValue(world)) if (holds(value)) found.push(`${table}.${column}`);
  for (const [key, value] of await everyKey(world)) if (holds(key) || holds(value)) found.push(`redis ${key}`);
  for (const file of await filesBelow(world.dataDir)) {
    const bytes = await readFile(file);
    const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    if (holds(file) || holds(text.toString('utf8')) || holds(text.toString('latin1'))) found.push(file);
  }
  for (const file of await filesBelow(process.env.TEST_SERVER_LOGS!)) if (holds(await readFile(file, 'utf8'))) found.push(file);
  for (const line of logs) if (holds(line)) found.push(`log ${line}`);
  return [...new Set(found)];
}

function forms(text: string): string[] {
  const plain = text.toLowerCase();
  const quoted = plain.replace(/=\r?\n/g, '').replace(/=([0-9a-f]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const inner = [...text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}(?:\r?\n[A-Za-z0-9+/]+={0,2})*/g)].map(([run]) =>
    Buffer.from(run, 'base64').toString('utf8').toLowerCase(),
  );
  return [plain, quoted, ...inner];
}

type Value = { readonly table: string; readonly column: string; readonly value: string };

/** Every value of every table as text, bytes as they read. */
async function everyValue({ services }: World): Promise<Value[]> {
  const { rows: columns } = await sql<{ table: string; column: string; bytes: boolean }>`
    select table_name as table, column_name as column, data_type = 'bytea' as bytes from information_schema.columns
    where table_schema = 'public' order by 1, 2`.execute(services.database);
  const values: Value[] = [];
  for (const { table, column, bytes } of columns) {
    const text = bytes ? sql`encode(${sql.ref(column)}, 'base64')` : sql`${sql.ref(column)}::text`;
    const { rows } = await sql<{ value: string }>`
      select ${text} as value from ${sql.table(table)} where ${sql.ref(column)} is not null`.execute(services.database);
    for (const { value } of rows) values.push({ table, column, value: bytes ? Buffer.from(value, 'base64').toString('latin1') : value });
  }
  return values;
}

/** Every key of the installation with everything in it. */
async function everyKey({ services, config }: World): Promise<[string, string][]> {
  const redis = new Redis(config.redisUrl!);
  try {
    const keys = await redis.keys(`${services.redisPrefix.replace(/[{}[\]]/g, '\\$&')}*`);
    return await Promise.all(keys.map(async (key): Promise<[string, string]> => [key, await contentOf(redis, key)]));
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1'));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return '';
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
