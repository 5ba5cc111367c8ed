import { expect, it } from 'vitest';
import { type FeedFormat, feedPath } from '../../../src/shared/release/addresses.ts';
import { feedLists, readFeedPath } from '../../../src/shared/release/lists/feed-lists.ts';
import { FEED_TYPES } from '../../../src/shared/release/lists/feed-types.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

const newsroom = sampleNewsroom();
const formats = Object.keys(FEED_TYPES) as FeedFormat[];

it('every address of a feed and of its archive documents is read as what it names, and nothing else is', () => {
  for (const list of feedLists(newsroom)) {
    for (const format of formats) {
      for (const archive of [undefined, 1, 2_000]) {
        expect(readFeedPath(newsroom, feedPath(list, format, archive))).toEqual({ list, format, archive });
      }
    }
  }
  for (const path of ['/feeds/rss.xml', '/feeds/0/rss.xml', '/feeds/1/feeds/1/rss.xml', '/topics/no-such/feeds/1/rss.xml', '/feeds/1/'])
    expect(readFeedPath(newsroom, path), path).toBeUndefined();
});
