/**
 * Values kept in memory while there is room for them; those whose last use is longest ago go first. A value takes the room `sizeOf` gives when it is kept: its
 * bytes, or one place when left out. One that is larger than all the room is not kept and drives nothing out.
 */
export class RecentlyUsed<Value> {
  readonly #room: number;
  readonly #sizeOf: (value: Value) => number;
  /** A Map remembers the order of insertion: moving what is used to the end makes its beginning what was used longest ago. */
  readonly #kept = new Map<string, { readonly value: Value; readonly size: number }>();
  #size = 0;

  constructor(room: number, sizeOf: (value: Value) => number = () => 1) {
    this.#room = room;
    this.#sizeOf = sizeOf;
  }

  /** Room taken by all that is kept. */
  get size(): number {
    return this.#size;
  }

  /** What is kept under a name; finding it is a use. */
  find(name: string): Value | undefined {
    const kept = this.#kept.get(name);
    if (!kept) return undefined;
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    return kept.value;
  }

  /** Keeps a value in the place of the one that has this name. Also for the same value again, when it has grown. */
  keep(name: string, value: Value): void {
    this.forget(name);
    const size = this.#sizeOf(value);
    if (size > this.#room) return;
    this.#kept.set(name, { value, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#room) return;
      this.forget(oldest);
    }
  }

  forget(name: string): void {
    this.#size -= this.#kept.get(name)?.size ?? 0;
    this.#kept.delete(name);
  }

  clear(): void {
    this.#kept.clear();
    this.#size = 0;
  }
}
