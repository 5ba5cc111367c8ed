import { messageOf, Permanent } from '../platform/failure.ts';
import type { FeedKeys } from '../release/lists/feed-places.ts';
import { loadReadable, type ViewKey } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { PublicView, Publisher } from '../release/view.ts';
import type { KeptMembers } from './kept-members.ts';
import { type FeedMember, renderMember } from './member.ts';
import { demandMemberParses } from './well-formed.ts';

/** Views held in memory at once, about 100 kB each; their members are a fifth of that. */
const PORTION = 50;

type ShownInput = {
  readonly db: Connection;
  readonly publisher: Publisher;
  /** Newest publication the output shows; all there are when left out. */
  readonly asOf?: number;
  readonly kept: KeptMembers;
  /** Releases of which the pass has to answer for what it showed. */
  readonly wanted?: ReadonlySet<string>;
  leftOut(release: string, error: Permanent): void;
};

/** What one pass shows of each release. What cannot be read or rendered, or would not parse, is left out, and the rest goes on. */
export class Shown {
  readonly #input: ShownInput;
  readonly #leftOut = new Map<string, Permanent>();
  readonly #wanted = new Map<string, FeedMember>();

  constructor(input: ShownInput) {
    this.#input = input;
  }

  /** The members of each of some documents, in the order of its keys; withdrawn ones last. All of them are held at once. */
  async membersOf(documents: readonly FeedKeys[]): Promise<FeedMember[][]> {
    const { kept, wanted = new Set() } = this.#input;
    const keys = new Map(documents.flatMap(({ live, gone }) => [...live, ...gone]).map((key) => [key.release, key]));
    const found = new Map<string, FeedMember>();
    const missing: ViewKey[] = [];
    for (const key of keys.values()) {
      const member = kept.find(key);
      if (member) found.set(key.release, member);
      else if (!this.#leftOut.has(key.release)) missing.push(key);
    }
    for (let start = 0; start < missing.length; start += PORTION) {
      for (const member of await this.#make(missing.slice(start, start + PORTION))) found.set(member.release, member);
    }
    for (const [release, member] of found) if (wanted.has(release)) this.#wanted.set(release, member);
    return documents.map(({ live, gone }) => [...live, ...gone].flatMap(({ release }) => found.get(release) ?? []));
  }

  /** What a wanted release came to: its member, or why it is left out; undefined when no document held it. */
  resultOf(release: string): FeedMember | Permanent | undefined {
    return this.#leftOut.get(release) ?? this.#wanted.get(release);
  }

  async #make(keys: readonly ViewKey[]): Promise<FeedMember[]> {
    const { db, asOf, kept, leftOut } = this.#input;
    const made: FeedMember[] = [];
    for (const [release, view] of await loadReadable(db, keys, asOf)) {
      const member = view instanceof Permanent ? view : this.#tried(view);
      if (member instanceof Permanent) {
        this.#leftOut.set(release, member);
        leftOut(release, member);
      } else {
        kept.keep(member);
        made.push(member);
      }
    }
    return made;
  }

  #tried(view: PublicView): FeedMember | Permanent {
    try {
      const member = renderMember(view, this.#input.publisher);
      demandMemberParses(member);
      return member;
    } catch (error) {
      return new Permanent('cannot_render', `the feed item of ${view.slug} cannot be made: ${messageOf(error)}`, { cause: error });
    }
  }
}
