import type { ViewKey } from '../release/store.ts';
import type { FeedMember } from './member.ts';

/** Room for the members of some forty subscription documents, about 18 kB each in the four formats. */
const MOST_BYTES = 32_000_000;

/**
 * Members that passes of the feeds worker made lately: a publication then renders its own release and no other. A member is decided by its revision, which never
 * changes, and by what pages and feeds are made with (release/rendering.ts); with something else, all are forgotten.
 */
export class KeptMembers {
  readonly #most: number;
  /** By release, in the order of their last use. */
  readonly #members = new Map<string, FeedMember>();
  #bytes = 0;
  #madeWith: string | undefined;

  constructor(mostBytes = MOST_BYTES) {
    this.#most = mostBytes;
  }

  /** Forgets what was made with something else, or all of it: a rebuild trusts nothing that was made before. */
  begin({ madeWith, rebuild }: { readonly madeWith: string; readonly rebuild: boolean }): void {
    if (this.#madeWith === madeWith && !rebuild) return;
    this.#madeWith = madeWith;
    this.#members.clear();
    this.#bytes = 0;
  }

  /** The member of that very revision, if it is kept. */
  find({ release, n }: ViewKey): FeedMember | undefined {
    const member = this.#members.get(release);
    if (member?.n !== n) return undefined;
    this.#members.delete(release);
    this.#members.set(release, member);
    return member;
  }

  /** Keeps a member, in the place of an older revision of its release; those unused for longest go when there is no more room. */
  keep(member: FeedMember): void {
    this.#drop(member.release);
    this.#members.set(member.release, member);
    this.#bytes += sizeOf(member);
    for (const oldest of this.#members.keys()) {
      if (this.#bytes <= this.#most) break;
      this.#drop(oldest);
    }
  }

  #drop(release: string): void {
    const member = this.#members.get(release);
    if (!member) return;
    this.#members.delete(release);
    this.#bytes -= sizeOf(member);
  }
}

function sizeOf({ bytes }: FeedMember): number {
  return Object.values(bytes).reduce((sum, data) => sum + data.length, 0);
}
