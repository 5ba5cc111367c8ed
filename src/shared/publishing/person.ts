import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { type BounceLine, listBounces } from '../delivery/bounce-list.ts';
import { listLetters, type PersonLetter } from '../delivery/history.ts';
import { NotFound } from '../platform/failure.ts';
import type { Services } from '../services.ts';
import { findSubscriber, type SubscriberView } from '../subscribers/store.ts';
import { lookUpSuppression, type SuppressionLine } from '../subscribers/suppression-list.ts';

/** Whom to look up: by address, or by the id that lists of letters and bounces name in its place. */
export type PersonWish = {
  readonly person: { readonly address: string } | { readonly subscriber: string };
  /** `publication` of the last letter of the page before. */
  readonly before?: number | undefined;
};

/** Everything that answers "did they get it, and if not, why?". */
export type PersonStory = {
  readonly address: string;
  /** Name of the address in the list of suppressions, suppressed or not. */
  readonly hash: string;
  /** Undefined when nobody has that address here; it may be suppressed all the same. */
  readonly subscriber: SubscriberView | undefined;
  readonly suppression: SuppressionLine | null;
  readonly letters: readonly PersonLetter[];
  readonly olderLetters: number | undefined;
  readonly bounces: readonly BounceLine[];
};

/** A screen; older letters come page by page. */
const LETTERS = 25;
/** Bounces are forgotten after 90 days, and a dead address is suppressed at its first. */
const BOUNCES = 20;

/** The story of one person. The look leaves a line in the audit, also when nobody was found. Throws Forbidden, InvalidInput, NotFound for an id. */
export async function lookUpPerson({ database }: Services, actor: Actor, wish: PersonWish): Promise<PersonStory> {
  demandRole(actor, ['admin'], 'look people up');
  const address = 'address' in wish.person ? wish.person.address : await addressOf(database, wish.person.subscriber);
  const { hash, suppression } = await lookUpSuppression(database, address);
  const subscriber = await findSubscriber(database, address);
  await recordAudit(database, {
    account: actor.account,
    action: 'subscriber.looked-up',
    detail: subscriber ? { subscriber: subscriber.id } : { subscriber: null, hash },
  });
  const id = subscriber?.id;
  const [letters, bounces] = id
    ? await Promise.all([
        listLetters(database, { subscriber: id, before: wish.before, limit: LETTERS + 1 }),
        listBounces(database, { subscriber: id, limit: BOUNCES }),
      ])
    : [[], []];
  const shown = letters.slice(0, LETTERS);
  const olderLetters = letters.length > LETTERS ? shown.at(-1)!.publication : undefined;
  return { address: subscriber?.address ?? address.trim(), hash, subscriber, suppression, letters: shown, olderLetters, bounces };
}

async function addressOf(database: Services['database'], subscriber: string): Promise<string> {
  const known = /^[0-9a-f-]{36}$/.test(subscriber);
  const row = known
    ? await database.selectFrom('subscribers').select('address').where('id', '=', subscriber).executeTakeFirst()
    : undefined;
  // An erased person's row has no address any more.
  if (!row?.address) throw new NotFound('subscriber', subscriber);
  return row.address;
}
