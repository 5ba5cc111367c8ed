import type { QueueName } from '../queue/jobs.ts';

/** What needs a person, as read from SQL and the disk. Times are dates. */
export type AlertFacts = {
  readonly now: Date;
  readonly timezone: string;
  /** Receipts that a channel owes for longer than 5 minutes. E-mail counts until its audience is frozen: a run may rightly take hours. */
  readonly owed: readonly { readonly channel: string; readonly slug: string; readonly since: Date; readonly count: number }[];
  readonly failed: readonly { readonly channel: string; readonly slug: string; readonly since: Date; readonly count: number }[];
  readonly paused: readonly { readonly slug: string; readonly n: number; readonly reason: string | null; readonly waiting: number }[];
  /** The relay in use, when it refused us at its last try. */
  readonly relay: RelayFacts | undefined;
  readonly missed: readonly { readonly slug: string; readonly publishAt: Date | null }[];
  /** Webhooks that took nothing for three days and are left alone. */
  readonly endpoints: readonly { readonly id: number; readonly host: string; readonly error: string | null; readonly since: Date }[];
  readonly workers: readonly { readonly queue: QueueName; readonly running: number; readonly lastSeen: Date | null }[];
  /** Share of the disk that is free, 0–1. */
  readonly diskFree: number;
  /** Causes that are open. */
  readonly open: ReadonlySet<string>;
  /** Causes that ended a moment ago. */
  readonly justOver: ReadonlySet<string>;
};
type RelayFacts = {
  readonly name: string;
  readonly reason: string;
  readonly tries: number;
  readonly since: Date;
  readonly waiting: number;
};

/** One thing that is wrong, and what the administrator is told of it. `headline` follows `Depesch: `. */
export type Cause = { readonly key: string; readonly headline: string; readonly text: string };

/** A worker that is started again within this time was never gone. */
const GONE_MS = 60_000;

/** One refusal is not yet a fault: the third try comes about half a minute after the first. */
const RELAY_TRIES = 3;

/** Told below the first, over above the second: a disk that wavers around one figure would ring all night. */
const LITTLE_DISK = 0.1;
const ENOUGH_DISK = 0.12;

/** Facts in, causes out; reads nothing. */
export function findCauses(facts: AlertFacts): Cause[] {
  const gone = new Set(facts.workers.filter((worker) => isGone(worker, facts)).map((worker) => worker.queue as string));
  // What nobody works for is told as that; so is what catches up after somebody came back.
  const explained = (channel: string) => gone.has(channel) || facts.justOver.has(workerKey(channel));
  return [
    ...facts.workers.filter((worker) => gone.has(worker.queue)).map((worker) => goneCause(worker, facts)),
    ...facts.owed.filter((owed) => !explained(owed.channel)).map((owed) => owedCause(owed, facts)),
    ...facts.failed.map((failed) => failedCause(failed, facts)),
    ...(facts.relay && isRefused(facts.relay, facts) ? [relayCause(facts.relay, facts)] : []),
    ...facts.paused.map(pausedCause),
    ...facts.missed.map((missed) => missedCause(missed, facts)),
    ...facts.endpoints.map((endpoint) => endpointCause(endpoint, facts)),
    ...(facts.diskFree < (facts.open.has('disk') ? ENOUGH_DISK : LITTLE_DISK) ? [diskCause(facts)] : []),
  ];
}

function isGone({ running, lastSeen }: AlertFacts['workers'][number], { now }: AlertFacts): boolean {
  return running === 0 && lastSeen !== null && now.getTime() - lastSeen.getTime() > GONE_MS;
}

const relayKey = (name: string) => `relay:${name}`;
const workerKey = (queue: string) => `worker:${queue}`;

function isRefused(relay: RelayFacts, { open }: AlertFacts): boolean {
  return relay.tries >= (open.has(relayKey(relay.name)) ? 1 : RELAY_TRIES);
}

function goneCause({ queue, lastSeen }: AlertFacts['workers'][number], facts: AlertFacts): Cause {
  return {
    key: workerKey(queue),
    headline: `no ${queue} worker since ${at(lastSeen!, facts)}`,
    text: lines(
      `nobody works for ${queue}; the last worker was seen at ${at(lastSeen!, facts)}`,
      `waiting: what ${queue} owes. the other channels: not affected.`,
      { what: `read DATA_DIR/log, then  ./depesch work ${queue}`, details: 'no-worker' },
    ),
  };
}

function owedCause({ channel, slug, since, count }: AlertFacts['owed'][number], facts: AlertFacts): Cause {
  return {
    key: `owed:${channel}`,
    headline: `${channel} owed since ${at(since, facts)}, ${slug}${others(count)}`,
    text: lines(
      `${channel} of ${slug} is owed since ${at(since, facts)}, though a worker runs`,
      `waiting: ${channel} of ${releases(count)}. the other channels: not affected.`,
      { what: `./depesch release status ${slug}  names the reason`, details: 'channel-owed' },
    ),
  };
}

function failedCause({ channel, slug, since, count }: AlertFacts['failed'][number], facts: AlertFacts): Cause {
  return {
    key: `failed:${channel}`,
    headline: `${channel} failed, ${slug}${others(count)}`,
    text: lines(
      `${channel} of ${slug}, owed since ${at(since, facts)}, cannot be done by trying again`,
      `waiting: ${channel} of ${releases(count)}. the other channels: not affected.`,
      { what: `./depesch release status ${slug}, mend it, then  ./depesch release retry ${slug} ${channel}`, details: 'failed-channel' },
    ),
  };
}

function relayCause(relay: RelayFacts, facts: AlertFacts): Cause {
  return {
    key: relayKey(relay.name),
    headline: `letters wait since ${at(relay.since, facts)}, the relay refuses us`,
    text: lines(
      `relay ${relay.name}: ${withoutAddress(relay.reason)} (${relay.tries} tries)`,
      `waiting: ${letters(relay.waiting)}. page, feeds, archive: not affected.`,
      { what: 'mend the relay or correct SMTP_URL, then  ./depesch letters resume', details: 'relay-login' },
    ),
  };
}

function pausedCause({ slug, n, reason, waiting }: AlertFacts['paused'][number]): Cause {
  return {
    key: `paused:${slug}:${n}`,
    headline: `letters of ${slug} paused`,
    text: lines(
      `letters of ${slug}, revision ${n}, are paused: ${withoutAddress(reason ?? 'by a person')}`,
      `waiting: ${letters(waiting)} of ${slug}. page, feeds, archive: not affected.`,
      { what: `./depesch letters resume ${slug}  or  ./depesch letters stop ${slug}`, details: 'paused-letters' },
    ),
  };
}

function missedCause({ slug, publishAt }: AlertFacts['missed'][number], facts: AlertFacts): Cause {
  return {
    key: `missed:${slug}`,
    headline: `${slug} was not published in time`,
    text: lines(
      `${slug} was due${publishAt ? ` at ${at(publishAt, facts)}` : ''} and is held: it was later than its lateness allows`,
      `waiting: the publication of ${slug}, in every channel. other releases: not affected.`,
      { what: `./depesch release schedule ${slug} --at TIME  or  ./depesch release unschedule ${slug}`, details: 'missed-publication' },
    ),
  };
}

function endpointCause({ id, host, error, since }: AlertFacts['endpoints'][number], facts: AlertFacts): Cause {
  return {
    key: `webhook:${id}`,
    headline: `webhook ${id} at ${host} is failing`,
    text: lines(
      `webhook ${id} at ${host} took nothing since ${at(since, facts)}: ${withoutAddress(error ?? 'no answer')}`,
      'waiting: what it has not heard of, for it alone. every channel: not affected.',
      { what: `mend it, then  ./depesch webhooks replay ${id}  or  ./depesch webhooks remove ${id}`, details: 'failing-webhook' },
    ),
  };
}

function diskCause({ diskFree }: AlertFacts): Cause {
  const free = `${Math.floor(diskFree * 100)} %`;
  return {
    key: 'disk',
    headline: `the disk has ${free} left`,
    text: lines(`the disk that holds DATA_DIR has ${free} left`, 'waiting: nothing yet. a full disk stops publications and letters.', {
      what: 'make room',
      details: 'disk-full',
    }),
  };
}

function lines(what: string, waiting: string, remedy: { what: string; details: string }): string {
  return `${what}\nlost: nothing. ${waiting}\ndo: ${remedy.what}\ndetails: docs/operations.md#${remedy.details}\n`;
}

/** `02:14`, with the date before it when it was another day. */
export function at(time: Date, { now, timezone }: Pick<AlertFacts, 'now' | 'timezone'>): string {
  // Swedish dates are ISO dates.
  const text = (date: Date) => date.toLocaleString('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  const whole = text(time);
  return whole.slice(0, 10) === text(now).slice(0, 10) ? whole.slice(11) : whole;
}

/** Reasons quote servers and people, who may name somebody. */
function withoutAddress(text: string): string {
  return text.replace(/[^\s<>"'()]+@[^\s<>"'()]+/g, 'address').replace(/\s+/g, ' ');
}

const others = (count: number) => (count > 1 ? ` and ${count - 1} more` : '');
const releases = (count: number) => (count === 1 ? '1 release' : `${count} releases`);
const letters = (count: number) => `${String(count).replace(/\B(?=(\d{3})+$)/g, ' ')} letter${count === 1 ? '' : 's'}`;
