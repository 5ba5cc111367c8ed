/** What one address of the network may do at the door. */
export type VisitorLimits = {
  /** Lines open at once. */
  readonly lines: number;
  /** Commands that name a recipient, within a minute. */
  readonly recipients: number;
  /** Recipients that are none of ours, within a minute. */
  readonly wrong: number;
};

const MINUTE_MS = 60_000;
/** Older minutes of so many visitors are forgotten at once: an attack from many addresses must not fill the memory. */
const MOST_REMEMBERED = 10_000;

type Visitor = { lines: number; since: number; recipients: number; wrong: number };

/** Counts what each remote address does, minute by minute. Time comes from outside. */
export class Visitors {
  readonly #limits: VisitorLimits;
  readonly #now: () => number;
  readonly #known = new Map<string, Visitor>();

  constructor(limits: VisitorLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** False when that address has too many lines open, or has guessed too much. Every true is followed by one `left`. */
  enters(address: string): boolean {
    const visitor = this.#of(address);
    if (visitor.lines >= this.#limits.lines || visitor.wrong >= this.#limits.wrong) return false;
    visitor.lines += 1;
    return true;
  }

  left(address: string): void {
    const visitor = this.#known.get(address);
    if (visitor && visitor.lines > 0) visitor.lines -= 1;
  }

  /** False when it should come back later. */
  mayName(address: string): boolean {
    const visitor = this.#of(address);
    if (visitor.recipients >= this.#limits.recipients || visitor.wrong >= this.#limits.wrong) return false;
    visitor.recipients += 1;
    return true;
  }

  named(address: string, wrong: boolean): void {
    if (wrong) this.#of(address).wrong += 1;
  }

  #of(address: string): Visitor {
    const now = this.#now();
    if (this.#known.size > MOST_REMEMBERED) this.#forget(now);
    let visitor = this.#known.get(address);
    if (!visitor) {
      visitor = { lines: 0, since: now, recipients: 0, wrong: 0 };
      this.#known.set(address, visitor);
    }
    if (now - visitor.since >= MINUTE_MS) Object.assign(visitor, { since: now, recipients: 0, wrong: 0 });
    return visitor;
  }

  #forget(now: number): void {
    for (const [address, visitor] of this.#known) {
      if (visitor.lines === 0 && now - visitor.since >= MINUTE_MS) this.#known.delete(address);
    }
  }
}
