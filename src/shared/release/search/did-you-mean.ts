import { sql } from 'kysely';
import type { Tx } from '../../schema/database.ts';
import { foldWord, lettersShared, slipsAllowed, slipsBetween } from './spelling.ts';

/*
 * What somebody who found nothing may have meant. The table search_words names for each word a public text it stands in (migrations 0015 and 0019); a word
 * without one is not offered. What is offered has been searched for, so it leads to something.
 */

/** So few hits may be another's slip of the same kind. */
export const FEW_HITS = 2;
/** A word that is spelled in its own way on purpose is not doubted, unless its neighbour finds so many times as much. */
const MUCH_MORE = 20;
/** Longer questions are sentences; nobody waits for each word of one. */
const WORDS_LOOKED_AT = 6;
/** More wrong words than these in one question are no slips: each costs some statements. */
const MISSPELT_MOST = 3;
/** Read for one word: of a vocabulary of half a million words hardly any has as many that begin or end alike. */
const CANDIDATES_READ = 4_000;
/** As near as each other: the one that finds most is offered. */
const CANDIDATES_TRIED = 4;

/** A word of the question, with its place in it. */
export type AskedWord = { readonly word: string; readonly start: number };

/** Words that may be misspelt: letters alone, neither left out with a minus nor the `or` between two. */
export function askedWords(words: string): AskedWord[] {
  return [...words.matchAll(/(?<![\p{L}\p{M}\p{N}_'’.@/:-])[\p{L}\p{M}]{3,40}(?![\p{L}\p{M}\p{N}_'’@/:-])/gu)].map((match) => ({
    word: match[0],
    start: match.index,
  }));
}

/** How many releases a question finds, as far as anybody counts. */
export type CountHits = (words: string) => Promise<number>;

/** The question as it may have been meant, when that finds more than the `found` there are; undefined when nothing better is known. */
export async function didYouMean(
  tx: Tx,
  { words, found }: { words: string; found: number },
  count: CountHits,
): Promise<string | undefined> {
  const countHits = eachOnce(count);
  const asked = askedWords(words).slice(0, WORDS_LOOKED_AT);
  const least = Math.max(1, found * MUCH_MORE);
  let meant = words;
  let misspelt = 0;
  // From the end, so that places stay what they were.
  for (const one of asked.toReversed()) {
    // A form that no text has may be of a word that texts do have, or the beginning of one.
    if ((await countHits(one.word)) > found) continue;
    misspelt += 1;
    if (misspelt > MISSPELT_MOST) return undefined;
    const other = await findNear(tx, one.word, { least, countHits });
    if (other !== undefined) meant = replaced(meant, one, other);
  }
  if (meant !== words && (await countHits(meant)) >= least) return meant;
  return found === 0 ? joinedWords(words, asked, countHits) : undefined;
}

/** Of a question of one word that word and the whole question are the same. */
function eachOnce(count: CountHits): CountHits {
  const counted = new Map<string, number>();
  return async (words) => {
    const hits = counted.get(words) ?? (await count(words));
    counted.set(words, hits);
    return hits;
  };
}

/** Two words in a row that are one: in Swedish the commonest slip of all. */
async function joinedWords(words: string, asked: readonly AskedWord[], countHits: CountHits): Promise<string | undefined> {
  for (const [index, second] of asked.slice(1).entries()) {
    const first = asked[index]!;
    const end = first.start + first.word.length;
    if (words.slice(end, second.start) !== ' ') continue;
    const joined = words.slice(0, end) + words.slice(second.start);
    if ((await countHits(joined)) > 0) return joined;
  }
  return undefined;
}

function replaced(text: string, { word, start }: AskedWord, by: string): string {
  const capital = /^\p{Lu}/u.test(word) ? by.charAt(0).toUpperCase() + by.slice(1) : by;
  return text.slice(0, start) + capital + text.slice(start + word.length);
}

type Near = { readonly word: string; readonly folded: string };

/** The nearest word of public texts that finds at least so many; of those as near as each other, the one that finds most. */
async function findNear(tx: Tx, word: string, { least, countHits }: { least: number; countHits: CountHits }): Promise<string | undefined> {
  const [typed, folded] = [word.toLowerCase(), foldWord(word)];
  const slips = slipsAllowed([...folded].length);
  const near = (await readNear(tx, folded, slips))
    .map((other) => ({ word: other.word, apart: slipsBetween(folded, other.folded, slips) }))
    .filter(({ word: other, apart }) => apart <= slips && other !== typed)
    .map((other) => ({ ...other, exactly: slipsBetween(typed, other.word) }))
    .sort((one, other) => one.apart - other.apart || one.exactly - other.exactly);
  let best: { word: string; hits: number } | undefined;
  for (const { word: other, apart, exactly } of near.slice(0, CANDIDATES_TRIED)) {
    if (best && (apart > near[0]!.apart || exactly > near[0]!.exactly)) break;
    const hits = await countHits(other);
    if (hits >= least && hits > (best?.hits ?? 0)) best = { word: other, hits };
  }
  return best?.word;
}

/** Words of public texts about as long that begin or end as this one does. */
async function readNear(tx: Tx, folded: string, slips: number): Promise<Near[]> {
  const letters = [...folded];
  const shared = lettersShared(letters.length);
  const lengths = Array.from({ length: 2 * slips + 1 }, (_, index) => letters.length - slips + index);
  const beginning = letters.slice(0, shared).join('');
  const end = letters.toReversed().slice(0, shared).join('');
  // U+10FFFF stands after every letter.
  const { rows } = await sql<Near>`
    select word, folded from search_words
    where length(folded) = any(${lengths}::int[]) and folded >= ${beginning} and folded < ${beginning} || chr(1114111) and release is not null
    union
    select word, folded from search_words
    where length(folded) = any(${lengths}::int[]) and reverse(folded) >= ${end} and reverse(folded) < ${end} || chr(1114111) and release is not null
    limit ${sql.lit(CANDIDATES_READ)}`.execute(tx);
  return rows;
}
