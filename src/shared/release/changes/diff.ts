import { diffArrays } from 'diff';
import type { ReleaseContent } from '../content.ts';
import { type Place, passagesOf } from './passages.ts';
import { replacedFiles } from './replaced.ts';

/** A stretch of a changed passage. `same` and `removed` joined give the passage before, `same` and `added` the passage now. */
export type Stretch = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };

/** One passage that is not what it was. */
export type Change = {
  readonly place: Place;
  /** null: the passage is new. */
  readonly before: string | null;
  /** null: the passage is gone. */
  readonly after: string | null;
  /** What differs within it; left out where hardly a word is the same, and both passages read better whole. */
  readonly words?: readonly Stretch[];
};

/*
 * Limits of the search for what is the same. The worst release of 64 kB we could think of costs 0.3 s with them (measured); texts farther
 * apart than this are not edits of each other, and are shown whole.
 */
const PASSAGE_EDITS_MOST = 400;
const WORD_EDITS_MOST = 120;
/** How many passages taken out are tried for one put in. */
const LOOK_AHEAD = 8;
/** Share of words in common from which on a passage counts as edited, not as another one. */
const ALIKE = 0.45;

/** What a reader of `before` has to know to have read `after`: passages in the order of the page. Pure; the same contents always give the same. */
export function diffContents(before: ReleaseContent, after: ReleaseContent): Change[] {
  const old = passagesOf(before, after.language);
  const now = passagesOf(after, after.language);
  return (Object.keys(now) as Place[]).flatMap((place) => [
    ...diffPlace(place, [...old[place]], [...now[place]]),
    ...(place === 'images' || place === 'attachments'
      ? replacedFiles(place, { files: before[place], texts: old[place] }, { files: after[place], texts: now[place] })
      : []),
  ]);
}

function diffPlace(place: Place, old: string[], now: string[]): Change[] {
  const runs = diffArrays(old, now, { maxEditLength: PASSAGE_EDITS_MOST }) ?? [
    { removed: true, added: false, value: old },
    { removed: false, added: true, value: now },
  ];
  const changes: Change[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const { removed, added, value } = runs[index]!;
    if (!removed && !added) continue;
    const next = runs[index + 1];
    const replaced = removed && next?.added;
    changes.push(...changesOf(place, removed ? value : [], replaced ? next.value : added ? value : []));
    if (replaced) index += 1;
  }
  return changes;
}

/** Passages taken out and put in at one spot: edited ones side by side, the others each for itself. */
function changesOf(place: Place, removed: readonly string[], added: readonly string[]): Change[] {
  const only = removed.length === 1 && added.length === 1 && ONE_PASSAGE.has(place);
  const old = removed.map(measured);
  const changes: Change[] = [];
  let next = 0;
  const takeOut = (end: number) => {
    for (; next < end; next += 1) changes.push({ place, before: old[next]!.text, after: null });
  };
  for (const text of added) {
    const now = measured(text);
    const found = only ? 0 : old.slice(next, next + LOOK_AHEAD).findIndex((passage) => likeness(passage, now) >= ALIKE);
    if (found < 0) changes.push({ place, before: null, after: text });
    else {
      takeOut(next + found);
      changes.push(edited(place, old[next]!, now));
      next += 1;
    }
  }
  takeOut(old.length);
  return changes;
}

/** Places of a single passage: whatever stands there now stands for what stood there before. */
const ONE_PASSAGE: ReadonlySet<Place> = new Set(['title', 'lead', 'registration']);

function edited(place: Place, old: Measured, now: Measured): Change {
  const words = likeness(old, now) >= ALIKE ? diffWords(old.text, now.text) : undefined;
  return { place, before: old.text, after: now.text, ...(words ? { words } : {}) };
}

type Measured = { readonly text: string; readonly counts: ReadonlyMap<string, number>; readonly total: number };

function measured(text: string): Measured {
  const counts = new Map<string, number>();
  let total = 0;
  for (const [word] of text.matchAll(WORD)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    total += 1;
  }
  return { text, counts, total };
}

/** Share of words two passages have in common, wherever they stand (Dice): 0 to 1. */
function likeness(one: Measured, other: Measured): number {
  const [small, large] = one.counts.size <= other.counts.size ? [one, other] : [other, one];
  let common = 0;
  for (const [word, count] of small.counts) common += Math.min(count, large.counts.get(word) ?? 0);
  return one.total + other.total === 0 ? 0 : (2 * common) / (one.total + other.total);
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Words, amounts and times whole (2 835 500, 09.30), white space, and whatever stands between. Every character belongs to one. */
const TOKEN = /\d{1,3}(?:[ \u00a0\u202f]\d{3}(?!\d))+|\d+(?:[.,:]\d+)+|[\p{L}\p{M}\p{N}]+|\s+|[^\s\p{L}\p{M}\p{N}]+/gu;

function diffWords(before: string, after: string): Stretch[] | undefined {
  const runs = diffArrays(before.match(TOKEN) ?? [], after.match(TOKEN) ?? [], { maxEditLength: WORD_EDITS_MOST });
  if (!runs) return undefined;
  const stretches: Stretch[] = [];
  let removed = '';
  let added = '';
  const close = () => {
    if (removed) stretches.push({ kind: 'removed', text: removed });
    if (added) stretches.push({ kind: 'added', text: added });
    removed = '';
    added = '';
  };
  for (const [index, run] of runs.entries()) {
    const text = run.value.join('');
    if (run.removed) removed += text;
    else if (run.added) added += text;
    else if ((removed || added) && index < runs.length - 1 && text.trim() === '') {
      // A space alone between two changes joins them: one changed phrase reads better than three changed words.
      removed += text;
      added += text;
    } else {
      close();
      stretches.push({ kind: 'same', text });
    }
  }
  close();
  return stretches;
}
