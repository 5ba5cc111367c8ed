import { expect, test } from 'vitest';
import { mediaTypeOf } from '../../../src/producers/http/serving/media-types.ts';
import { type FeedFormat, feedPath } from '../../../src/shared/release/addresses.ts';
import { FEED_TYPES } from '../../../src/shared/release/lists/feed-types.ts';

test('a feed is pushed under the media type that it is served with', () => {
  for (const format of Object.keys(FEED_TYPES) as FeedFormat[]) expect(mediaTypeOf(feedPath('all', format)).type).toBe(FEED_TYPES[format]);
});
