import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDkimKey } from '../../../src/shared/mail/new-dkim-key.ts';
import { messageOf } from '../../../src/shared/platform/failure.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openTestHouse, type TestHouse } from '../../support/newsroom-house.ts';
import { openNeighbour, openRelay } from './mail-servers.ts';
import { BOUNCE_DOMAIN, GREYLIST_MS, MINUTE_MS, namesOf, PLACES, RETRY, SLOW_LIMIT } from './places.ts';
import { answering, greylist, letterLimit, openPolicyService } from './policy.ts';
import { freePorts, type Postfix } from './server.ts';

/*
 * A newsroom, the Postfix it hands its letters to, and the Postfix of a neighbouring town.
 *
 *   newsroom ── STARTTLS ──> relay ──> Maildirs of its own domains
 *      ^                       │ └──> neighbour (the relay is backup MX of its domain) ──> Maildirs
 *      └─ receiver of bounces ─┴────────── reports of both
 */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export type Town = {
  readonly house: TestHouse;
  readonly relay: Postfix;
  readonly neighbour: Postfix;
  /** Mailboxes that were full at the door have room again. */
  emptyMailboxes(): void;
  close(): Promise<void>;
};

/** Opens all of it; what was opened is closed again when something fails, or somebody presses Ctrl-C. */
export async function openTown(): Promise<Town> {
  const closers: Closer[] = [];
  const close = async () => {
    // One that cannot be closed must not keep the others open.
    for (const closer of closers.splice(0).reverse()) await closer().catch((error) => console.error(messageOf(error)));
    for (const name of SIGNALS) process.off(name, interrupted);
  };
  const opening = build(closers);
  // Postfix's master is nobody's child: without this it would outlive the check. Half a house is opened first, to be closed whole.
  const interrupted = () => void opening.then(close, close).finally(() => process.exit(1));
  for (const name of SIGNALS) process.once(name, interrupted);
  try {
    return { ...(await opening), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closer = () => Promise<unknown>;

/** Opens one thing after the other and says how each is closed. */
async function build(closers: Closer[]): Promise<Omit<Town, 'close'>> {
  const kept = <Thing>(thing: Thing, closer: (thing: Thing) => Promise<unknown>): Thing => {
    closers.push(() => closer(thing));
    return thing;
  };
  const folder = kept(mkdtempSync(join(tmpdir(), 'depesch-postfix-')), async (path) => rmSync(path, { recursive: true, force: true }));
  // Postfix's own users read their tables in it.
  chmodSync(folder, 0o755);
  const [relayPort, neighbourPort, bouncePort] = (await freePorts(3)) as [number, number, number];
  let full = true;
  const emptyMailboxes = () => {
    full = false;
  };
  const policy = kept(await openPolicyService(rules(() => full)), (one) => one.close());
  const ports = { relay: relayPort, neighbour: neighbourPort, bounce: bouncePort, policy: policy.port };
  const neighbour = kept(await openNeighbour(folder, ports), (one) => one.stop());
  const relay = kept(await openRelay(folder, ports), (one) => one.stop());
  await makeDkimKey({ type: 'rsa', selector: 'post', domain: 'alvmark.example', out: join(folder, 'dkim.pem') });
  const smtpUrl = `${relay.url}?requireTLS=true&tls.rejectUnauthorized=false`;
  const house = kept(await openHouse(smtpUrl, { folder, bouncePort }), (one) => one.close());
  return { house, relay, neighbour, emptyMailboxes };
}

function rules(full: () => boolean) {
  const { grey, greyByPolicy, slow } = PLACES;
  const whileFull = (pattern: RegExp, action: string) => {
    const rule = answering(pattern, action);
    return (asked: Parameters<typeof rule>[0]) => (full() ? rule(asked) : undefined);
  };
  return [
    greylist(grey.domain, '4.2.0 Greylisted, try again later', GREYLIST_MS),
    greylist(greyByPolicy.domain, '4.7.1 Greylisted, try again later', GREYLIST_MS),
    letterLimit(slow.domain, SLOW_LIMIT, MINUTE_MS),
    whileFull(/^later\d+@/, '452 4.2.2 Mailbox full'),
    whileFull(/^final\d+@/, '552 5.2.2 Mailbox full'),
  ];
}

function openHouse(smtpUrl: string, { folder, bouncePort }: { folder: string; bouncePort: number }): Promise<TestHouse> {
  const environment = {
    SMTP_URL: smtpUrl,
    BOUNCE_DOMAIN,
    BOUNCE_PORT: String(bouncePort),
    DKIM_KEY: join(folder, 'dkim.pem'),
    DKIM_SELECTOR: 'post',
    DKIM_DOMAIN: 'alvmark.example',
  };
  const rows = Object.entries(PLACES).flatMap(([place, { domain, ...people }]) => {
    // Only the quick ones get the second release, which is about another topic.
    const topics = place === 'here' || place === 'neighbour' || place === 'full' ? '*' : 'naringsliv';
    return namesOf(people).map((name) => `${name}@${domain},sv,${topics},consent,test,2026-01-01`);
  });
  const newsroom = sampleNewsroom();
  const limits = { ...newsroom.limits, retry: { ...newsroom.limits.retry, ...RETRY } };
  return openTestHouse({
    newsroom: { ...newsroom, limits },
    subscribers: `address,language,topics,legal basis,source,date\n${rows.join('\n')}\n`,
    environment,
  });
}
