import type { HeldByLimit, UsedUpLimit } from '../../shared/delivery/held-by-limits.ts';
import type { LimitKind } from '../../shared/delivery/limit-scopes.ts';
import { count, shortMoment } from './text.ts';

type Scene = { readonly now: Date; readonly timezone: string };

/** A limit that letters of one run wait for: one sentence, on two lines that fit a terminal. */
export function heldLines({ kind, setting, domain, rate, letters, until }: HeldByLimit, { now, timezone }: Scene): [string, string] {
  const wait = letters === 1 ? 'one letter waits for it' : `${count(letters)} letters wait for it`;
  return [
    `at most ${rate} ${whose(kind, domain)} (${setting}):`,
    `${wait}, the last until about ${shortMoment(new Date(until), now, timezone)}`,
  ];
}

/** A limit that letters of the house wait for. */
export function usedUpText({ kind, setting, of, rate, nextAt }: UsedUpLimit, { now, timezone }: Scene): string {
  return `at most ${rate} ${whose(kind, of)} (${setting}): letters wait for it, the next leaves at ${shortMoment(new Date(nextAt), now, timezone)}`;
}

function whose(kind: LimitKind, of: string | null): string {
  switch (kind) {
    case 'total':
      return 'in all';
    case 'relay':
      return 'to the relay';
    case 'release':
      return of === null ? 'about one release' : `about ${of}`;
    case 'domain':
      return `to people at ${of}`;
  }
}
