import { sql } from 'kysely';

/*
 * A row in somebody's hand: taken for a time, so that whoever dies with it leaves it to the next by doing nothing. What is taken, and what proves that
 * it is still one's own (a cursor, a count of attempts), each table decides for itself.
 */

/** Until when a row taken now is its taker's, on PostgreSQL's clock. Longer than one try can take. */
export function heldFor(seconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;
}

/** True of a row with `held_until` that nobody has in hand. */
export const isFree = sql<boolean>`(held_until is null or held_until <= clock_timestamp())`;
