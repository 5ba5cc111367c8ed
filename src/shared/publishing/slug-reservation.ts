import { Conflict } from '../platform/failure.ts';
import type { ReleaseContent } from '../release/content.ts';
import { localMonth } from '../release/dates.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { slugOf } from '../release/slugs.ts';
import type { Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import type { ReleaseRow } from '../schema/tables.ts';

const LONGEST_SLUG = 60;

/**
 * A slug that no other release has: the chosen one, or the title's, with the month and then a number when it is taken.
 * Throws Conflict when a chosen slug is taken.
 */
export async function reserveSlug(tx: Tx, input: { content: ReleaseContent; newsroom: Newsroom; release?: ReleaseRow }): Promise<string> {
  const { content, newsroom, release } = input;
  // Two drafts of one title at the same moment would both find the plain slug free.
  await lock(tx, 'slugs');
  const free = async (slug: string) => {
    const owner = await tx.selectFrom('releases').select('id').where('slug', '=', slug).executeTakeFirst();
    return owner === undefined || owner.id === release?.id;
  };
  if (content.slug !== undefined) {
    if (await free(content.slug)) return content.slug;
    throw new Conflict(
      'slug_taken',
      `slug: ${content.slug} belongs to another release`,
      'Choose another slug, or leave it out and let the title make one.',
    );
  }
  const month = localMonth(new Date(), newsroom.timezone);
  for (const suffix of suffixes(month)) {
    const slug = `${slugOf(content.title, LONGEST_SLUG - suffix.length)}${suffix}`;
    if (await free(slug)) return slug;
  }
  throw new Conflict('slug_taken', `no free address for the title "${content.title}"`, 'Choose one with slug:.');
}

function* suffixes(month: string): Generator<string> {
  yield '';
  yield `-${month}`;
  for (let number = 2; number < 1_000; number += 1) yield `-${month}-${number}`;
}
