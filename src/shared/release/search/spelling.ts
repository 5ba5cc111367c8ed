/*
 * How far one spelling is from another.
 */

/** A word as someone without å, ä and ö on the keyboard writes it; the same as the function `folded` in SQL (migration 0015). */
export function foldWord(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
}

/** So many slips may stand between what was typed and what was meant: in a short word every other word is near. */
export function slipsAllowed(length: number): 0 | 1 | 2 {
  if (length < 4) return 0;
  return length < 9 ? 1 : 2;
}

/**
 * How many letters at the beginning, or else at the end, a word of this length shares with the one that was meant. With one slip always: a letter put in,
 * left out or changed, or two neighbours in each other's place, leave one half whole. With two, in four cases of five.
 */
export function lettersShared(length: number): number {
  const slips = slipsAllowed(length);
  if (slips === 0) return length;
  return slips === 1 ? Math.floor((length - 1) / 2) : Math.floor(length / 3);
}

/**
 * Slips between two words: letters put in, left out or changed, and neighbours in each other's place (optimal string alignment). With `most` it stops as
 * soon as there are more, and gives one more than that: thousands of words are compared for one question.
 */
export function slipsBetween(one: string, other: string, most = Number.POSITIVE_INFINITY): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    let nearest = i;
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
      if (least < nearest) nearest = least;
    }
    // A turned pair reaches back two rows, and costs one from there.
    if (nearest > most && Math.min(...last) >= most) return most + 1;
    [beforeLast, last] = [last, row];
  }
  return Math.min(last[other.length]!, most + 1);
}
