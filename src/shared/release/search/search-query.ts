import { type RawBuilder, sql } from 'kysely';

/*
 * What a reader typed, as a question to PostgreSQL: the function asked (migration 0010) takes any text without an error.
 * A release is asked in the stemming of its own language, so that -word leaves out every form of the word.
 */

/** The last word as the beginning of a longer one, and what stands before it. */
type Beginning = { readonly before: string; readonly word: string };

/** Shorter beginnings are those of a tenth of all words. */
const SHORTEST_BEGINNING = 3;

/**
 * The last word, when the reader may have meant the beginning of a longer one: a plain word, neither excluded nor inside a phrase. Only letters and
 * digits, so that it can stand in a tsquery.
 */
export function beginningOf(words: string): Beginning | undefined {
  const match = /^(.*?)(?<![\p{L}\p{M}\p{N}_"'-])([\p{L}\p{N}]+)$/su.exec(words);
  const [, before = '', word = ''] = match ?? [];
  if ([...word].length < SHORTEST_BEGINNING) return undefined;
  const inPhrase = before.split('"').length % 2 === 0;
  // `a or b` joins words that differ: a beginning would be asked of both.
  const joined = /(^|\s)or\s/iu.test(`${before} `);
  return inPhrase || joined || before.endsWith('-') ? undefined : { before, word };
}

/** The tsquery of these words for releases in `language`. */
export function queryIn(language: string, words: string): RawBuilder<unknown> {
  const whole = sql`asked(${language}::text, ${words}::text)`;
  const beginning = beginningOf(words);
  if (!beginning) return whole;
  return sql`(${whole} || (asked(${language}::text, ${beginning.before}::text) && to_tsquery('pg_catalog.simple', ${`${beginning.word}:*`}::text)))`;
}
