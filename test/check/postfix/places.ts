/** How many there are of each kind of reader, and how the mail server of their domain behaves. */
export const PLACES = {
  here: { domain: 'lillan.example', readers: 300, unknown: 6 },
  neighbour: { domain: 'granback.example', readers: 40, unknown: 6, full: 4 },
  full: { domain: 'vallby.example', readers: 10, later: 3, final: 3 },
  grey: { domain: 'skymning.example', readers: 20 },
  greyByPolicy: { domain: 'dimma.example', readers: 20 },
  slow: { domain: 'trangby.example', readers: 40 },
} as const;

/** Letters in a real minute that the slow town takes. */
export const SLOW_LIMIT = 20;
export const MINUTE_MS = 60_000;
export const GREYLIST_MS = 15_000;

/** Five minutes and four hours in earnest. */
export const RETRY = { firstMs: 10_000, longestMs: 20_000 };

export const BOUNCE_DOMAIN = 'bounces.alvmark.example';

/** `readers0`, `readers1`, `unknown0` …: the kind is the name. */
export function namesOf(people: Readonly<Record<string, number>>): string[] {
  return Object.entries(people).flatMap(([kind, count]) => Array.from({ length: count }, (_, index) => `${kind}${index}`));
}

/** Everybody there who has a mailbox. */
export function mailboxes({ domain, ...people }: { readonly domain: string } & Readonly<Record<string, unknown>>): string[] {
  const { unknown: _nobody, ...known } = people as Record<string, number>;
  return namesOf(known).map((name) => `${name}@${domain}`);
}
