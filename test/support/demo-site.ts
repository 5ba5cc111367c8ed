import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNewsdesk } from '../../src/producers/demo/newsdesk.ts';
import { CONTENT, readPlan } from '../../src/producers/demo/plan.ts';
import { buildServer } from '../../src/producers/http/server.ts';
import { findAccount } from '../../src/shared/accounts/accounts.ts';
import { passingToken, personalToken } from '../../src/shared/mail/links.ts';
import { readConfig } from '../../src/shared/platform/config.ts';
import { openPostgres } from '../../src/shared/platform/embedded/postgres.ts';
import { openEmbeddedRedis } from '../../src/shared/platform/embedded/redis.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import { listMonths } from '../../src/shared/release/lists/lists.ts';
import { readNewsroomFile } from '../../src/shared/release/newsroom/newsroom-file.ts';
import { saveNewsroom, storingLogo } from '../../src/shared/release/newsroom/newsroom-store.ts';
import { getKey, migrate } from '../../src/shared/schema/migrate.ts';
import { openServices, type Services } from '../../src/shared/services.ts';
import { importSubscribers } from '../../src/shared/subscribers/import.ts';
import { correct, plainContent, publish } from './newsdesk.ts';
import { writeOutput } from './web.ts';

/** The public side of a newsroom with the demo's content, and links that belong to one of its subscribers. */
export type DemoSite = {
  readonly services: Services;
  /** Where it answers, without a slash at the end; also its BASE_URL. */
  readonly origin: string;
  /** The month of the newest release, `2026-11`. */
  readonly month: string;
  readonly tokens: Readonly<Record<'unsubscribe' | 'preferences' | 'own-data', string>>;
  close(): Promise<void>;
};

const HOUR_MS = 3_600_000;

/**
 * Opens servers of its own, publishes the demo's past and what the demo lacks (`ADDED`), writes every page and feed and answers on a port,
 * all in this process and without letters: seconds where a whole house takes half a minute.
 */
export async function openDemoSite(): Promise<DemoSite> {
  const dataDir = mkdtempSync(join(tmpdir(), 'depesch-site-'));
  chmodSync(dataDir, 0o711);
  const redis = await openEmbeddedRedis({ dataDir, settings: { appendfsync: 'no' } });
  const postgres = await openPostgres({ dataDir, settings: { fsync: 'off', full_page_writes: 'off' } });
  const port = await freePort();
  const given = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, DATA_DIR: dataDir, HOST: 'localhost', PORT: String(port) };
  const config = readConfig(given, dataDir);
  const services = await openServices({ config, log: openLog('test', process.env.TEST_LOG ?? 'silent', false), redis: 'refusing' });
  await fill(services);
  await writeOutput({ services });
  const app = await buildServer(services);
  await app.listen({ host: config.host, port });
  return {
    services,
    origin: config.baseUrl,
    month: (await listMonths(services.database))[0]!.month,
    tokens: await tokensOf(services),
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await services.close();
      await postgres.stop(0);
      await redis.stop(0);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Kinds of releases the demo has none of, by slug. */
export const ADDED: Readonly<Record<'finnish' | 'concealed' | 'past', ReleaseContent>> = {
  // A language the interface does not speak: its words carry the release.
  finnish: plainContent({
    slug: 'kirjastot-auki-iltaisin',
    language: 'fi',
    title: 'Kirjastot ovat auki myös iltaisin',
    lead: 'Maanantaista alkaen kirjastot ovat auki kello 20 asti.',
    body: 'Uudet ajat ovat voimassa kesäkuuhun saakka.\n\n## Tervetuloa\n\nKirjastoihin pääsee maksutta.',
    topics: ['kultur'],
  }),
  concealed: plainContent({ slug: 'nya-oppettider', topics: ['kultur'] }, 'Lillåns bibliotek'),
  // The demo's own events move along with the day it starts on.
  past: plainContent({
    slug: 'oppet-hus-i-granback',
    type: 'invitation',
    title: 'Välkommen på öppet hus i Granbäcks bibliotek',
    lead: 'Biblioteket visar läsrummet vid vattnet innan det öppnar för alla.',
    body: 'Arkitekten visar runt två gånger. Den som vill fotografera får göra det före klockan 10.',
    topics: ['kultur'],
    event: {
      title: 'Öppet hus',
      start: '2026-02-12T09:30',
      end: '2026-02-12T12:00',
      place: 'Granbäcks bibliotek, Älvgatan 3, Granbäck',
      programme: [
        { time: '09:30', text: 'Fika', points: [] },
        { time: '10:00', text: 'Visning', points: ['Läsrummet', 'Magasinet'] },
        { time: '12:00', text: 'Slut', points: [] },
      ],
    },
  }),
};

async function fill(services: Services): Promise<void> {
  const { database, config } = services;
  await migrate(database);
  const newsroom = await readNewsroomFile(join(CONTENT, 'newsroom.yaml'), { storeLogo: storingLogo(database, config.dataDir) });
  await saveNewsroom(database, newsroom);
  await importSubscribers(database, { csv: await readFile(join(CONTENT, 'subscribers.csv'), 'utf8'), newsroom });
  const plan = await readPlan(new Date(), newsroom.timezone);
  const desk = await openNewsdesk(services, plan);
  await desk.schedule();
  for (const step of plan.steps) await desk.take(step);
  const people = { services, elin: (await findAccount(database, 'elin'))!, jonas: (await findAccount(database, 'jonas'))! };
  await publish(people, ADDED.past);
  await publish(people, ADDED.finnish);
  const { release } = await publish(people, ADDED.concealed);
  await correct(people, release, { ...ADDED.concealed, title: 'Biblioteken får nya öppettider' }, { kind: 'major', conceal: true });
}

async function tokensOf({ database }: Services): Promise<DemoSite['tokens']> {
  const person = await database.selectFrom('subscribers').select(['id', 'token_key']).orderBy('id').limit(1).executeTakeFirstOrThrow();
  const owner = { subscriber: person.id, tokenKey: person.token_key, key: await getKey(database, 'links') };
  return {
    unsubscribe: personalToken(owner, 'unsubscribe'),
    preferences: personalToken(owner, 'preferences'),
    'own-data': passingToken(owner, 'own-data', new Date(Date.now() + HOUR_MS)),
  };
}

/** A port nobody listens on at this moment: addresses in pages and feeds name it, so it must be known before they are written. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
