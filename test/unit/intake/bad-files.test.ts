import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { checkingFiles, readReleaseFile } from '../../../src/shared/intake/release-file.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { expectProblem, problemsIn, releaseText } from '../../support/releases.ts';

describe('a bad file on the disk is answered with place, field and remedy:', () => {
  let folder: string;
  const limits = { imageBytes: 100_000, attachmentBytes: 1_000 };
  const resolve = checkingFiles({ limits });
  const problemsOfFile = async (name: string, data: string | Uint8Array) => {
    await writeFile(join(folder, name), data);
    return problemsIn(() => readReleaseFile(join(folder, name), { resolve, newsroom: sampleNewsroom() }));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'depesch-intake-'));
    const noise = sharp({
      create: { width: 600, height: 600, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
    });
    await writeFile(join(folder, 'stor.png'), await noise.png().toBuffer());
    await writeFile(
      join(folder, 'hus.jpg'),
      await sharp({ create: { width: 60, height: 40, channels: 3, background: '#888' } })
        .jpeg()
        .toBuffer(),
    );
    await writeFile(
      join(folder, 'halv.jpg'),
      (
        await sharp({ create: { width: 60, height: 40, channels: 3, background: '#888' } })
          .jpeg()
          .toBuffer()
      ).subarray(0, 200),
    );
    await writeFile(join(folder, 'text.jpg'), 'inte en bild');
    await writeFile(join(folder, 'ritning.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await writeFile(join(folder, 'sida.html'), '<script>alert(1)</script>');
    await writeFile(join(folder, 'falsk.pdf'), '<script>alert(1)</script>');
    await writeFile(join(folder, 'lang.txt'), 'x'.repeat(2_000));
    await writeFile(join(folder, 'tom.txt'), '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // biome-ignore format: a row a line reads as a table
  it.each([
    { file: 'huss.jpg', says: 'huss.jpg does not exist', remedy: 'Near: hus.jpg.' },
    { file: 'text.jpg', says: 'text.jpg is not a picture', remedy: 'JPEG' },
    { file: 'halv.jpg', says: 'halv.jpg is damaged', remedy: 'save it again' },
    { file: 'stor.png', says: /stor.png is .*, more than 100\skB/, remedy: 'smaller' },
    { file: 'ritning.svg', says: 'is a drawing (SVG)', remedy: 'PNG' },
    { file: '../', says: 'is not a file', remedy: 'Name the file' },
  ])('the picture $file', async ({ file, says, remedy }) => {
    const problems = await problemsOfFile('ny.md', releaseText({ fields: `images:\n  - alt: Ett hus.\n    file: ${file}\n    credit: x` }));
    expectProblem(problems, { at: `${join(folder, 'ny.md')}:9`, field: 'images[0].file', says, remedy });
  });

  // biome-ignore format: a row a line reads as a table
  it.each([
    { file: 'sida.html', says: 'a kind that is not handed out (.html)', remedy: 'pdf' },
    { file: 'falsk.pdf', says: 'its content is something else', remedy: 'pdf' },
    { file: 'lang.txt', says: /is 2\skB, more than 1\skB/, remedy: 'smaller' },
    { file: 'tom.txt', says: 'is empty', remedy: 'again' },
    { file: 'saknas', says: 'does not exist', remedy: 'Paths are read from the release file' },
  ])('the attachment $file', async ({ file, says, remedy }) => {
    const problems = await problemsOfFile('ny.md', releaseText({ fields: `attachments:\n  - file: ${file}\n    title: Beslut` }));
    expectProblem(problems, { at: `${join(folder, 'ny.md')}:8`, field: 'attachments[0].file', says, remedy });
  });

  it('an attachment without a title', async () => {
    const problems = await problemsOfFile('ny.md', releaseText({ fields: 'attachments:\n  - file: hus.jpg' }));
    expectProblem(problems, {
      at: `${join(folder, 'ny.md')}:8`,
      field: 'attachments[0].title',
      says: 'is missing',
      remedy: 'Say what the document is',
    });
  });

  // biome-ignore format: a row a line reads as a table
  it.each([
    { name: 'latin.md', data: Buffer.from(releaseText({ title: 'Åre' }), 'latin1'), says: 'is not in UTF-8' },
    { name: 'wide.md', data: Buffer.from(`\ufeff${releaseText()}`, 'utf16le'), says: 'is not plain text in UTF-8' },
    { name: 'nul.md', data: Buffer.from(releaseText({ title: 'A\0B' })), says: 'is not plain text in UTF-8' },
    { name: 'large.md', data: Buffer.alloc(3_000_000, 'a'), says: 'has 3\\sMB' },
  ])('the text $name', async ({ name, data, says }) => {
    expectProblem(await problemsOfFile(name, data), {
      at: join(folder, name),
      field: '',
      says: new RegExp(says),
      remedy: /UTF-8|may have 2\sMB/,
    });
  });

  it('a release that does not exist', async () => {
    const problems = await problemsIn(() => readReleaseFile(join(folder, 'borta.md')));
    expectProblem(problems, { at: join(folder, 'borta.md'), field: '', says: 'does not exist', remedy: 'Is the path right' });
  });

  it('broken JSON, with its line', async () => {
    expectProblem(await problemsOfFile('ny.json', '{\n  "title": "x",\n  "lead": }\n'), {
      at: `${join(folder, 'ny.json')}:3`,
      field: '',
      says: 'is not JSON',
      remedy: 'Correct',
    });
  });

  it('a wrong field in JSON, with its line', async () => {
    const json = '{\n  "language": "sv",\n  "title": "x",\n  "lead": "y",\n  "body": "z",\n  "topics": ["naringliv"]\n}';
    expectProblem(await problemsOfFile('ny.json', json), {
      at: `${join(folder, 'ny.json')}:6`,
      field: 'topics',
      says: 'is not a topic',
      remedy: 'Near: naringsliv.',
    });
  });
});
