import { RecentlyUsed } from '../platform/recently-used.ts';
import type { ViewKey } from '../release/store.ts';
import type { FeedMember } from './member.ts';

/** Room for the members of some forty subscription documents, about 18 kB each in the four formats. */
const MOST_BYTES = 32_000_000;

/**
 * Members that passes of the feeds worker made lately: a publication then renders its own release and no other. A member is decided by its revision, which never
 * changes, and by what pages and feeds are made with (release/rendering.ts); with something else, all are forgotten.
 */
export class KeptMembers {
  /** By release. */
  readonly #members: RecentlyUsed<FeedMember>;
  #madeWith: string | undefined;

  constructor(mostBytes = MOST_BYTES) {
    this.#members = new RecentlyUsed(mostBytes, sizeOf);
  }

  /** Forgets what was made with something else, or all of it: a rebuild trusts nothing that was made before. */
  begin({ madeWith, rebuild }: { readonly madeWith: string; readonly rebuild: boolean }): void {
    if (this.#madeWith === madeWith && !rebuild) return;
    this.#madeWith = madeWith;
    this.#members.clear();
  }

  /** The member of that very revision, if it is kept. */
  find({ release, n }: ViewKey): FeedMember | undefined {
    const member = this.#members.find(release);
    return member?.n === n ? member : undefined;
  }

  /** Keeps a member, in the place of an older revision of its release. */
  keep(member: FeedMember): void {
    this.#members.keep(member.release, member);
  }
}

function sizeOf({ bytes }: FeedMember): number {
  return Object.values(bytes).reduce((sum, data) => sum + data.length, 0);
}
