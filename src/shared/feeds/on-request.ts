import type { Permanent } from '../platform/failure.ts';
import type { FeedAddress } from '../release/lists/feed-lists.ts';
import { countArchives, findArchiveKeys, findFeedKeys } from '../release/lists/feed-places.ts';
import type { Connection } from '../release/surroundings.ts';
import type { Publisher } from '../release/view.ts';
import { FEED_LENGTH, type FeedInput } from './feed.ts';
import type { KeptMembers } from './kept-members.ts';
import { ARCHIVED_FORMATS, renderFeed } from './render.ts';
import { Shown } from './shown.ts';

type Asked = {
  readonly publisher: Publisher;
  /** Of this publisher; what is made now is found there the next time. */
  readonly kept: KeptMembers;
  leftOut(release: string, error: Permanent): void;
};

/** One document of a feed, the bytes the feeds worker writes, for one it has not written yet. Undefined for an archive document that is not there. */
export async function renderFeedOnRequest(
  db: Connection,
  address: FeedAddress,
  { publisher, kept, leftOut }: Asked,
): Promise<Buffer | undefined> {
  const input = await findInput(db, address, new Shown({ db, publisher, kept, leftOut }));
  return input && renderFeed(address.format, input, publisher);
}

async function findInput(db: Connection, { list, format, archive }: FeedAddress, shown: Shown): Promise<FeedInput | undefined> {
  if (archive === undefined) {
    const [keys] = await findFeedKeys(db, [list], FEED_LENGTH);
    const [members] = await shown.membersOf([keys!]);
    return { list, archives: keys!.archives, members: members! };
  }
  const [archives = 0] = await countArchives(db, [list]);
  if (archive > archives || !ARCHIVED_FORMATS.includes(format)) return undefined;
  const [members] = await shown.membersOf(await findArchiveKeys(db, [{ list, archive }]));
  return { list, archive, members: members! };
}
