import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Problem } from '../platform/failure.ts';
import type { Tx } from '../schema/database.ts';
import type { Frequency, SubscriberRow } from '../schema/tables.ts';
import type { RowReport, WantedSubscriber } from './row.ts';
import { addressHash, findSuppressions } from './suppressions.ts';

/** Goes into every signed link of this person; the links of a person without one cannot be told from another's. */
export const TOKEN_KEY_BYTES = 16;

/** A subscriber as he is, for comparison with what a file wants. */
type Known = {
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
  readonly language: string;
  readonly state: SubscriberRow['state'];
  readonly topics: Readonly<Record<string, Frequency>>;
  /** Said himself how often he wants letters: no file changes that. */
  readonly choseFrequency: boolean;
  /** Topics he left himself and did not take up again. */
  readonly left: readonly string[];
  /** Legal basis, source and time (in ms) of each import before. */
  readonly imports: readonly [string, string, number | null][];
};

/** A row that is taken, with what it adds. */
type Taken = {
  readonly id: string;
  readonly wanted: WantedSubscriber;
  readonly topics: Readonly<Record<string, Frequency>>;
  readonly isNew: boolean;
};

/** The key of address hashes, and where the ids of people known before are put who get other topics, or at another pace. */
export type Merging = { readonly addressKey: Uint8Array; readonly changed: Set<string> };

/** Brings what is known in line with rows of different addresses. Gives a report for each. */
export async function mergeChunk(tx: Tx, wanted: readonly WantedSubscriber[], merging: Merging): Promise<RowReport[]> {
  const { addressKey, changed } = merging;
  if (wanted.length === 0) return [];
  const known = new Map((await loadKnown(tx, wanted)).map((person) => [person.address, person]));
  const hashes = new Map(wanted.map(({ address }) => [address, addressHash(addressKey, address)]));
  const suppressed = await findSuppressions(tx, [...hashes.values()]);
  const taken: Taken[] = [];
  const reports = wanted.map((row) => {
    const reason = suppressed.get(hashes.get(row.address)!.toString('hex'));
    const judged = judge(row, known.get(row.address), reason);
    if (judged.taken) taken.push(judged.taken);
    return judged.report;
  });
  for (const { id, isNew, topics } of taken) if (!isNew && Object.keys(topics).length > 0) changed.add(id);
  const met = await write(tx, taken);
  if (met.length === 0) return reports;
  const again = new Map((await mergeChunk(tx, met, merging)).map((report) => [report.line, report]));
  return reports.map((report) => again.get(report.line) ?? report);
}

function judge(row: WantedSubscriber, person: Known | undefined, suppression: string | undefined): { report: RowReport; taken?: Taken } {
  const about = { line: row.line, address: row.address, problems: [] as Problem[] };
  const reason = suppression ?? (person?.state === 'unsubscribed' ? 'unsubscribed' : undefined);
  if (reason !== undefined)
    return {
      report: {
        ...about,
        outcome: 'suppressed',
        problems: [advice(row, 'address', `gets no letters: ${reason}.`, 'Nothing was changed.')],
      },
    };
  if (!person) {
    const topics = Object.fromEntries(row.topics.map((topic) => [topic, row.frequency ?? 'at-once']));
    return { report: { ...about, outcome: 'added' }, taken: { id: randomUUID(), wanted: row, topics, isNew: true } };
  }
  const left = row.topics.filter((topic) => hasLeft(person, topic));
  for (const topic of left)
    about.problems.push(advice(row, 'topics', `"${topic}" was left by the subscriber.`, 'It was not taken up again.'));
  const topics = topicsToWrite(row, person, left);
  if (person.choseFrequency && row.frequency && Object.values(person.topics).some((frequency) => frequency !== row.frequency))
    about.problems.push(advice(row, 'frequency', 'was chosen by the subscriber.', 'It was not changed.'));
  const same =
    Object.keys(topics).length === 0 &&
    person.state === 'active' &&
    person.language === row.language &&
    (row.name === null || person.name === row.name) &&
    person.imports.some(
      ([basis, source, at]) => basis === row.legalBasis && source === row.source && at === (row.confirmedAt?.getTime() ?? null),
    );
  if (same) return { report: { ...about, outcome: 'unchanged' } };
  return { report: { ...about, outcome: 'changed' }, taken: { id: person.id, wanted: row, topics, isNew: false } };
}

const QUICKEST: readonly Frequency[] = ['at-once', 'daily', 'weekly'];
const isSooner = (one: Frequency, other: Frequency) => QUICKEST.indexOf(one) < QUICKEST.indexOf(other);

/** Topics that are new to him or come at another pace now. What he chose himself holds for new topics too, and for old ones stays. */
function topicsToWrite(row: WantedSubscriber, person: Known, left: readonly string[]): Record<string, Frequency> {
  const everything = '*' in person.topics;
  const own = QUICKEST.find((frequency) => Object.values(person.topics).includes(frequency));
  const wanted = person.choseFrequency ? own : row.frequency;
  return Object.fromEntries(
    row.topics.flatMap((topic): [string, Frequency][] => {
      if (left.includes(topic)) return [];
      const now = person.topics[topic];
      // Whoever gets everything needs no single topics beside it, except one that is to come sooner than the rest.
      if (now === undefined && everything && !(wanted && isSooner(wanted, person.topics['*']!))) return [];
      const next = (person.choseFrequency ? (now ?? own) : (wanted ?? now ?? own)) ?? 'at-once';
      return next === now ? [] : [[topic, next]];
    }),
  );
}

/** A topic he left, or everything when he left part of it: only he takes it up again. */
function hasLeft(person: Known, topic: string): boolean {
  if (topic in person.topics) return false;
  return topic === '*' ? person.left.length > 0 : person.left.includes(topic);
}

function advice(row: WantedSubscriber, field: string, message: string, remedy: string): Problem {
  return { at: `line ${row.line}`, field, message, remedy, severity: 'advice' };
}

/** FOR NO KEY UPDATE: a freeze, which refers to a person's row in its new ones, would wait for the whole file, and the file for the freeze. */
async function loadKnown(tx: Tx, wanted: readonly WantedSubscriber[]): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select s.id, s.address, s.name, s.language, s.state, i.imports,
      (select coalesce(jsonb_object_agg(topic, frequency), '{}') from subscriptions where subscriber = s.id) as topics,
      exists (
        select from consents c where c.subscriber = s.id and (c.event = 'signed-up' or (c.event = 'changed' and c.detail->'before' is not null))
      ) as "choseFrequency",
      array(
        select t.topic from (
          select jsonb_array_elements_text(c.detail->'topics') as topic, c.id, c.event from consents c
          where c.subscriber = s.id and c.event in ('left', 'signed-up', 'changed')
        ) t group by t.topic having max(t.id) filter (where t.event = 'left') > coalesce(max(t.id) filter (where t.event <> 'left'), 0)
      ) as left
    from subscribers s
    cross join lateral (
      select coalesce(jsonb_agg(distinct jsonb_build_array(legal_basis, source, (extract(epoch from confirmed_at) * 1000)::bigint)), '[]') as imports
      from consents where subscriber = s.id and event = 'imported'
    ) i
    where s.address = any (${wanted.map((row) => row.address)}::text[]) for no key update of s`.execute(tx);
  return rows;
}

/** Gives the rows of people who signed up this very moment: they are known now, and are to be judged as such. */
async function write(tx: Tx, taken: readonly Taken[]): Promise<WantedSubscriber[]> {
  const inserted = await insertPeople(
    tx,
    taken.filter((row) => row.isNew),
  );
  const isMet = ({ isNew, id }: Taken) => isNew && !inserted.has(id);
  await writeWishes(
    tx,
    taken.filter((row) => !isMet(row)),
  );
  return taken.filter(isMet).map(({ wanted }) => wanted);
}

async function writeWishes(tx: Tx, taken: readonly Taken[]): Promise<void> {
  if (taken.length === 0) return;
  await updatePeople(
    tx,
    taken.filter((row) => !row.isNew),
  );
  const topics = taken.flatMap(({ id, topics }) => Object.entries(topics).map(([topic, frequency]) => ({ id, topic, frequency })));
  await sql`
    insert into subscriptions (subscriber, topic, frequency)
    select * from unnest(${topics.map((row) => row.id)}::uuid[], ${topics.map((row) => row.topic)}::text[], ${topics.map((row) => row.frequency)}::text[])
    on conflict (subscriber, topic) do update set frequency = excluded.frequency`.execute(tx);
  await sql`
    insert into consents (subscriber, event, legal_basis, source, confirmed_at, detail)
    select v.subscriber, 'imported', v.basis, v.source, v.confirmed, v.detail
    from unnest(
      ${taken.map((row) => row.id)}::uuid[], ${taken.map((row) => row.wanted.legalBasis)}::text[], ${taken.map((row) => row.wanted.source)}::text[],
      ${taken.map((row) => row.wanted.confirmedAt)}::timestamptz[], ${taken.map(({ wanted }) => JSON.stringify({ topics: wanted.topics, language: wanted.language, frequency: wanted.frequency }))}::jsonb[]
    ) as v (subscriber, basis, source, confirmed, detail)`.execute(tx);
}

/** Ids of those who were not there. */
async function insertPeople(tx: Tx, people: readonly Taken[]): Promise<ReadonlySet<string>> {
  if (people.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    insert into subscribers (id, address, name, language, state, token_key)
    select v.id, v.address, v.name, v.language, 'active', v.token_key
    from unnest(
      ${people.map((row) => row.id)}::uuid[], ${people.map((row) => row.wanted.address)}::text[], ${people.map((row) => row.wanted.name)}::text[],
      ${people.map((row) => row.wanted.language)}::text[], ${people.map(() => randomBytes(TOKEN_KEY_BYTES))}::bytea[]
    ) as v (id, address, name, language, token_key)
    on conflict (address) do nothing returning id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

async function updatePeople(tx: Tx, people: readonly Taken[]): Promise<void> {
  if (people.length === 0) return;
  await sql`
    update subscribers s set name = coalesce(v.name, s.name), language = v.language, state = 'active', changed_at = clock_timestamp()
    from unnest(
      ${people.map((row) => row.id)}::uuid[], ${people.map((row) => row.wanted.name)}::text[], ${people.map((row) => row.wanted.language)}::text[]
    ) as v (id, name, language) where s.id = v.id`.execute(tx);
}
