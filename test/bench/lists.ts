import { deskCookies } from '../../src/producers/desk/session.ts';
import { createSignInLink, useSignInLink } from '../../src/shared/accounts/sessions.ts';
import { createToken } from '../../src/shared/accounts/tokens.ts';
import { listPagePath, listPath, releasePath } from '../../src/shared/release/addresses.ts';
import { LIST_PAGE_SIZE } from '../../src/shared/release/lists/lists.ts';
import type { Check, Figure } from '../support/check.ts';
import type { TestHouse } from '../support/newsroom-house.ts';
import { openFilledHouse } from './parts/filled-house.ts';
import { spread } from './parts/percentile.ts';

/** BENCH_RELEASES makes a short run; only the usual one is worth keeping. */
const RELEASES = Number(process.env.BENCH_RELEASES ?? 100_000);
const REQUESTS = 100;
const WARM_UP = 5;

/** Requests of one kind, one after the other: the paths in turn, or the way on that each answer names. */
type Door = {
  readonly what: string;
  readonly paths: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly next?: (answer: string) => string | undefined;
};

export const bench: Check = {
  about: `lists, searches and pages not yet written among ${RELEASES} releases, one request after the other`,
  missing: async () => undefined,
  async run() {
    const house = await openFilledHouse(RELEASES, ['html', 'feeds', 'email', 'delivery', 'archive', 'websub'], {
      TRUST_PROXY: '127.0.0.1',
    });
    try {
      const figures: Figure[] = [];
      for (const door of await doorsOf(house)) figures.push(await ask(house, door));
      return { with: `${REQUESTS} requests of each kind over HTTP, with everything the producers do for them`, figures, notes: [NOTE] };
    } finally {
      await house.close();
    }
  },
};

const NOTE = `Neither html nor feeds runs here: the pages of months, topics and releases are those that the producers make when a reader comes before the
file is written. A search for a word that stands everywhere ranks the newest 2,000.`;

async function doorsOf(house: TestHouse): Promise<Door[]> {
  const { services, config } = house;
  const link = await createSignInLink(services.database, 'elin');
  const session = await useSignInLink(services.database, link);
  const cookie = `${deskCookies(config.baseUrl).session.name}=${session!.session}`;
  const token = await createToken(services.database, { account: 'elin', name: 'bench' });
  const authorization = `Bearer ${token}`;
  const lists = await services.database.selectFrom('lists').select(['list', 'length']).orderBy('list').execute();
  const named = (kind: string) => lists.filter(({ list }) => list.startsWith(`${kind}:`) && !list.endsWith('lokalmedia'));
  const pages = named('topic').flatMap(({ list, length }) =>
    Array.from({ length: 30 }, (_, at) => listPagePath(list, 1 + Math.floor((at * length) / LIST_PAGE_SIZE / 31))),
  );
  const releases = await services.database
    .selectFrom('releases')
    .select('slug')
    .where('newest_kind', '<>', 'withdrawal')
    .orderBy('id')
    .limit(200)
    .execute();
  const search = (query: string) => `/search?${new URLSearchParams(query)}`;
  return [
    { what: 'desk, list of releases, page after page', paths: ['/desk/'], headers: { cookie }, next: (text) => linkOf(text) },
    {
      what: 'API for programs of ours, 50 at a time',
      paths: ['/api/releases'],
      headers: { authorization },
      next: cursorOf('/api/releases'),
    },
    { what: 'public API, 20 whole texts at a time', paths: ['/api/public/releases'], next: cursorOf('/api/public/releases') },
    { what: 'search for a word that stands everywhere', paths: ['regionen', 'kommunerna', 'arbetet'].map((word) => search(`q=${word}`)) },
    {
      what: 'search for three words together',
      paths: ['nattbussarna storforsa midsommar', 'skogsforskningen älven nyår', 'laddplatser kusten juni'].map((words) =>
        search(`q=${words}`),
      ),
    },
    { what: 'search for a word that is nowhere', paths: [search('q=xylofon'), search('q=zebra')] },
    { what: 'search with topic, year and language, page 5', paths: [search('q=regionen&topic=naringsliv&year=2020&language=sv&page=5')] },
    { what: 'page of a month, made for the reader', paths: named('month').map(({ list }) => listPath(list)) },
    { what: 'numbered page of a topic, made for the reader', paths: pages },
    { what: 'page of a release, made for the reader', paths: releases.map(({ slug }) => releasePath(slug)) },
  ];
}

function linkOf(page: string): string | undefined {
  return /<a [^>]*href="([^"]+)"[^>]* rel="next"|rel="next"[^>]* href="([^"]+)"/
    .exec(page)
    ?.slice(1)
    .find(Boolean)
    ?.replaceAll('&amp;', '&');
}

function cursorOf(path: string): Door['next'] {
  return (answer) => {
    const { next } = JSON.parse(answer) as { next?: string };
    return next && `${path}?before=${encodeURIComponent(next)}`;
  };
}

async function ask(house: TestHouse, { what, paths, headers, next }: Door): Promise<Figure> {
  const times: number[] = [];
  let following: string | undefined;
  for (let request = 0; request < REQUESTS + WARM_UP; request += 1) {
    const path = following ?? paths[request % paths.length]!;
    // Each from another reader: the limits for one of them are not what is measured.
    const reader = { 'x-forwarded-for': `198.51.100.${request % 250}`, ...headers };
    const began = performance.now();
    const answer = await fetch(`${house.address()}${path}`, { headers: reader });
    const text = await answer.text();
    if (request >= WARM_UP) times.push(performance.now() - began);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 200)}`);
    following = next?.(text);
  }
  return { what, found: spread(times), wanted: '', right: true };
}
