import { parseToken, tokenIsGenuine } from '../mail/links.ts';
import { findReturnClaims, isGenuineBounce, isGenuineLeave, parseReturnLocal, type ReturnClaim } from '../mail/return-address.ts';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';

/** Whom a mail is about, proved by a signature of ours. */
export type Proof = {
  /** Null when that person's row is gone. */
  readonly subscriber: string | null;
  readonly address: string | null;
  /** The letter, when the proof was its return address: only that proves that a letter came back. */
  readonly letter: { readonly release: string; readonly n: number } | undefined;
};

/** More addresses of ours than this stand in no honest report; each costs a look-up. */
const MOST_CLAIMS = 5;

/** Checks what an address claims; undefined when this installation never made it. */
export async function proveClaim(db: Database, claim: ReturnClaim): Promise<Proof | undefined> {
  const key = await getKey(db, 'verp');
  const person = await db
    .selectFrom('subscribers')
    .select(['id', 'address', 'token_key'])
    .where('id', '=', claim.subscriber)
    .executeTakeFirst();
  if (claim.kind === 'leave') {
    const genuine = person && isGenuineLeave(claim.local, key, { subscriber: person.id, tokenKey: person.token_key });
    return genuine ? { subscriber: person.id, address: person.address, letter: undefined } : undefined;
  }
  const letter = await db.selectFrom('revisions').select(['release', 'n']).where('publication', '=', claim.publication).executeTakeFirst();
  if (!letter || !isGenuineBounce(claim.local, key, { ...letter, ...claim })) return undefined;
  return { subscriber: person?.id ?? null, address: person?.address ?? null, letter };
}

/**
 * The first proof a mail offers: the address it came to, then any address of ours in it (a report is addressed to the return address and may
 * quote it), then our unsubscribe link, which complaints return with the letter.
 */
export async function findProof(
  db: Database,
  mail: { bounceDomain: string | undefined; local: string | null; text: string },
): Promise<Proof | undefined> {
  const addressed = mail.local === null ? undefined : parseReturnLocal(mail.local);
  const quoted = mail.bounceDomain === undefined ? [] : findReturnClaims(mail.text, mail.bounceDomain, MOST_CLAIMS);
  // A letter's own return address says more than the address to leave by, wherever it stands.
  const claims = [...(addressed ? [addressed] : []), ...quoted.toSorted((one, other) => (one.kind < other.kind ? -1 : 1))];
  for (const claim of claims) {
    const proof = await proveClaim(db, claim);
    if (proof) return proof;
  }
  return proveLink(db, mail.text);
}

async function proveLink(db: Database, text: string): Promise<Proof | undefined> {
  const tokens = new Set([...text.matchAll(/\/unsubscribe\/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/g)].map((match) => match[1]!));
  for (const token of [...tokens].slice(0, MOST_CLAIMS)) {
    const named = parseToken(token);
    if (!named) continue;
    const person = await db
      .selectFrom('subscribers')
      .select(['id', 'address', 'token_key'])
      .where('id', '=', named.subscriber)
      .executeTakeFirst();
    const owner = person && { subscriber: person.id, tokenKey: person.token_key, key: await getKey(db, 'links') };
    if (owner && tokenIsGenuine(token, owner, 'unsubscribe')) return { subscriber: person.id, address: person.address, letter: undefined };
  }
  return undefined;
}
