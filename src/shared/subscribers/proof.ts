import type { Json } from '../platform/canonical.ts';
import type { Connection } from '../schema/database.ts';
import { findSubscriber, type SubscriberView } from './store.ts';

/** Everything that shows why a person gets letters, oldest first (GDPR article 7.1). Times as ISO 8601. */
export type ConsentProof = {
  readonly subscriber: string;
  readonly address: string;
  readonly state: SubscriberView['state'];
  readonly language: string;
  readonly topics: readonly string[];
  readonly events: readonly {
    readonly event: string;
    readonly at: string;
    readonly legalBasis: string | null;
    /** Address of the page the form stood on, or where an import had the address from. */
    readonly source: string | null;
    /** The words that were shown, and their version. */
    readonly wording: string | null;
    readonly wordingVersion: string | null;
    readonly confirmedAt: string | null;
    readonly detail: { readonly [key: string]: Json };
  }[];
};

/** The proof about one address; undefined when nobody has it. Looking somebody up is recorded by the caller (accounts/audit.ts). */
export async function findProof(db: Connection, address: string): Promise<ConsentProof | undefined> {
  const person = await findSubscriber(db, address);
  return (
    person && {
      subscriber: person.id,
      address: person.address,
      state: person.state,
      language: person.language,
      topics: person.subscriptions.map((row) => row.topic),
      events: person.consents.map((row) => ({
        event: row.event,
        at: row.at.toISOString(),
        legalBasis: row.legal_basis,
        source: row.source,
        wording: row.wording,
        wordingVersion: row.wording_version,
        confirmedAt: row.confirmed_at?.toISOString() ?? null,
        detail: row.detail,
      })),
    }
  );
}
