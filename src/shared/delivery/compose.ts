import { addresseeOf, type LetterKeys, type OwnLetter } from '../mail/addressee.ts';
import { composeDigest } from '../mail/digest-letter.ts';
import { type DkimSigner, openDkim } from '../mail/dkim.ts';
import { composeLetter, type Occasion } from '../mail/letter.ts';
import { type LetterText, prepareRaw } from '../mail/raw.ts';
import { bounceLocal, leaveToken } from '../mail/return-address.ts';
import { senderAddress } from '../mail/sender-address.ts';
import type { Config } from '../platform/config.ts';
import { Failure, messageOf } from '../platform/failure.ts';
import { isPassingDatabaseError } from '../platform/postgres.ts';
import { RecentlyUsed } from '../platform/recently-used.ts';
import { findEarlier } from '../release/changes/earlier.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { loadView } from '../release/store.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import { Unmakeable } from './claim-and-send.ts';
import type { FirstLetter } from './claiming.ts';
import type { Compose, LetterContent } from './sender.ts';

/** What composing needs of the services. */
export type ComposeContext = {
  readonly config: Config;
  readonly database: Database;
  newsroom(): Promise<{ newsroom: Newsroom; hash: string }>;
};

/** Letters kept ready: more than are under way at once in one process, with digests of many different choices of topics among them. */
const MOST_KEPT = 64;

/**
 * Makes each letter once per content and state of the newsroom, and keeps it. Throws when the keys or the DKIM key cannot be read; what it gives
 * throws Unmakeable for a letter that cannot be made, which is the same for everybody.
 */
export async function openCompose(context: ComposeContext): Promise<Compose> {
  const { config, database } = context;
  const keys = {
    links: await getKey(database, 'links'),
    messageId: await getKey(database, 'message-id'),
    verp: await getKey(database, 'verp'),
  };
  const dkim = config.dkim ? await openDkim(config.dkim) : undefined;
  const kept = new RecentlyUsed<ReturnType<Compose>>(MOST_KEPT);
  return async (content) => {
    const { newsroom, hash } = await context.newsroom();
    const name = `${content.digest} ${content.items.map((item) => Object.values(item).join()).join(' ')} ${hash}`;
    const known = kept.find(name);
    if (known) return known;
    const made = orExplained(prepare({ context, keys, dkim, newsroom }, content), content);
    kept.keep(name, made);
    // A letter that could not be made now may be made the next time.
    made.catch(() => kept.forget(name));
    return made;
  };
}

type Means = {
  context: ComposeContext;
  keys: LetterKeys & { readonly verp: Uint8Array };
  dkim: DkimSigner | undefined;
  newsroom: Newsroom;
};

async function prepare(means: Means, content: LetterContent): ReturnType<Compose> {
  const { context, keys, dkim, newsroom } = means;
  const { config, database } = context;
  const item = content.items[0]!;
  const run = await loadRun(database, item);
  const sender = senderAddress(config, newsroom);
  const publisher = { newsroom, baseUrl: config.baseUrl };
  const letter = content.digest ? await digestText(means, content, publisher) : await letterText(database, { item, run, publisher });
  const { bounceDomain } = config;
  const raw = await prepareRaw(letter, {
    sender,
    publisher,
    date: content.digest ? new Date() : run.date,
    ...(dkim ? { dkim } : {}),
    ...(bounceDomain ? { bounceDomain } : {}),
  });
  return ({ subscriber, rows, digest, first, address, tokenKey }) => {
    const person = { subscriber, address, tokenKey };
    const { key } = rows[0];
    const own = nameOf({ n: key.n, digest: digest?.id ?? null }, key.release);
    const addressee = addresseeOf({ keys, person, letter: own, follows: first && nameOf(first, key.release), domain: sender.domain });
    if (bounceDomain === undefined) return { from: sender.address, raw: raw(addressee) };
    const from = `${bounceLocal(keys.verp, { ...key, publication: run.publication })}@${bounceDomain}`;
    return { from, raw: raw({ ...addressee, leaveToken: leaveToken(keys.verp, person) }) };
  };
}

/** A letter that left in a digest is known by the digest's name alone. */
function nameOf({ n, digest }: FirstLetter, release: string): OwnLetter {
  return digest === null ? { release, mailing: n } : { release: digest, mailing: 0 };
}

type Item = LetterContent['items'][number];

async function letterText(db: Database, { item, run, publisher }: { item: Item; run: Run; publisher: Publisher }): Promise<LetterText> {
  const view = await loadView(db, item);
  const { mailing, had } = item;
  return composeLetter(view, publisher, { run: run.kind, had, earlier: await findEarlier(db, view, { run: mailing, had }) });
}

/** The text of a digest. One release that cannot be rendered is named alone: the others can leave without it. */
async function digestText({ context }: Means, { items, digest }: LetterContent, publisher: Publisher): Promise<LetterText> {
  const views: RevisionView[] = [];
  const compose = (of: readonly RevisionView[]) =>
    composeDigest({ frequency: digest!, language: of[0]!.content.language, date: new Date(), items: of }, publisher);
  for (const item of items) {
    try {
      const view = await loadView(context.database, item);
      if (view.kind === 'withdrawal') throw new Failure('withdrawn', 'the release was withdrawn');
      compose([view]);
      views.push(view);
    } catch (error) {
      throw isPassingDatabaseError(error) ? error : new Unmakeable(messageOf(error), [item], error);
    }
  }
  return compose(views);
}

/** The same, but a failure says that it is the letter's: nobody who is to get it can. */
async function orExplained(made: ReturnType<Compose>, { items }: LetterContent): ReturnType<Compose> {
  const explained = (error: unknown) =>
    isPassingDatabaseError(error) || error instanceof Unmakeable ? error : new Unmakeable(messageOf(error), items, error);
  try {
    const copy = await made;
    return (letter) => {
      try {
        return copy(letter);
      } catch (error) {
        throw explained(error);
      }
    };
  } catch (error) {
    throw explained(error);
  }
}

type Run = {
  readonly kind: NonNullable<Occasion['run']>;
  readonly date: Date;
  /** Short name of the run in return addresses. */
  readonly publication: number;
};

async function loadRun(db: Database, { release, mailing }: Item): Promise<Run> {
  const run = await db
    .selectFrom('mailings')
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'mailings.release').onRef('revisions.n', '=', 'mailings.n'))
    .select(['revisions.kind', 'mailings.frozen_at', 'revisions.published_at', 'revisions.publication'])
    .where('mailings.release', '=', release)
    .where('mailings.n', '=', mailing)
    .executeTakeFirstOrThrow();
  // Minor corrections open no run.
  return { kind: run.kind as Run['kind'], date: run.frozen_at ?? run.published_at, publication: run.publication };
}
