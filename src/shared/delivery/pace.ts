import type { Rate } from '../release/newsroom/sending-limits.ts';

/*
 * The arithmetic of a limit (GCRA, ITU-T I.371, the leaky bucket as a clock): a scope has one figure, in how many ms it is wholly free again. Each letter
 * adds a gap to it; a letter may leave while the sum is at most so many gaps as letters may leave at once.
 */

/** A twentieth of a limit may leave at once: enough that senders need not look after every letter, and three seconds' worth of a limit a minute. */
const AT_ONCE = 20;

/** Letters that may leave at once, and the gap between those after them: together never more than the limit in any span of its length. */
export function pacing({ letters, perMs }: Rate): { readonly burst: number; readonly gapMs: number } {
  const burst = Math.max(1, Math.floor(letters / AT_ONCE));
  return { burst, gapMs: perMs / (letters - burst + 1) };
}

/** A limit that was raised meanwhile must not be waited for as the old one: nothing is ever further from free than a whole burst. */
function owedMs({ burst, gapMs }: { burst: number; gapMs: number }, freeInMs: number): number {
  return Math.min(burst * gapMs, Math.max(0, freeInMs));
}

/** A millionth of a letter: sums of gaps are not exact. */
const TOLERANCE = 1e-6;

/** How many letters may leave now. */
export function room(rate: Rate, freeInMs: number): number {
  const pace = pacing(rate);
  return Math.floor(pace.burst - owedMs(pace, freeInMs) / pace.gapMs + TOLERANCE);
}

/** In how many ms the scope is wholly free again, once `letters` more have left. */
export function spend(rate: Rate, freeInMs: number, letters: number): number {
  const pace = pacing(rate);
  return owedMs(pace, freeInMs) + letters * pace.gapMs;
}

/** How long until so many letters may leave together; a burst at the most. */
export function waitMs(rate: Rate, freeInMs: number, letters: number): number {
  const pace = pacing(rate);
  return Math.max(0, owedMs(pace, freeInMs) - (pace.burst - Math.min(letters, pace.burst)) * pace.gapMs);
}
