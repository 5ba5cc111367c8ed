import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/*
 * What documents and messages point to is there.
 */

const ROOT = join(import.meta.dirname, '../..');

const documents = ['README.md', 'CHANGELOG.md', 'test/README.md', ...filesBelow('docs', '.md')];
const sources = filesBelow('src', '.ts');

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The names that a document's headings can be linked to by, as forges make them. */
function anchorsOf(file: string): string[] {
  return [...read(file).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every test that the guarantees name exists', () => {
  const named = [...read('docs/guarantees.md').matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(9);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every promise names a test', () => {
  const promised = read('docs/guarantees.md').split('## Not promised')[0]!;
  const promises = promised.split(/^(?=\d+\. )/m).slice(1);
  expect(promises.filter((promise) => !promise.includes('`test/')).map((promise) => promise.split('\n')[0])).toEqual([]);
});

test('every link between documents leads to a file, and to a heading in it', () => {
  const broken = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path, anchor] = target.split('#') as [string, string | undefined];
        const to = path === '' ? file : relative(ROOT, resolve(ROOT, dirname(file), path));
        if (!existsSync(join(ROOT, to))) return true;
        return anchor !== undefined && !anchorsOf(to).includes(anchor);
      })
      .map((target) => `${file}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every place in the documents that a message names exists', () => {
  const broken = sources.flatMap((file) =>
    [...read(file).matchAll(/(docs\/[\w-]+\.md)(?:#([\w-]+))?/g)]
      .filter(([, path, anchor]) => !existsSync(join(ROOT, path!)) || (anchor !== undefined && !anchorsOf(path!).includes(anchor)))
      .map(([place]) => `${file}: ${place}`),
  );
  expect(broken).toEqual([]);
});
