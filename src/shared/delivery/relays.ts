import { sql } from 'kysely';
import { relayOf } from '../mail/relay.ts';
import type { Config } from '../platform/config.ts';
import { type Connection, prepared, type Tx } from '../schema/database.ts';

/** Whether a relay takes letters now. `probe`: it did not the last time, so one letter is to find out. */
export type RelayStanding =
  | { readonly kind: 'open' }
  | { readonly kind: 'probe' }
  | { readonly kind: 'paused'; readonly until: Date; readonly reason: string };

/** A relay's trouble as status shows it. */
export type RelayTrouble = {
  readonly name: string;
  readonly reason: string;
  readonly tries: number;
  readonly since: Date;
  readonly pausedUntil: Date;
};

/** The first pause ends soon, for most faults are short; then the pauses double, and a dead relay is knocked at every 15 minutes. */
const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 15 * 60;

/** While one sender probes, the others wait so long for its answer; a probe whose sender died is made again after it. */
const PROBE_SECONDS = 60;

/** How the relay stands by PostgreSQL's clock. */
export async function findStanding(db: Connection, name: string): Promise<RelayStanding> {
  const { rows } = await sql<{ tries: number; reason: string | null; until: Date | null; paused: boolean | null }>`${prepared}
    select tries, reason, paused_until as until, paused_until > clock_timestamp() as paused from relays where name = ${name}`.execute(db);
  const row = rows[0];
  if (!row || row.tries === 0) return { kind: 'open' };
  return row.paused && row.until ? { kind: 'paused', until: row.until, reason: row.reason ?? '' } : { kind: 'probe' };
}

/** This installation's relay as `relays` and every answer name it; undefined when there is none yet. */
export function nameOfRelay(config: Pick<Config, 'smtpUrl' | 'inboxPort'>): string | undefined {
  return config.smtpUrl === undefined && config.inboxPort === undefined ? undefined : relayOf(config).name;
}

/** Until when this installation's relay takes no letters; undefined when it takes them, or when there is none yet. */
export async function findRest({
  config,
  database,
}: {
  readonly config: Config;
  readonly database: Connection;
}): Promise<Date | undefined> {
  const name = nameOfRelay(config);
  if (name === undefined) return undefined;
  const standing = await findStanding(database, name);
  return standing.kind === 'paused' ? standing.until : undefined;
}

/** Takes the right to probe, so that one letter and not one per sender finds out. False when another sender has it. */
export async function takeProbe(tx: Tx, name: string): Promise<boolean> {
  const result = await sql`
    update relays set paused_until = clock_timestamp() + make_interval(secs => ${PROBE_SECONDS})
    where name = ${name} and tries > 0 and (paused_until is null or paused_until <= clock_timestamp())`.execute(tx);
  return result.numAffectedRows === 1n;
}

/**
 * Pauses the relay with a growing gap. Ten lines that fail together are one try: while the relay rests already only the probe's own
 * failure counts. Gives true when this call made or lengthened the pause.
 */
export async function pauseRelay(db: Connection, pause: { name: string; reason: string; probe: boolean }): Promise<boolean> {
  const gap = (tries: ReturnType<typeof sql>) =>
    sql`clock_timestamp() + make_interval(secs => least(${LONGEST_PAUSE_SECONDS}, ${FIRST_PAUSE_SECONDS} * power(2, least(${tries}, 12))))`;
  const result = await sql`
    insert into relays (name, paused_until, reason, tries, since)
    values (${pause.name}, ${gap(sql`0`)}, ${pause.reason}, 1, clock_timestamp())
    on conflict (name) do update
      set paused_until = ${gap(sql`relays.tries`)}, reason = excluded.reason, tries = relays.tries + 1,
        since = case when relays.tries = 0 then clock_timestamp() else relays.since end
      where ${pause.probe} or relays.paused_until is null or relays.paused_until <= clock_timestamp()`.execute(db);
  return result.numAffectedRows === 1n;
}

/** The relay took a letter again. */
export async function clearRelay(db: Connection, name: string): Promise<void> {
  await sql`update relays set paused_until = null, reason = null, tries = 0, since = null where name = ${name} and tries > 0`.execute(db);
}

/** Ends every pause now; the next letter is the probe. For the administrator who has mended the cause. */
export async function resumeRelays(db: Connection): Promise<number> {
  const result = await sql`update relays set paused_until = clock_timestamp() where paused_until > clock_timestamp()`.execute(db);
  return Number(result.numAffectedRows ?? 0n);
}

/** Relays that refused us at their last try, the longest trouble first. */
export async function listRelayTroubles(db: Connection): Promise<RelayTrouble[]> {
  const { rows } = await sql<RelayTrouble>`
    select name, reason, tries, since, coalesce(paused_until, clock_timestamp()) as "pausedUntil" from relays where tries > 0 order by since`.execute(
    db,
  );
  return rows;
}

/** The trouble with this installation's relay; what a former one once answered is of no consequence. */
export async function findTrouble({
  config,
  database,
}: {
  readonly config: Config;
  readonly database: Connection;
}): Promise<RelayTrouble | undefined> {
  const name = nameOfRelay(config);
  return (await listRelayTroubles(database)).find((trouble) => trouble.name === name);
}
