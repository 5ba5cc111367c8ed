import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { sleep } from '../../src/shared/platform/clock.ts';
import type { TestHouse } from '../support/newsroom-house.ts';

/** The sender processes of one run: so many are awake at any time, whatever happens to some of them. */
export class Senders {
  /** How many ended without being told to: none should. */
  fell = 0;
  readonly #house: TestHouse;
  readonly #wanted: number;
  readonly #awake = new Set<ChildProcess>();
  readonly #asleep = new Set<Promise<void>>();

  constructor(house: TestHouse, wanted: number) {
    this.#house = house;
    this.#wanted = wanted;
    this.fill();
  }

  /** Starts as many as are missing. */
  fill(): void {
    while (this.#awake.size < this.#wanted) {
      const one = this.#house.startWorker('delivery');
      this.#awake.add(one);
      one.once('exit', () => {
        if (!this.#awake.delete(one)) return;
        this.fell += 1;
        this.fill();
      });
    }
  }

  /** SIGKILL to one of them; another takes its place. */
  kill(random: () => number): void {
    const one = this.#pick(random);
    this.#awake.delete(one);
    one.kill('SIGKILL');
    this.fill();
  }

  /** SIGSTOP to one of them; another takes its place, and after `ms` the first is woken and goes on beside it. */
  stop(random: () => number, ms: number): void {
    const one = this.#pick(random);
    this.#awake.delete(one);
    one.kill('SIGSTOP');
    this.fill();
    const waking = sleep(ms).then(() => {
      one.kill('SIGCONT');
      this.#awake.add(one);
      this.#asleep.delete(waking);
    });
    this.#asleep.add(waking);
  }

  /** Ends when every stopped one is awake again. */
  async allAwake(): Promise<void> {
    while (this.#asleep.size > 0) await Promise.all(this.#asleep);
  }

  /** SIGTERM to all of them: each writes what it knows before it ends, so afterwards nobody holds anything back. */
  async end(): Promise<void> {
    const all = [...this.#awake];
    this.#awake.clear();
    await Promise.all(all.map((one) => (one.kill('SIGTERM') ? once(one, 'exit') : undefined)));
  }

  #pick(random: () => number): ChildProcess {
    return [...this.#awake][Math.floor(random() * this.#awake.size)]!;
  }
}
