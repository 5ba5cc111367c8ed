import { sql } from 'kysely';
import type { LetterLimits } from '../release/newsroom/sending-limits.ts';
import { type Database, prepared, type Tx } from '../schema/database.ts';
import { domainOf } from './limit-scopes.ts';
import { type FullDomain, takeAllowance } from './limits.ts';
import { type Person, type ReachRules, unreachable } from './reachable.ts';
import { type RelayStanding, takeProbe } from './relays.ts';
import type { Held, RowKey } from './settlement.ts';

/*
 * What the claim of a batch (claims.ts) and the claim of digests (digest-claims.ts) share: one transaction that picks rows, judges who may get
 * a letter, and marks every row picked as claimed or suppressed.
 */

/** Letters claimed in one transaction. Measured: 79 ms of PostgreSQL per 1,000 letters against 553 ms one by one. */
export const GROUP_SIZE = 25;

/** A row this sender alone may settle, and the revision whose text its letter carries. */
export type ClaimedRow = Held & { readonly carried: number };

/** Rows that leave as one letter with everything owed to a person. `id` names the letter, also when it is tried again. */
export type Digest = { readonly id: string; readonly frequency: 'daily' | 'weekly' | 'mixed' };

/** The run of an earlier letter, or the digest it left in. */
export type FirstLetter = { readonly n: number; readonly digest: string | null };

/** One letter: to one person about one row, or as a digest about several, the newest publication first. It goes out with all of them or not at all. */
export type ClaimedLetter = {
  readonly subscriber: string;
  readonly address: string;
  readonly tokenKey: Buffer;
  readonly rows: readonly [ClaimedRow, ...ClaimedRow[]];
  readonly digest: Digest | undefined;
  /** The first letter the person got about the release, which a correction or withdrawal answers. */
  readonly first: FirstLetter | undefined;
  /** The newest revision of it that the person is known, or may be believed, to have. */
  readonly had: number | undefined;
};

export type Nothing = { readonly kind: 'nothing'; readonly why: 'nothing-due' | 'not-running' | 'relay-paused' | 'limited' };

export type Claim =
  | {
      readonly kind: 'letters';
      readonly letters: readonly ClaimedLetter[];
      readonly probe: boolean;
      readonly suppressed: number;
      /** Domains over their limit: their letters are to be put off. */
      readonly full: readonly FullDomain[];
    }
  | Nothing;

/** Who claims, through which relay, by which rules people are reached, and within which limits. */
export type Claimer = { readonly sender: string; readonly relay: string; readonly rules: ReachRules; readonly limits: LetterLimits };

/** The claim's transaction did not end as far as anybody knows. Nothing of it may be sent; `rows` go back. */
export class ClaimUnconfirmed extends Error {
  readonly rows: readonly Held[];
  constructor(rows: readonly Held[], cause: unknown) {
    super('the claim was not confirmed', { cause });
    this.name = 'ClaimUnconfirmed';
    this.rows = rows;
  }
}

/** A row picked and locked, with everything that decides whether its letter may leave. */
export type PickedRow = { readonly key: RowKey; readonly attempts: number; readonly carried: number; readonly person: Person };
/** The rows of what would be one letter. */
export type PickedLetter = Pick<ClaimedLetter, 'tokenKey' | 'digest' | 'first' | 'had'> & { readonly rows: readonly PickedRow[] };
export type Picked = { readonly kind: 'picked'; readonly letters: readonly PickedLetter[]; readonly standing: RelayStanding };

/**
 * Claims what `pick` locked, in its transaction. Rows of people who may not get the letter become `suppressed` with the reason; the rest leaves.
 * Throws ClaimUnconfirmed when PostgreSQL failed after rows were picked.
 */
export async function claim(db: Database, claimer: Claimer, pick: (tx: Tx) => Promise<Picked | Nothing>): Promise<Claim> {
  let letters: readonly ClaimedLetter[] = [];
  try {
    return await db.transaction().execute(async (tx) => {
      const picked = await pick(tx);
      if (picked.kind === 'nothing') return picked;
      const rows = picked.letters.flatMap((letter) => letter.rows);
      const people = rows.map(({ person }) => person);
      const against = await unreachable(tx, people, claimer.rules);
      const reasons = new Map(rows.map((row, index) => [row, against[index]]));
      const reached = picked.letters.flatMap((letter) => letterOf(letter, reasons, claimer.sender) ?? []);
      const { allowed, full } = await withinLimits(tx, claimer, reached);
      const suppressed = against.filter((reason) => reason !== undefined).length;
      if (allowed.length + suppressed + full.length === 0) return { kind: 'nothing', why: 'limited' };
      // Only a letter that will be sent takes the probe: somebody who gets none would keep everybody waiting for an answer that never comes.
      const probe = picked.standing.kind === 'probe' && allowed.length > 0;
      if (probe && !(await takeProbe(tx, claimer.relay))) return { kind: 'nothing', why: 'relay-paused' };
      letters = allowed;
      await mark(tx, { picked, letters, reasons, sender: claimer.sender });
      return { kind: 'letters', letters, probe, suppressed, full };
    });
  } catch (error) {
    const rows = letters.flatMap((letter) => letter.rows);
    throw rows.length > 0 ? new ClaimUnconfirmed(rows, error) : error;
  }
}

type Reasons = ReadonlyMap<PickedRow, string | undefined>;

function letterOf({ rows, ...letter }: PickedLetter, reasons: Reasons, sender: string): ClaimedLetter | undefined {
  const [first, ...more] = rows
    .filter((row) => reasons.get(row) === undefined)
    .map(({ key, attempts, carried }): ClaimedRow => ({ key, token: { claimedBy: sender, attempts: attempts + 1 }, carried }));
  if (!first) return undefined;
  return { ...letter, subscriber: first.key.subscriber, address: rows[0]!.person.address!, rows: [first, ...more] };
}

/** The letters that may leave now; a digest counts for no release. */
async function withinLimits(tx: Tx, { limits, relay }: Claimer, letters: readonly ClaimedLetter[]) {
  const release = letters.find(({ digest }) => digest === undefined)?.rows[0].key.release;
  const allotment = await takeAllowance(tx, limits, { relay, release, domains: letters.map(({ address }) => domainOf(address)) });
  return { allowed: letters.filter((_, index) => allotment.allowed[index]), full: allotment.full };
}

type Marking = { picked: Picked; letters: readonly ClaimedLetter[]; reasons: Reasons; sender: string };

/** What is neither suppressed nor in one of the letters stays as it was. */
async function mark(tx: Tx, { picked, letters, reasons, sender }: Marking): Promise<void> {
  const claimed = new Set(letters.map(({ subscriber }) => subscriber));
  const marked = picked.letters.flatMap(({ rows, digest }) =>
    rows
      .filter((row) => reasons.get(row) !== undefined || claimed.has(row.key.subscriber))
      .map((row) => ({ ...row, reason: reasons.get(row), digest: digest?.id })),
  );
  if (marked.length === 0) return;
  const column = <Value>(of: (row: (typeof marked)[number]) => Value) => marked.map(of);
  // What is claimed is due: a row that leaves early, with others, and comes back is taken again together with them.
  await sql`${prepared}
    update deliveries d set
      state = case when v.reason is null then 'claimed' else 'suppressed' end,
      attempts = d.attempts + case when v.reason is null then 1 else 0 end,
      claimed_by = ${sender}::uuid,
      carried_n = case when v.reason is null then v.carried else d.carried_n end,
      digest = case when v.reason is null then v.digest else d.digest end,
      due_at = least(d.due_at, statement_timestamp()),
      code = coalesce(v.reason, d.code), reply = case when v.reason is null then d.reply end,
      at = case when v.reason is null then d.at else clock_timestamp() end
    from unnest(
      ${column(({ key }) => key.release)}::uuid[], ${column(({ key }) => key.n)}::int[], ${column(({ key }) => key.subscriber)}::uuid[],
      ${column(({ carried }) => carried)}::int[], ${column(({ reason }) => reason ?? null)}::text[], ${column(({ digest }) => digest ?? null)}::uuid[]
    ) as v (release, n, subscriber, carried, reason, digest)
    where d.release = v.release and d.n = v.n and d.subscriber = v.subscriber`.execute(tx);
}
