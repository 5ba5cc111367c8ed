import { sql } from 'kysely';
import { addresseeOf, type LetterKeys } from '../mail/addressee.ts';
import { type DkimSigner, openDkim } from '../mail/dkim.ts';
import { composeLetter, type Occasion } from '../mail/letter.ts';
import { prepareRaw } from '../mail/raw.ts';
import { bounceLocal, leaveToken } from '../mail/return-address.ts';
import { senderAddress } from '../mail/sender-address.ts';
import type { Config } from '../platform/config.ts';
import { messageOf, Permanent } from '../platform/failure.ts';
import { isPassingDatabaseError } from '../platform/postgres.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { loadView } from '../release/store.ts';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { Compose } from './sender.ts';

/** What composing needs of the services. */
export type ComposeContext = {
  readonly config: Config;
  readonly database: Database;
  newsroom(): Promise<{ newsroom: Newsroom; hash: string }>;
};

/** Letters kept ready: more than are ever under way at once in one process. */
const MOST_KEPT = 16;

/**
 * Makes each letter once per revision, run and state of the newsroom, and keeps it. Throws when the keys or the DKIM key cannot be read; what it
 * gives throws Permanent for a letter that cannot be made, which is the same for everybody in the run.
 */
export async function openCompose(context: ComposeContext): Promise<Compose> {
  const { config, database } = context;
  const keys = {
    links: await getKey(database, 'links'),
    messageId: await getKey(database, 'message-id'),
    verp: await getKey(database, 'verp'),
  };
  const dkim = config.dkim ? await openDkim(config.dkim) : undefined;
  const kept = new Map<string, ReturnType<Compose>>();
  return async (revision) => {
    const { newsroom, hash } = await context.newsroom();
    const name = `${revision.release} ${revision.n} ${revision.mailing} ${hash}`;
    const known = kept.get(name);
    if (known) return known;
    const made = orExplained(prepare({ context, keys, dkim, newsroom }, revision));
    kept.set(name, made);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    // A letter that could not be made now may be made the next time.
    made.catch(() => kept.delete(name));
    return made;
  };
}

type Means = {
  context: ComposeContext;
  keys: LetterKeys & { readonly verp: Uint8Array };
  dkim: DkimSigner | undefined;
  newsroom: Newsroom;
};

async function prepare({ context, keys, dkim, newsroom }: Means, revision: Parameters<Compose>[0]): ReturnType<Compose> {
  const { config, database } = context;
  const run = await loadRun(database, revision);
  const sender = senderAddress(config, newsroom);
  const publisher = { newsroom, baseUrl: config.baseUrl };
  const view = await loadView(database, revision);
  const earlier = view.kind === 'withdrawal' ? await findEarlierTitle(database, revision) : undefined;
  const letter = composeLetter(view, publisher, { run: run.kind, ...(earlier ? { earlier } : {}) });
  const { bounceDomain } = config;
  const raw = await prepareRaw(letter, {
    sender,
    publisher,
    date: run.date,
    ...(dkim ? { dkim } : {}),
    ...(bounceDomain ? { bounceDomain } : {}),
  });
  return ({ key, address, tokenKey }) => {
    const person = { subscriber: key.subscriber, address, tokenKey };
    const about = { release: key.release, mailing: key.n, first: run.first };
    const addressee = addresseeOf({ keys, person, letter: about, domain: sender.domain });
    if (bounceDomain === undefined) return { from: sender.address, raw: raw(addressee) };
    const from = `${bounceLocal(keys.verp, { ...key, publication: run.publication })}@${bounceDomain}`;
    return { from, raw: raw({ ...addressee, leaveToken: leaveToken(keys.verp, person) }) };
  };
}

/** The same, but a failure says that it is the letter's: nobody in the run can get it. */
async function orExplained(made: ReturnType<Compose>): ReturnType<Compose> {
  try {
    const copy = await made;
    return (letter) => {
      try {
        return copy(letter);
      } catch (error) {
        throw unmakeable(error);
      }
    };
  } catch (error) {
    throw unmakeable(error);
  }
}

function unmakeable(error: unknown): unknown {
  if (isPassingDatabaseError(error)) return error;
  return new Permanent('letter_cannot_be_made', `the letter cannot be made: ${messageOf(error)}`, { cause: error });
}

type Run = {
  readonly kind: NonNullable<Occasion['run']>;
  readonly date: Date;
  /** The release's first run. */
  readonly first: number;
  /** Short name of the run in return addresses. */
  readonly publication: number;
};

async function loadRun(db: Database, revision: { release: string; mailing: number }): Promise<Run> {
  const rows = await db
    .selectFrom('mailings')
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'mailings.release').onRef('revisions.n', '=', 'mailings.n'))
    .select(['mailings.n', 'revisions.kind', 'mailings.frozen_at', 'revisions.published_at', 'revisions.publication'])
    .where('mailings.release', '=', revision.release)
    .orderBy('mailings.n')
    .execute();
  const run = rows.find((row) => row.n === revision.mailing)!;
  // Minor corrections open no run.
  return { kind: run.kind as Run['kind'], date: run.frozen_at ?? run.published_at, first: rows[0]!.n, publication: run.publication };
}

/** The title the withdrawn release had last: people find the letter that is taken back by it. */
async function findEarlierTitle(db: Database, revision: { release: string; n: number }): Promise<{ title: string } | undefined> {
  return db
    .selectFrom('revisions')
    .select(sql<string>`content->>'title'`.as('title'))
    .where('release', '=', revision.release)
    .where('n', '<', revision.n)
    .where('content', 'is not', null)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst();
}
