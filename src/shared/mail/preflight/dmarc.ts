import type { Lookup } from './lookup.ts';

/** A DMARC policy and the domain it was found at. */
export type DmarcPolicy = { readonly at: string; readonly tags: ReadonlyMap<string, string> };

/** Looks at the domain and then at each one above it, down to two labels. More than one record at a name counts as none (RFC 7489 6.6.3). */
export async function findDmarc(lookup: Lookup, domain: string): Promise<DmarcPolicy | undefined> {
  for (let at = domain; at.includes('.'); at = at.slice(at.indexOf('.') + 1)) {
    const records = (await lookup.txt(`_dmarc.${at}`)).filter((text) => /^v=DMARC1\s*(;|$)/i.test(text));
    if (records.length > 0) return records.length === 1 ? { at, tags: tagsOf(records[0]!) } : undefined;
  }
  return undefined;
}

/**
 * Does a domain that was authenticated count for the one in From? `s` wants the same; relaxed takes one organisation's domains, which here
 * are those below the domain that has the policy, or of which one lies below the other: no list of public suffixes is kept.
 */
export function isAligned(authenticated: string, from: string, { mode, at }: { mode: string | undefined; at: string }): boolean {
  if (authenticated === from) return true;
  if (mode?.toLowerCase() === 's') return false;
  const below = (name: string, parent: string) => name === parent || name.endsWith(`.${parent}`);
  return (below(authenticated, at) && below(from, at)) || below(authenticated, from) || below(from, authenticated);
}

/** `a=b; c=d` of DKIM and DMARC records; names in small letters, later ones of a name ignored. */
export function tagsOf(record: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of record.split(';')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals).trim().toLowerCase();
    if (equals > 0 && !tags.has(name)) tags.set(name, part.slice(equals + 1).trim());
  }
  return tags;
}
