import { createHmac } from 'node:crypto';
import { type EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { publishRelease } from '../../src/shared/publishing/publish.ts';
import { type Check, type Figure, runProgram } from '../support/check.ts';
import { approvedDraft, plainContent } from '../support/newsdesk.ts';
import { openTestHouse, type TestHouse, until } from '../support/newsroom-house.ts';
import { npmTool } from '../support/npm-tool.ts';

/** A subscriber's library that nobody here wrote; too old to be a dependency of ours, so it lies in a folder of its own. */
const [LIBRARY, VERSION] = ['pubsubhubbub', '1.0.2'];

const PUBLICATIONS = 20;
const LIMIT_MS = 1_000;
const SECRET = 'what the subscriber keeps to itself';

type Feed = { readonly topic: string; readonly feed: Buffer };
type Subscriber = EventEmitter & {
  secret: string;
  readonly server: { address(): { port: number }; close(): void; closeAllConnections(): void };
  listen(port: number, host: string): void;
  setSubscription(
    mode: 'subscribe' | 'unsubscribe',
    topic: string,
    hub: string,
    callback: string,
    done: (error: Error | null) => void,
  ): void;
};
type Library = { createServer(options: { secret: string }): Subscriber };

async function run(): ReturnType<Check['run']> {
  const library = createRequire(import.meta.url)(await npmTool(LIBRARY, VERSION)) as Library;
  const town = await openTestHouse({ subscribers: 0, environment: { ALLOW_PRIVATE_CALLBACKS: 'yes' } });
  try {
    const figures = await follow(library, town);
    const notes = [
      'A whole house of its own processes that has nothing else to do; from the press of Publish until the library hands on a feed whose signature (sha256) it found right.',
    ];
    return { with: `${LIBRARY} ${VERSION}`, figures, notes };
  } finally {
    await town.close();
  }
}

async function follow(library: Library, town: TestHouse): Promise<Figure[]> {
  const topic = `${town.config.baseUrl}/rss.xml`;
  const subscriber = library.createServer({ secret: SECRET });
  subscriber.listen(0, '127.0.0.1');
  await once(subscriber, 'listen');
  const callback = `http://127.0.0.1:${subscriber.server.address().port}/?topic=${encodeURIComponent(topic)}`;
  const ask = async (mode: 'subscribe' | 'unsubscribe') => {
    const confirmed = once(subscriber, mode);
    await new Promise<void>((settle, fail) =>
      subscriber.setSubscription(mode, topic, `${town.address()}/hub`, callback, (error) => (error ? fail(error) : settle())),
    );
    await confirmed;
  };
  await ask('subscribe');
  // It asks for a secret of its own for each topic, but looks at signatures with the one it was given.
  subscriber.secret = createHmac('sha1', SECRET).update(topic).digest('hex');
  const spans: number[] = [];
  let same = 0;
  for (let number = 1; number <= PUBLICATIONS; number += 1) {
    const draft = await approvedDraft(town, plainContent({}, `Nummer ${number}`));
    const pushed = once(subscriber, 'feed') as Promise<[Feed]>;
    const begun = performance.now();
    await publishRelease(town.services, town.jonas, { release: draft.release, hash: draft.hash });
    const [{ feed }] = await pushed;
    spans.push(performance.now() - begun);
    if (feed.equals(readFileSync(join(town.config.dataDir, 'public/rss.xml'))) && feed.includes(`Nummer ${number} `)) same += 1;
  }
  subscriber.secret = SECRET;
  await ask('unsubscribe');
  const subscriptions = () => town.services.database.selectFrom('hub_subscriptions').select('id').execute();
  // The library hears of it before its own answer is on the way.
  await until('the hub has heard the answer', async () => (await subscriptions()).length === 0, LIMIT_MS).catch(() => undefined);
  const left = await subscriptions();
  subscriber.server.closeAllConnections();
  subscriber.server.close();
  return figuresOf(spans, { same, left: left.length });
}

function figuresOf(spans: number[], { same, left }: { same: number; left: number }): Figure[] {
  const sorted = spans.toSorted((one, other) => one - other);
  const [median, slowest] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  const ms = (value: number) => `${Math.round(value)} ms`;
  return [
    {
      what: 'publications that were pushed, signed, as the bytes that are served',
      found: `${same} of ${PUBLICATIONS}`,
      wanted: `${PUBLICATIONS} of ${PUBLICATIONS}`,
      right: same === PUBLICATIONS,
    },
    { what: 'from Publish to the subscriber, median', found: ms(median), wanted: `under ${LIMIT_MS} ms`, right: median < LIMIT_MS },
    { what: 'from Publish to the subscriber, slowest', found: ms(slowest), wanted: `under ${LIMIT_MS} ms`, right: slowest < LIMIT_MS },
    { what: 'subscriptions left when it has unsubscribed', found: String(left), wanted: '0', right: left === 0 },
  ];
}

export const check: Check = {
  about: `${PUBLICATIONS} publications followed at our own hub by a subscriber of the library pubsubhubbub`,
  missing: async () => ((await runProgram('npm', ['--version'])).status === 0 ? undefined : 'npm is not here, which brings the library'),
  run,
};
