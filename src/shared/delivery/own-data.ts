import type { Selectable } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import type { Connection } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { Frequency, SuppressionReason, Tables } from '../schema/tables.ts';
import { addressHash } from '../subscribers/suppressions.ts';
import { listLetters, type PersonLetter } from './history.ts';

/** Everything kept about one person but the letters, which come in pages. */
export type OwnData = {
  readonly address: string;
  readonly name: string | null;
  readonly language: string;
  readonly state: 'unconfirmed' | 'active' | 'unsubscribed' | 'erased';
  readonly since: Date;
  readonly pausedUntil: Date | null;
  readonly topics: readonly { readonly topic: string; readonly frequency: Frequency; readonly since: Date }[];
  /** Why this address gets nothing more, where that is so. */
  readonly suppression: {
    readonly reason: SuppressionReason;
    readonly since: Date;
    readonly evidence: { readonly [key: string]: Json };
  } | null;
  readonly consents: readonly Selectable<Tables['consents']>[];
  readonly signUps: readonly { readonly at: Date; readonly topics: readonly string[]; readonly confirmedAt: Date | null }[];
  /** Letters outside any mailing: confirmations, and those with this link. */
  readonly notices: readonly { readonly kind: string; readonly at: Date; readonly state: string; readonly error: string | null }[];
  /** Mail that came back; the mails themselves are in the file. */
  readonly bounces: readonly { readonly at: Date; readonly verdict: string | null; readonly code: string | null }[];
};

/** The same with every letter, and with the mails that came back as they are. */
export type OwnDataFile = OwnData & { readonly letters: readonly PersonLetter[]; readonly mails: readonly string[] };

/** Undefined when the person is unknown or erased. */
export async function findOwnData(db: Connection, subscriber: string): Promise<OwnData | undefined> {
  const person = await db.selectFrom('subscribers').selectAll().where('id', '=', subscriber).executeTakeFirst();
  if (!person?.address) return undefined;
  const hash = addressHash(await getKey(db, 'address'), person.address);
  const suppression = await db
    .selectFrom('suppressions')
    .select(['reason', 'created_at as since', 'evidence'])
    .where('address_hash', '=', hash)
    .executeTakeFirst();
  return {
    address: person.address,
    name: person.name,
    language: person.language,
    state: person.state,
    since: person.created_at,
    pausedUntil: person.paused_until,
    suppression: suppression ?? null,
    topics: await db
      .selectFrom('subscriptions')
      .select(['topic', 'frequency', 'created_at as since'])
      .where('subscriber', '=', subscriber)
      .orderBy('topic')
      .execute(),
    consents: await db.selectFrom('consents').selectAll().where('subscriber', '=', subscriber).orderBy('id').execute(),
    signUps: await db
      .selectFrom('sign_ups')
      .select(['signed_at as at', 'topics', 'confirmed_at as confirmedAt'])
      .where('address', '=', person.address)
      .orderBy('signed_at')
      .execute(),
    notices: await db
      .selectFrom('notices')
      .select(['kind', 'created_at as at', 'state', 'error'])
      .where('to', '=', person.address)
      .orderBy('created_at')
      .execute(),
    bounces: await db
      .selectFrom('bounces')
      .select(['received_at as at', 'verdict', 'class as code'])
      .where('subscriber', '=', subscriber)
      .orderBy('id')
      .execute(),
  };
}

/** Letters of one page of the file: a person has a few a day at most. */
const PAGE = 500;

/** Everything, as the person may take it elsewhere (GDPR article 20). Undefined when the person is unknown or erased. */
export async function exportOwnData(db: Connection, subscriber: string): Promise<OwnDataFile | undefined> {
  const data = await findOwnData(db, subscriber);
  if (!data) return undefined;
  const letters: PersonLetter[] = [];
  for (let page: PersonLetter[] = []; ; ) {
    page = await listLetters(db, { subscriber, before: page.at(-1)?.publication, limit: PAGE });
    letters.push(...page);
    if (page.length < PAGE) break;
  }
  const mails = await db.selectFrom('bounces').select('raw').where('subscriber', '=', subscriber).orderBy('id').execute();
  return { ...data, letters, mails: mails.map(({ raw }) => raw.toString('latin1')) };
}
