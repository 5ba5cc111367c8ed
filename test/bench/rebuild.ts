import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askForRebuild } from '../../src/shared/publishing/rebuilds.ts';
import { loadViews } from '../../src/shared/release/store.ts';
import { loadReleaseKeys } from '../../src/shared/release/surroundings.ts';
import type { PublicView } from '../../src/shared/release/view.ts';
import type { Check, Figure } from '../support/check.ts';
import { runProgram } from '../support/check.ts';
import { type TestHouse, until } from '../support/newsroom-house.ts';
import { cpuMs, cpuMsOfTree, peakMemoryMb, userMs, userMsOfTree } from './parts/cost.ts';
import { openFilledHouse } from './parts/filled-house.ts';
import { compareNewsrooms } from './parts/hugo-compare.ts';
import { writeHugoSite } from './parts/hugo-site.ts';
import { percentile } from './parts/percentile.ts';
import { type Run, runWatched } from './parts/watched.ts';

/** BENCH_RELEASES and BENCH_ROUNDS make a short run; only the usual ones are worth keeping. */
const RELEASES = Number(process.env.BENCH_RELEASES ?? 10_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);

type Turns = Record<'html' | 'feeds' | 'hugo', Turn[]>;
type Turn = Run & { readonly files: number; readonly bytes: number };

export const bench: Check = {
  about: `everything of ${RELEASES} releases made again into an empty folder, pages and feeds, beside Hugo making the same newsroom, in turn`,
  async missing() {
    const { status } = await runProgram('hugo', ['version']);
    return status === null ? 'hugo is not there: apt-get install hugo' : undefined;
  },
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'depesch-hugo-'));
    // No sweep finds the folder empty and asks for the same again.
    const house = await openFilledHouse(RELEASES, undefined, { SWEEP_SECONDS: '600' });
    try {
      const { newsroom } = await house.services.newsroom();
      writeHugoSite(folder, await viewsOf(house), { newsroom, baseUrl: house.config.baseUrl });
      const turns: Turns = { html: [], feeds: [], hugo: [] };
      const compared: Figure[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        renameSync(join(house.config.dataDir, 'public'), join(folder, `old-${round}`));
        turns.html.push(await rebuild(house, 'html'));
        turns.hugo.push(await runHugo(folder));
        if (round === 0) compared.push(...compareNewsrooms(join(house.config.dataDir, 'public'), join(folder, 'made')));
        turns.feeds.push(await rebuild(house, 'feeds'));
      }
      const version = (await runProgram('hugo', ['version'])).out.split(' ').slice(0, 2).join(' ').trim();
      return { with: `${version}, medians of ${ROUNDS} rounds`, figures: [...figuresOf(turns), ...compared], notes: [NOTE] };
    } finally {
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const NOTE = `Ours is the worker of the channel, and PostgreSQL's time is in its processor time; every file is on the disk when the time ends, which Hugo
does not wait for. Hugo renders the Markdown each time, ours was rendered at publication. Hugo makes what our worker of pages writes and no feeds,
and the first round compares the two element by element. Hugo's sitemap is one file and ours cut into shards; Hugo counts a list's pages from the
newest release and ours from the oldest. The feeds worker has no counterpart there: it writes RSS, Atom, JSON Feed and ninjs of everything and of
each topic, in each language, and the whole archive of each; a release is rendered and parsed once, and its bytes are put into every document that
holds it. Two fifths of that is Markdown read once more for its plain text.

What limits the rest: an eighth of Hugo's processor time would be a seventh of a millisecond for each page, PostgreSQL's part in it, which alone is a twelfth. Reading a
row takes a twentieth of one on both sides together, holding it to the shape of a release a thirtieth, putting some 12 kB of text together a
sixteenth; the rest is collecting what is no longer needed and making files. The process has 115 MB before its first page, and a tenth of Hugo's
memory would be 90.`;

/** Every release as the public sees it. */
async function viewsOf({ services }: TestHouse): Promise<PublicView[]> {
  return loadViews(services.database, await loadReleaseKeys(services.database, -1, RELEASES));
}

async function rebuild(house: TestHouse, channel: 'html' | 'feeds'): Promise<Turn> {
  const { database } = house.services;
  const root = join(house.config.dataDir, 'public');
  const worker = await database
    .selectFrom('workers')
    .select('pid')
    .where('channel', '=', channel)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  const postgres = house.serverPid('postgres');
  const spent = () => ({ user: userMs(worker.pid) + userMsOfTree(postgres), cpu: cpuMs(worker.pid) + cpuMsOfTree(postgres) });
  const already = existsSync(root) ? sizeOf(root) : { files: 0, bytes: 0 };
  const before = spent();
  const began = performance.now();
  await askForRebuild(database, { channel, reason: 'bench' });
  await house.services.dispatch.wake([{ queue: channel, payload: { rebuild: true } }]);
  const waiting = () => database.selectFrom('rebuilds').select('channel').where('channel', '=', channel).executeTakeFirst();
  await until('everything is made again', async () => (await waiting()) === undefined, 600_000);
  const wallMs = performance.now() - began;
  const after = spent();
  const made = sizeOf(root);
  return {
    wallMs,
    userMs: after.user - before.user,
    cpuMs: after.cpu - before.cpu,
    memoryMb: peakMemoryMb(worker.pid),
    files: made.files - already.files,
    bytes: made.bytes - already.bytes,
  };
}

async function runHugo(folder: string): Promise<Turn> {
  const made = join(folder, 'made');
  rmSync(made, { recursive: true, force: true });
  const run = await runWatched('hugo', ['--source', folder, '--destination', made, '--quiet']);
  return { ...run, ...sizeOf(made) };
}

function sizeOf(root: string): { files: number; bytes: number } {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { files: entries.length, bytes: entries.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0) };
}

function figuresOf({ html, feeds, hugo }: Turns): Figure[] {
  const middle = (turns: readonly Turn[], key: keyof Turn) =>
    percentile(
      turns.map((turn) => turn[key]),
      0.5,
    );
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const line = (what: string, turns: readonly Turn[]): Figure => ({
    what,
    found:
      `${seconds(middle(turns, 'wallMs'))}, user CPU ${seconds(middle(turns, 'userMs'))} of ${seconds(middle(turns, 'cpuMs'))} CPU, at most ${middle(turns, 'memoryMb')} MB; ` +
      `${middle(turns, 'files')} files, ${(middle(turns, 'bytes') / 1e6).toFixed(0)} MB`,
    wanted: '',
    right: true,
  });
  const ratio = (what: string, key: keyof Turn, { most, said }: { most: number; said: string }): Figure => {
    const found = middle(html, key) / middle(hugo, key);
    return { what, found: found.toFixed(2), wanted: said, right: found <= most };
  };
  return [
    line('html', html),
    line('Hugo', hugo),
    line('feeds', feeds),
    ratio('html over Hugo, user CPU', 'userMs', { most: 1 / 8, said: 'at most 0.125' }),
    ratio('html over Hugo, memory', 'memoryMb', { most: 1 / 10, said: 'at most 0.1' }),
    ratio('html over Hugo, time', 'wallMs', { most: 1, said: 'at most 1' }),
  ];
}
