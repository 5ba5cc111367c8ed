/** Mail programs cut or refuse longer letters. Holds for the HTML and for the text, each by itself. */
export const LETTER_BYTES = 100_000;

/** A part of a letter as the pieces it may be cut between, in reading order. */
export type Part = {
  readonly pieces: readonly string[];
  /** Puts the pieces that are shown into their surroundings. */
  readonly around?: (pieces: string) => string;
  /** It is short, and a letter without it would be none. */
  readonly keep?: boolean;
};

/** A part of one piece; undefined and empty ones vanish. */
export function partOf(piece: { toString(): string } | false | undefined, keep?: 'keep'): Part {
  const text = piece ? piece.toString() : '';
  return { pieces: text === '' ? [] : [text], ...(keep ? { keep: true } : {}) };
}

/**
 * The letter that `render` makes of its parts, within LETTER_BYTES: as long as it does not fit, the longest part gives way from its end, and
 * `rest` stands where something is missing. Contacts, links and the way out thus stay, whatever is long.
 */
export function fitLetter(parts: readonly Part[], { rest, render }: { rest: string; render: (parts: string) => string }): string {
  const shown = parts.map(({ pieces }) => pieces.length);
  // How many bytes the parts may have. Dressing them makes them longer, by how much is known once it was tried.
  let room = LETTER_BYTES;
  for (;;) {
    const texts = parts.map((part, index) => textOf(part, shown[index]!, rest));
    const longest = longestOf(parts, texts, shown);
    const bytes = Buffer.byteLength(texts.join(''));
    if (bytes <= room || longest === undefined) {
      const letter = render(texts.join(''));
      const dressed = Buffer.byteLength(letter);
      if (dressed <= LETTER_BYTES || longest === undefined) return letter;
      room = Math.floor((bytes * LETTER_BYTES) / dressed);
    }
    shown[longest] = Math.floor(shown[longest]! * 0.75);
  }
}

function textOf({ pieces, around = (text) => text }: Part, shown: number, rest: string): string {
  if (pieces.length === 0) return '';
  const text = pieces.slice(0, shown).join('');
  const whole = shown === pieces.length;
  return `${shown === 0 ? '' : around(text)}${whole ? '' : rest}`;
}

function longestOf(parts: readonly Part[], texts: readonly string[], shown: readonly number[]): number | undefined {
  let longest: number | undefined;
  for (const [index, { keep }] of parts.entries()) {
    if (keep || shown[index] === 0) continue;
    if (longest === undefined || texts[index]!.length > texts[longest]!.length) longest = index;
  }
  return longest;
}
