import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/*
 * Who may know whom. The rules stand in the table below and are read off the imports, so that the structure cannot drift unseen.
 */

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = join(ROOT, 'src');

/** What each room of shared/ may import, beside its own files. */
const ROOMS: Record<string, readonly string[]> = {
  platform: [],
  schema: ['platform'],
  queue: ['platform', 'schema'],
  release: ['platform', 'schema'],
  accounts: ['platform', 'schema', 'queue'],
  intake: ['platform', 'release'],
  subscribers: ['platform', 'schema', 'release', 'queue'],
  site: ['platform', 'release'],
  feeds: ['platform', 'release'],
  mail: ['platform', 'release'],
  delivery: ['platform', 'schema', 'release', 'subscribers', 'mail'],
  preview: ['platform', 'release', 'site', 'feeds', 'mail'],
  archive: ['platform', 'schema', 'release'],
  backup: ['platform', 'schema', 'release', 'accounts', 'delivery', 'archive'],
  websub: ['platform', 'schema', 'release', 'accounts'],
  webhooks: ['platform', 'schema', 'release', 'accounts'],
  publishing: ['platform', 'schema', 'release', 'accounts', 'subscribers', 'delivery', 'queue', 'websub', 'webhooks'],
};

/** Only these open the services; everybody else is handed them. */
const OPENERS = ['producers/main.ts', 'producers/cli.ts', 'workers/main.ts'];

const FORBIDDEN_NAMES = ['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'types', 'constants', 'misc', 'core', 'manager', 'index'];

/** What is spelled in one file only: [what it is, how it looks, where]. */
const SPELLED_ONCE: readonly [string, RegExp, string][] = [
  ["the prefix of this installation's Redis keys", /['"`]\{depesch\}/, 'shared/platform/redis.ts'],
  ['the folder of public files', /dataDir\b[^\n]*['"`]\/?public['"`/]/, 'shared/release/addresses.ts'],
];

/** Nobody reads longer files; the aim is 150. Tables of interface texts are looked up, not read. */
const LONGEST_FILE = 250;
const TEXT_TABLE = /(^|\/)words(-\w+)?\.ts$/;

type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean };

const files = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(SOURCE, join(entry.parentPath, entry.name)));
const texts = new Map(files.map((file) => [file, readFileSync(join(SOURCE, file), 'utf8')]));
const imports = files.flatMap(importsOf);

/** Imports of our own files, as paths below src/. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const statement =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'";]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)|(?:^|\n)import\s+'(\.[^']+)'/g;
  for (const match of texts.get(file)!.matchAll(statement)) {
    const target = match[2] ?? match[3] ?? match[4]!;
    found.push({ from: file, to: relative(SOURCE, resolve(SOURCE, dirname(file), target)), typeOnly: match[1] !== undefined });
  }
  return found;
}

function show({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

/** `shared/release/x.ts` → release; `shared/services.ts` → services.ts. */
function roomOf(file: string): string | undefined {
  return file.startsWith('shared/') ? file.split('/')[1] : undefined;
}

/** The folder of producers/ a file lies in; undefined for main.ts and cli.ts. */
function doorOf(file: string): string | undefined {
  const parts = file.split('/');
  return parts[0] === 'producers' && parts.length > 2 ? parts[1] : undefined;
}

const isServicesType = (line: Import) => line.to === 'shared/services.ts' && line.typeOnly;

describe('who may import whom', () => {
  test('every file of src/ lies in a room, with the producers or with the workers', () => {
    const homeless = files.filter(
      (file) => !(file === 'shared/services.ts' || /^(producers|workers)\//.test(file) || (roomOf(file) ?? '') in ROOMS),
    );
    expect(homeless).toEqual([]);
  });

  test('a room imports only the rooms of its line in the table', () => {
    const wrong = imports.filter((line) => {
      const [room, target] = [roomOf(line.from), roomOf(line.to)];
      if (room === undefined || room === 'services.ts' || isServicesType(line)) return false;
      return target === undefined || (target !== room && !ROOMS[room]!.includes(target));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('only the programs open the services; everybody else may name their type', () => {
    const wrong = imports.filter((line) => line.to === 'shared/services.ts' && !line.typeOnly && !OPENERS.includes(line.from));
    expect(wrong.map(show)).toEqual([]);
  });

  test('producers import neither workers nor each other; main.ts and cli.ts bring them together', () => {
    const wrong = imports.filter((line) => {
      if (!line.from.startsWith('producers/')) return false;
      if (line.to.startsWith('workers/')) return true;
      const [door, target] = [doorOf(line.from), doorOf(line.to)];
      return door !== undefined && line.to.startsWith('producers/') && target !== door;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('workers import neither producers nor each other, but for run.ts', () => {
    const wrong = imports.filter((line) => {
      if (!line.from.startsWith('workers/')) return false;
      if (line.to.startsWith('producers/')) return true;
      if (line.from === 'workers/run.ts' && line.to === 'workers/receipt.ts') return false;
      return line.to.startsWith('workers/') && line.from !== 'workers/main.ts' && line.to !== 'workers/run.ts';
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('nothing imports itself round a corner', () => {
    // Types are gone when the program runs; a cycle of them can do no harm.
    const graph = Map.groupBy(
      imports.filter((line) => !line.typeOnly),
      (line) => line.from,
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (path.includes(file) || done.has(file)) return;
      for (const { to } of graph.get(file) ?? []) walk(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(cycles).toEqual([]);
  });
});

describe('how files are named and what they may touch', () => {
  test('no file or folder has a name that says nothing, and no index.ts hides what is imported', () => {
    const named = (file: string) => file.split('/').map((part) => basename(part, '.ts').replace(/\.test$/, ''));
    expect(files.filter((file) => named(file).some((name) => FORBIDDEN_NAMES.includes(name)))).toEqual([]);
  });

  test('file names are kebab-case', () => {
    expect(files.filter((file) => !/^[a-z0-9./-]+$/.test(file))).toEqual([]);
  });

  test('nothing is exported by default', () => {
    expect(files.filter((file) => /^export default\b/m.test(texts.get(file)!))).toEqual([]);
  });

  test('only platform/config.ts reads the environment', () => {
    expect(files.filter((file) => /\bprocess\.env\b/.test(texts.get(file)!))).toEqual(['shared/platform/config.ts']);
  });

  test('only cli.ts prints', () => {
    expect(files.filter((file) => /\bconsole\.\w+\(/.test(texts.get(file)!))).toEqual(['producers/cli.ts']);
  });

  test.each(SPELLED_ONCE)('%s is spelled in one file', (_what, pattern, home) => {
    const found = files.filter((file) => pattern.test(texts.get(file)!));
    expect(found).toEqual([home]);
  });

  test(`no file is longer than ${LONGEST_FILE} lines`, () => {
    const long = files.filter((file) => !TEXT_TABLE.test(file) && texts.get(file)!.split('\n').length - 1 > LONGEST_FILE);
    expect(long).toEqual([]);
  });
});
