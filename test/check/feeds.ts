import { type Check, type Figure, runProgram } from '../support/check.ts';
import { askOf, crawl } from '../support/crawl.ts';
import { openDemoSite } from '../support/demo-site.ts';
import { againstGrammars } from './feeds/grammars.ts';
import { openNewsboat } from './feeds/newsboat.ts';
import { feedExtractor, feedme, feedparser, feedsmith, PYTHON, type Read, type Reader } from './feeds/readers.ts';

/** The same releases in three formats. */
const TRIOS = [
  ['/rss.xml', '/atom.xml', '/feed.json'],
  ['/en/rss.xml', '/en/atom.xml', '/en/feed.json'],
] as const;

const NEEDED: readonly (readonly [program: string, args: readonly string[], from: string])[] = [
  ['jing', ['-c', '/dev/null', '/dev/null'], 'jing'],
  ['newsboat', ['--version'], 'newsboat'],
  ['sqlite3', ['--version'], 'sqlite3'],
  [PYTHON, ['-c', 'import feedparser'], 'python3-feedparser'],
];

/** Every item of a trio that two readings understand in different ways, named by reader and format. */
async function disagreements(readers: readonly Reader[], origin: string): Promise<{ readings: number; differing: string[] }> {
  const differing: string[] = [];
  let readings = 0;
  for (const trio of TRIOS) {
    let first: Read[] | undefined;
    for (const path of trio) {
      for (const reader of readers) {
        const read = await reader.read(origin + path);
        if (read === undefined) continue;
        readings += read.length;
        first ??= sorted(read);
        if (first.length !== read.length || read.length === 0)
          differing.push(`${reader.name} ${path}: ${read.length} items, not ${first.length}`);
        for (const [index, item] of sorted(read).entries()) {
          for (const part of ['id', 'title', 'published', 'text'] as const)
            if (item[part] !== first[index]?.[part])
              differing.push(`${reader.name} ${path} ${part}: ${difference(item[part], first[index]?.[part] ?? '')}`);
        }
      }
    }
  }
  return { readings, differing };
}

const sorted = (items: readonly Read[]) => [...items].sort((one, other) => (one.id < other.id ? -1 : 1));

function difference(found: string, wanted: string): string {
  const at = [...found].findIndex((sign, index) => sign !== [...wanted][index]);
  return `“${found.slice(Math.max(0, at - 20), at + 60)}”, not “${wanted.slice(Math.max(0, at - 20), at + 60)}”`;
}

async function run(): ReturnType<Check['run']> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const site = await openDemoSite();
  const newsboat = await openNewsboat(site.origin);
  const figures: Figure[] = [];
  let readers: Reader[];
  try {
    const answers = await crawl(askOf(site.origin), { from: ['/', '/feeds/', '/en/feeds/'], baseUrl: site.origin });
    const feeds = (end: string) => new Map([...answers].filter(([path]) => path.endsWith(end)).map(([path, { body }]) => [path, body]));
    figures.push(...(await againstGrammars({ rss: feeds('/rss.xml'), atom: feeds('/atom.xml') }, seed)));
    readers = [await feedsmith('3.0.1'), await feedparser(), newsboat, await feedExtractor('8.0.3'), await feedme('2.0.2')];
    const { readings, differing } = await disagreements(readers, site.origin);
    for (const line of differing.slice(0, 20)) process.stdout.write(`  ${line}\n`);
    figures.push({
      what: `ids, titles, dates and texts on which readers differ, of ${readings} items read`,
      found: `${differing.length}`,
      wanted: '0',
      right: differing.length === 0,
    });
    const statuses = newsboat.statuses(`${site.origin}/rss.xml`).join(', ');
    figures.push({
      what: 'answers to newsboat’s first three fetches',
      found: statuses,
      wanted: '200, 200, 304',
      right: statuses === '200, 200, 304',
    });
  } finally {
    await newsboat.close();
    await site.close();
  }
  const notes = [
    'No public feed validator can be had here, so the grammars are ours: RELAX NG written from RFC 4287, RFC 6721 and RFC 5005, and from RSS 2.0 with its ' +
      `Advisory Board’s profile and the modules used (test/check/feeds/*.rnc). The hostile releases are those of seed ${seed}.`,
    `Read by ${readers.map(({ name }) => name).join(', ')}; feedparser and newsboat know no JSON Feed, feedme reads JSON alone here. Two sets of releases (all, English), each as RSS, Atom and JSON.`,
  ];
  return { with: 'jing, and the readers below', figures, notes };
}

async function missing(): Promise<string | undefined> {
  const answers = await Promise.all(NEEDED.map(async ([program, args, from]) => ({ from, ran: await runProgram(program, args) })));
  const lacking = answers.filter(({ from, ran }) => ran.status === null || (from === 'python3-feedparser' && ran.status !== 0));
  return lacking.length === 0 ? undefined : `software is not here: apt-get install ${lacking.map(({ from }) => from).join(' ')}`;
}

export const check: Check = {
  about: 'RSS and Atom held against their grammars; RSS, Atom and JSON Feed as five readers of others understand them',
  missing,
  run,
};
