import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, type Figure, runProgram } from '../support/check.ts';
import { type Answer, askOf, crawl } from '../support/crawl.ts';
import { type DemoSite, openDemoSite } from '../support/demo-site.ts';
import { hostilePages } from '../support/hostile-releases.ts';
import { npmTool } from '../support/npm-tool.ts';
import { PUBLIC_PAGES } from '../support/public-pages.ts';

const VERSION = '26.9.27';
const HOSTILE_RELEASES = 100;

type Message = {
  readonly type: 'error' | 'info' | 'non-document-error';
  readonly subType?: string;
  readonly url: string;
  readonly message: string;
};
type Judged = { readonly path: string; readonly type: Message['type'] | 'warning'; readonly message: string };

/** What the Nu checker says about documents, named by their paths. */
async function judge(documents: ReadonlyMap<string, string>, kind: 'html' | 'css' | 'svg'): Promise<Judged[]> {
  const jar = join(await npmTool('vnu-jar', VERSION), 'build/dist/vnu.jar');
  const folder = await mkdtemp(join(tmpdir(), 'depesch-nu-'));
  try {
    const paths = [...documents.keys()];
    await Promise.all(paths.map((path, index) => writeFile(join(folder, `${index}.${kind}`), documents.get(path)!)));
    const { out, err } = await runProgram('java', ['-Xss2m', '-jar', jar, `--${kind}`, '--format', 'json', '--stdout', folder]);
    if (!out.startsWith('{')) throw new Error(`the Nu checker did not answer: ${out}${err}`);
    const { messages } = JSON.parse(out) as { messages: Message[] };
    return messages.map(({ url, type, subType, message }) => ({
      path: paths[Number(/(\d+)\.\w+$/.exec(url)?.[1])] ?? url,
      type: subType === 'warning' ? 'warning' : type,
      message,
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every document of the site by path: what its pages lead to, and the types of pages nobody links to. */
async function readSite(site: DemoSite): Promise<Map<string, Answer>> {
  const paths = PUBLIC_PAGES.map(({ path }) => path(site));
  return crawl(askOf(site.origin), { from: ['/', ...paths], baseUrl: site.origin });
}

function ofType(answers: ReadonlyMap<string, Answer>, type: string): Map<string, string> {
  return new Map([...answers].filter(([, answer]) => answer.type.startsWith(type)).map(([path, { body }]) => [path, body]));
}

async function run(): ReturnType<Check['run']> {
  const site = await openDemoSite();
  const answers = await readSite(site).finally(() => site.close());
  const figures: Figure[] = [];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const warnings = new Set<string>();
  const groups = [
    ['pages of the demo', ofType(answers, 'text/html'), 'html'],
    ['pages of releases with hostile texts', hostilePages(HOSTILE_RELEASES, seed), 'html'],
    ['stylesheets', ofType(answers, 'text/css'), 'css'],
    ['SVG files', ofType(answers, 'image/svg+xml'), 'svg'],
  ] as const;
  for (const [what, documents, kind] of groups) {
    const found = await judge(documents, kind);
    const errors = found.filter(({ type }) => type !== 'info' && type !== 'warning');
    for (const { path, message } of errors) process.stdout.write(`  ${path}: ${message}\n`);
    for (const { type, message } of found) if (type === 'warning') warnings.add(message);
    figures.push({
      what: `errors on ${documents.size} ${what}`,
      found: `${errors.length}`,
      wanted: '0',
      right: errors.length === 0 && documents.size > 0,
    });
  }
  const notes = [
    `Every page that can be reached from the front page or stands in the table of page types (test/support/public-pages.ts, ${PUBLIC_PAGES.length} types).`,
    `The ${HOSTILE_RELEASES} hostile releases are those of seed ${seed} (test/support/hostile-releases.ts), on the four kinds of pages that show a release’s words.`,
    warnings.size === 0 ? 'No warnings either.' : `Warnings: ${[...warnings].join(' ')}`,
  ];
  return { with: `Nu HTML checker ${VERSION}`, figures, notes };
}

export const check: Check = {
  about: 'every page of the demo, judged by the Nu HTML checker',
  missing: async () =>
    (await runProgram('java', ['-version'])).status === 0 ? undefined : 'java is not here: apt-get install default-jre-headless',
  run,
};
