import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { monotonicMs } from '../platform/clock.ts';
import { messageOf } from '../platform/failure.ts';
import type { Log } from '../platform/log.ts';
import { bootId, findProcess } from '../platform/process-identity.ts';
import type { Database } from '../schema/database.ts';
import { Journal, journalFolder } from './journal.ts';

/** A sender not seen for so long is taken for gone, and its claims are looked at. */
export const SENDER_GONE_SECONDS = 60;

const BEAT_MS = 10_000;

/** Well before others take it for gone: between this check and the last byte of MAIL FROM lie at most a few of these seconds. */
const FRESH_MS = 45_000;

/** Where a pid means something: the machine, and on Linux the pid namespace, for two containers may share a name. */
export function hostName(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Both clocks: the first never jumps, the second goes on while the machine sleeps. Whichever says it was longer is believed. */
type Moment = { readonly monotonic: number; readonly wall: number };
const moment = (): Moment => ({ monotonic: monotonicMs(), wall: Date.now() });
const since = (then: Moment): number => Math.max(monotonicMs() - then.monotonic, Date.now() - then.wall);

/** One registration of a sender: an id, its journal, and how long ago PostgreSQL last confirmed that others see it. */
export class Lease {
  readonly id: string;
  readonly journal: Journal;
  #confirmed: Moment;
  #retired = false;
  #closed = false;
  /** Claims being made under this id, and rows claimed whose outcome is not committed yet. */
  #held = 0;

  constructor(id: string, journal: Journal, confirmed: Moment) {
    this.id = id;
    this.journal = journal;
    this.#confirmed = confirmed;
  }

  /** False: others may have taken this sender for gone, so nothing may begin under this id. */
  get fresh(): boolean {
    return !this.#retired && since(this.#confirmed) < FRESH_MS;
  }
  confirm(before: Moment): void {
    this.#confirmed = before;
  }
  hold(rows: number): void {
    this.#held += rows;
  }
  release(rows: number): void {
    this.#held -= rows;
    this.#closeWhenDone();
  }
  /** Nothing begins under this id any more; its journal goes when its last row is settled. */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#closeWhenDone();
  }
  #closeWhenDone(): void {
    if (!this.#retired || this.#held > 0 || this.#closed) return;
    this.#closed = true;
    this.journal.close();
  }
}

/** Keeps one process registered as a sender: beats, and takes a new id when it was out of sight for too long. */
export class Registration {
  readonly #database: Database;
  readonly #folder: string;
  readonly #log: Log;
  #lease: Lease | undefined;
  #registering: Promise<Lease> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { database: Database; dataDir: string; log: Log }) {
    this.#database = options.database;
    this.#folder = journalFolder(options.dataDir);
    this.#log = options.log;
  }

  /** A lease that is fresh now. Throws while PostgreSQL is away. */
  async lease(): Promise<Lease> {
    if (this.#lease?.fresh) return this.#lease;
    // Batches that ask at the same time get the same answer.
    this.#registering ??= this.#renew().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  /** Says "still here". The clocks are read before the question: the answer may have been long under way. */
  async beat(): Promise<void> {
    const lease = this.#lease;
    if (!lease) return;
    const before = moment();
    try {
      const result = await sql`
        update senders set seen_at = clock_timestamp()
        where id = ${lease.id} and seen_at > clock_timestamp() - make_interval(secs => ${SENDER_GONE_SECONDS})`.execute(this.#database);
      if (result.numAffectedRows === 1n) return lease.confirm(before);
      this.#log.warn({ sender: lease.id }, 'sender.taken_for_gone');
      lease.retire();
      // A new one is taken when there is something to send; nobody needs to hear of this one every ten seconds.
      if (this.#lease === lease) this.#lease = undefined;
    } catch (error) {
      this.#log.debug({ sender: lease.id, reason: messageOf(error) }, 'sender.beat_failed');
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#lease?.retire();
    this.#lease = undefined;
  }

  async #renew(): Promise<Lease> {
    this.#lease?.retire();
    this.#lease = await this.#register();
    this.#timer ??= setInterval(() => void this.beat(), BEAT_MS);
    return this.#lease;
  }

  async #register(): Promise<Lease> {
    const id = randomUUID();
    const before = moment();
    await this.#database
      .insertInto('senders')
      .values({ id, host: hostName(), pid: process.pid, boot_id: bootId(), process_start: findProcess(process.pid)!.startedAt })
      .execute();
    this.#log.info({ sender: id }, 'sender.registered');
    return new Lease(id, new Journal(this.#folder, id), before);
  }
}
