import { beforeEach, expect, test } from 'vitest';
import { KeptMembers } from '../../../src/shared/feeds/kept-members.ts';
import type { FeedMember } from '../../../src/shared/feeds/member.ts';

const member = (release: string, n = 1, size = 10): FeedMember => ({
  release,
  n,
  changedAt: new Date('2026-11-20T10:00:00Z'),
  revisedAt: new Date('2026-11-20T10:00:00Z'),
  bytes: { rss: Buffer.alloc(size) },
});

let kept: KeptMembers;
beforeEach(() => {
  kept = new KeptMembers(30);
  kept.begin({ madeWith: 'this', rebuild: false });
});

test('a member is found again by its release and revision, and by no other revision', () => {
  const first = member('a');
  kept.keep(first);
  expect(kept.find({ release: 'a', n: 1 })).toBe(first);
  expect(kept.find({ release: 'a', n: 2 })).toBeUndefined();
  expect(kept.find({ release: 'b', n: 1 })).toBeUndefined();
});

test('a newer revision takes the place of the older, and its room', () => {
  for (const n of [1, 2, 3, 4]) kept.keep(member('a', n));
  kept.keep(member('b'));
  kept.keep(member('c'));
  expect(kept.find({ release: 'a', n: 3 })).toBeUndefined();
  expect(kept.find({ release: 'a', n: 4 })).toBeDefined();
});

test('when there is no more room, those unused for longest go', () => {
  for (const release of ['a', 'b', 'c']) kept.keep(member(release));
  kept.find({ release: 'a', n: 1 });
  kept.keep(member('d'));
  expect(['a', 'b', 'c', 'd'].filter((release) => kept.find({ release, n: 1 }))).toEqual(['a', 'c', 'd']);
});

test('one that is larger than all the room is not kept', () => {
  kept.keep(member('a', 1, 31));
  expect(kept.find({ release: 'a', n: 1 })).toBeUndefined();
});

test('what was made with something else is forgotten, and everything at a rebuild', () => {
  kept.keep(member('a'));
  kept.begin({ madeWith: 'this', rebuild: false });
  expect(kept.find({ release: 'a', n: 1 })).toBeDefined();
  kept.begin({ madeWith: 'other', rebuild: false });
  expect(kept.find({ release: 'a', n: 1 })).toBeUndefined();
  kept.keep(member('a'));
  kept.begin({ madeWith: 'other', rebuild: true });
  expect(kept.find({ release: 'a', n: 1 })).toBeUndefined();
});
