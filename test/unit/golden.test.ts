import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryFiles, manifestOf } from '../../src/shared/archive/entry.ts';
import { manifestText } from '../../src/shared/archive/manifest.ts';
import { canonicalJson, type Json, sha256Hex } from '../../src/shared/platform/canonical.ts';
import { type ChannelBytes, renderChannels } from '../../src/shared/preview/preview.ts';
import type { PublicView, Publisher } from '../../src/shared/release/view.ts';
import { readDemoViews } from '../support/demo-views.ts';
import { sampleLetters } from '../support/letter-kinds.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView, sampleWithdrawn } from '../support/views.ts';

/*
 * Whole documents, release by release and channel by channel, kept under test/golden. A change of any template shows here as a diff that a
 * person reads; `npx vitest run --project unit test/unit/golden.test.ts -u` accepts it.
 */
const GOLDEN = join(import.meta.dirname, '../golden');

const FILES: Record<string, keyof ChannelBytes> = {
  'page.html': 'page',
  'rss.xml': 'rss',
  'atom.xml': 'atom',
  'feed.json': 'json',
  'ninjs.json': 'ninjs',
  'letter.html': 'letterHtml',
  'letter.txt': 'letterText',
};

const samples = { publisher: samplePublisher(), views: [sampleView(), sampleInvitation(), sampleEnglish(), sampleWithdrawn()] };
const demo = await readDemoViews();
const cases: [string, PublicView, Publisher][] = [
  ...samples.views.map((view): [string, PublicView, Publisher] => [`samples/${view.slug}`, view, samples.publisher]),
  ...[...demo.views.values()].map((view): [string, PublicView, Publisher] => [`demo/${view.slug}`, view, demo.publisher]),
];

test.each(cases)('%s is, in every channel, the document that was last accepted', async (folder, view, publisher) => {
  const channels = withoutStyleHash(renderChannels(view, publisher));
  for (const [file, name] of Object.entries(FILES)) await expect(channels[name]).toMatchFileSnapshot(join(GOLDEN, folder, file));
  await expect(archiveOf(view, publisher, channels)).toMatchFileSnapshot(join(GOLDEN, folder, 'archive.json'));
});

/** Letters that the channels of a single release do not show. */
const LETTERS = ['correction', 'correction-en', 'withdrawal-en', 'digest', 'digest-en', 'confirmation', 'confirmation-en'];
const letters = Object.entries(sampleLetters()).filter(([name]) => LETTERS.includes(name));

test.each(letters)('the letter %s is the one that was last accepted', async (name, { html, text }) => {
  await expect(html).toMatchFileSnapshot(join(GOLDEN, 'letters', `${name}.html`));
  await expect(text).toMatchFileSnapshot(join(GOLDEN, 'letters', `${name}.txt`));
});

/** A changed stylesheet or script has another name; the pages that name it have not changed. */
function withoutStyleHash(channels: ChannelBytes): ChannelBytes {
  return { ...channels, page: channels.page.replace(/\/(style|icon|page)\.[0-9a-f]{16}\./g, '/$1.') };
}

/** What an entry was made with changes with every line of the program; the documents that a person reads here do not. */
function withoutProgram<File extends object>(file: File): File {
  if (!('data' in file) || typeof file.data !== 'string') return file;
  return { ...file, data: file.data.replace(/"madeWith":"[0-9a-f]{64}"/, `"madeWith":"${'0'.repeat(64)}"`) };
}

/** The manifest of the entry and its record, as they are kept but for white space. */
function archiveOf(view: PublicView, publisher: Publisher, channels: ChannelBytes): string {
  const content = view.kind === 'withdrawal' ? { withdrawal: view.reason } : view.content;
  const revision = {
    content,
    hash: sha256Hex(canonicalJson(content as unknown as Json)),
    author: 'elin',
    approver: 'jonas',
    change_note: view.kind === 'withdrawal' ? view.reason : view.changeNote,
    conceal: view.kind === 'withdrawal',
  };
  const names = new Map([
    ['elin', 'Elin Sand'],
    ['jonas', 'Jonas Lind'],
  ]);
  const newsroomHash = sha256Hex(canonicalJson(publisher.newsroom as unknown as Json));
  const files = entryFiles({ view, revision, names, channels, publisher, newsroomHash, dataDir: '/data' }).map(withoutProgram);
  const of = { release: view.id, n: view.n, publication: view.publication, publishedAt: view.publishedAt };
  const record = files.find((file) => file.name === 'record.json')!;
  return `${JSON.stringify({ manifest: JSON.parse(manifestText(manifestOf('entry', of, files))), record: JSON.parse('data' in record ? record.data : '') }, null, 2)}\n`;
}
