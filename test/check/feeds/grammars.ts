import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Line } from '../../../src/shared/release/values.ts';
import { type Figure, runProgram } from '../../support/check.ts';
import { feedText } from '../../support/feed-documents.ts';
import { hostileContent, LONGEST, viewOfContent } from '../../support/hostile-releases.ts';
import { hostileText } from '../../support/hostile-texts.ts';
import { samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

export type XmlFormat = 'rss' | 'atom';
const FORMATS: readonly XmlFormat[] = ['rss', 'atom'];
const HOSTILE_FEEDS = 200;

/** What jing says against documents, each line with the name of its document. */
async function judge(format: XmlFormat, documents: ReadonlyMap<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'depesch-jing-'));
  try {
    const names = [...documents.keys()];
    const files = names.map((_, index) => join(folder, `${index}.xml`));
    await Promise.all(files.map((file, index) => writeFile(file, documents.get(names[index]!)!)));
    const { status, out, err } = await runProgram('jing', ['-c', join(import.meta.dirname, `${format}.rnc`), ...files]);
    const lines = `${out}${err}`.split('\n').filter((line) => /: (error|fatal)/.test(line));
    if (status !== 0 && lines.length === 0) throw new Error(`jing did not answer: ${out}${err}`);
    return lines.map((line) => line.replace(/^.*\/(\d+)\.xml/, (_, index: string) => names[Number(index)]!));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Feeds of releases, newsrooms and reasons with hostile texts. */
function hostileFeeds(format: XmlFormat, seed: number): Map<string, string> {
  const texts = fc.sample(hostileText, { numRuns: HOSTILE_FEEDS, seed });
  const contents = [LONGEST, ...fc.sample(hostileContent, { numRuns: HOSTILE_FEEDS - 1, seed })];
  return new Map(
    contents.map((content, index) => {
      const said = Line.parse(`x${texts[index]!.slice(0, 400)}`);
      const publisher = samplePublisher({ name: said, publisher: said });
      const feed = { list: 'all', live: [viewOfContent(content), sampleView()], gone: [sampleWithdrawn({ reason: said })] };
      return [`hostile ${seed}/${index}`, feedText(format, feed, publisher)];
    }),
  );
}

/** Holds the feeds of a site, by path, and hostile ones of that seed against the formats' grammars. */
export async function againstGrammars(feeds: Readonly<Record<XmlFormat, ReadonlyMap<string, string>>>, seed: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const format of FORMATS) {
    const groups = [
      ['of the demo', feeds[format]],
      ['of releases with hostile texts', hostileFeeds(format, seed)],
    ] as const;
    for (const [what, documents] of groups) {
      const errors = await judge(format, documents);
      for (const line of errors.slice(0, 20)) process.stdout.write(`  ${line}\n`);
      const right = errors.length === 0 && documents.size > 0;
      figures.push({
        what: `errors in ${documents.size} ${format === 'rss' ? 'RSS' : 'Atom'} feeds ${what}`,
        found: `${errors.length}`,
        wanted: '0',
        right,
      });
    }
  }
  return figures;
}
