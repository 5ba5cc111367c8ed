import type { HistoryLine } from '../view.ts';

/*
 * What a concealing correction takes from the public (promise 9): every text before it, and the notes of the revisions before it, which may quote what was
 * wrong (docs/decisions/0021).
 */

/** The first revision whose text may be shown: the newest concealing one, else the first of all. */
export function shownFrom(history: readonly HistoryLine[]): number {
  return history.findLast((line) => line.conceal)?.n ?? 1;
}

/** A history as the public may read it: that and when each revision came, and the notes that may be shown. */
export function withoutConcealed(history: readonly HistoryLine[]): HistoryLine[] {
  const first = shownFrom(history);
  return history.map((line) => (line.n < first ? { ...line, changeNote: null } : line));
}
