import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Connection, Database, Tx } from '../schema/database.ts';
import type { Frequency } from '../schema/tables.ts';
import { type Claim, type Claimer, claim, type Digest, GROUP_SIZE, type PickedLetter } from './claiming.ts';
import { dueDigest, inShard, openDigest, type Shard, shards } from './digest-rows.ts';
import { isPaused, type Person, releaseTopicsOf, wantsOneOf } from './reachable.ts';
import { findStanding } from './relays.ts';
import type { RunKey } from './run-end.ts';
import type { RowKey } from './settlement.ts';

/** People looked at to find 25 that no other sender holds: as many as a full house of senders holds at once. */
const CANDIDATES = 16 * GROUP_SIZE;

/** More news than anybody waits for; what is left over follows in a letter of its own. */
const MOST_ROWS = 200;

/** Releases whose digests may leave now; only a release's first run has any. The open work of a week, so they are few. */
async function findReleases(db: Connection, only?: RunKey): Promise<string[]> {
  const which = only ? sql`m.release = ${only.release} and m.n = ${only.n}` : sql`true`;
  const { rows } = await sql<{ release: string }>`
    select m.release from receipts c
    join mailings m on m.release = c.release and m.n = c.n and m.state = 'running' and m.frozen_at is not null
    join releases r on r.id = m.release and not (r.newest_kind = 'withdrawal' and r.newest_n > m.n)
    where c.channel = 'email' and c.state <> 'done' and ${which}`.execute(db);
  return rows.map(({ release }) => release);
}

/** Shards in which somebody's digest is due, of running mailings; of one mailing when `only` names it. */
export async function findDueDigests(db: Connection, only?: RunKey): Promise<Shard[]> {
  const releases = await findReleases(db, only);
  if (releases.length === 0) return [];
  const { rows } = await sql<{ shard: Shard }>`
    select shard from ${shards} where exists (
      select from unnest(${releases}::uuid[]) as r (release) where exists (
        select from deliveries d where ${inShard(sql`r.release`)} and ${dueDigest}
      )
    ) order by shard`.execute(db);
  return rows.map(({ shard }) => shard);
}

/**
 * Takes for one sender, in one transaction, everything due for up to 25 people whose digests are due. The person's row is locked first: however
 * many senders are at it, nobody gets two letters where one would do. Throws ClaimUnconfirmed when PostgreSQL failed after rows were picked.
 */
export async function claimDigests(db: Database, claimer: Claimer, shard: Shard): Promise<Claim> {
  return claim(db, claimer, async (tx) => {
    const standing = await findStanding(tx, claimer.relay);
    if (standing.kind === 'paused') return { kind: 'nothing', why: 'relay-paused' };
    const people = await lockPeople(tx, shard, standing.kind === 'probe' ? 1 : GROUP_SIZE);
    const rows = people.length === 0 ? [] : await lockRows(tx, people, await lockRuns(tx, people));
    const letters = [...Map.groupBy(rows, (row) => row.subscriber).values()].flatMap((own) => letterOf(own) ?? []);
    return letters.length > 0 ? { kind: 'picked', standing, letters } : { kind: 'nothing', why: 'nothing-due' };
  });
}

/** FOR NO KEY UPDATE: a freeze, which refers to the person's row in its new ones, does not wait for it. */
async function lockPeople(tx: Tx, shard: Shard, limit: number): Promise<string[]> {
  const releases = await findReleases(tx);
  if (releases.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select s.id from subscribers s where s.id in (
      select distinct d.subscriber from deliveries d
      where d.subscriber between ${firstId(shard)}::uuid and ${lastId(shard)}::uuid and d.release = any (${releases}::uuid[]) and ${dueDigest}
      order by d.subscriber limit ${CANDIDATES}
    )
    order by s.id limit ${limit} for no key update of s skip locked`.execute(tx);
  return rows.map(({ id }) => id);
}

const firstId = (shard: Shard) => `${shard.padEnd(8, '0')}-0000-0000-0000-000000000000`;
const lastId = (shard: Shard) => `${shard.padEnd(8, 'f')}-ffff-ffff-ffff-ffffffffffff`;

/** Waits for whoever stops, pauses or freezes one of these runs; what follows sees what they did. */
async function lockRuns(tx: Tx, people: readonly string[]): Promise<RunKey[]> {
  const { rows } = await sql<RunKey>`
    select m.release, m.n from mailings m
    where (m.release, m.n) in (select d.release, d.n from deliveries d where d.subscriber = any (${[...people]}::uuid[]) and ${openDigest})
    order by m.release, m.n for share`.execute(tx);
  return rows;
}

type OpenRow = RowKey &
  Person & {
    readonly attempts: number;
    readonly carried: number;
    readonly publication: number;
    readonly frequency: Frequency;
    readonly digest: string | null;
    readonly code: string | null;
    readonly due: boolean;
    readonly tokenKey: Buffer;
  };

async function lockRows(tx: Tx, people: readonly string[], runs: readonly RunKey[]): Promise<OpenRow[]> {
  // The topics once for each release: its whole text is read for them.
  const { rows } = await sql<OpenRow>`
    with locked as materialized (
      select v.release, v.n, ${releaseTopicsOf(sql`v.release`)} as topics
      from unnest(${runs.map((run) => run.release)}::uuid[], ${runs.map((run) => run.n)}::int[]) as v (release, n)
    )
    select d.release, d.n, d.subscriber, d.attempts, d.frequency, d.digest, d.code, d.due_at <= statement_timestamp() as due, r.newest_n as carried,
      v.publication, s.address, s.state, s.token_key as "tokenKey", ${isPaused} as paused, ${wantsOneOf(sql`locked.topics`)} as wants
    from locked
    join mailings m on m.release = locked.release and m.n = locked.n and m.state = 'running'
    join releases r on r.id = m.release and not (r.newest_kind = 'withdrawal' and r.newest_n > m.n)
    join revisions v on v.release = m.release and v.n = m.n
    join deliveries d on d.release = m.release and d.n = m.n
    join subscribers s on s.id = d.subscriber
    where d.subscriber = any (${[...people]}::uuid[]) and ${openDigest} and (d.state = 'deferred' or d.due_at <= statement_timestamp())
    order by d.release, d.n, d.seq for update of d`.execute(tx);
  return rows;
}

/** One person's letter. Undefined when what was due has been taken away since. */
function letterOf(open: readonly OpenRow[]): PickedLetter | undefined {
  if (!open.some(({ due }) => due)) return undefined;
  // A digest that may have arrived goes again as it was, alone: mailboxes that show one letter of a name once must not hide other news behind it.
  const again = open.find(({ code, digest }) => code === 'resend' && digest !== null);
  const rows = (again ? open.filter(({ digest }) => digest === again.digest) : open)
    .toSorted((one, other) => other.publication - one.publication)
    .slice(0, MOST_ROWS);
  return {
    tokenKey: rows[0]!.tokenKey,
    digest: digestOf(rows),
    first: undefined,
    had: undefined,
    rows: rows.map(({ release, n, subscriber, attempts, carried, address, state, wants, paused }) => ({
      key: { release, n, subscriber },
      attempts,
      carried,
      person: { subscriber, address, state, wants, paused },
    })),
  };
}

/** The same rows again are the same letter; with others among them it is a new one. */
function digestOf(rows: readonly OpenRow[]): Digest {
  const [id, ...ids] = new Set(rows.map(({ digest }) => digest));
  const [frequency, ...frequencies] = new Set(rows.map((row) => row.frequency));
  return {
    id: id && ids.length === 0 ? id : randomUUID(),
    frequency: frequencies.length > 0 || frequency === 'at-once' ? 'mixed' : frequency!,
  };
}
