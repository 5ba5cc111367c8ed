import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** What was written or read: enough to know the same bytes again. */
export type Measured = { readonly bytes: number; readonly sha256: string };

type Chunks = AsyncIterable<Buffer>;

/** Passes chunks on and measures them on their way. */
function meter(): { pass(chunks: Chunks): AsyncGenerator<Buffer>; measured(): Measured } {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *pass(chunks) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
        yield chunk;
      }
    },
    measured: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}

/** `private` is for backups, which hold addresses and keys: only their owner may read them. */
export type Keeping = 'private' | 'house';

/** Copies a file and measures it; the target appears whole and flushed, or not at all. */
export async function copyMeasured(source: string, target: string, keeping: Keeping): Promise<Measured> {
  const { pass, measured } = meter();
  const [folderMode, fileMode] = keeping === 'private' ? [0o700, 0o600] : [0o755, 0o644];
  await mkdir(dirname(target), { recursive: true, mode: folderMode });
  const aside = `${target}.aside`;
  await pipeline(createReadStream(source), pass, createWriteStream(aside, { mode: fileMode, flush: true }));
  await rename(aside, target);
  return measured();
}

/** Reads a file to its end and measures it. */
export async function measureFile(path: string): Promise<Measured> {
  const { pass, measured } = meter();
  await pipeline(createReadStream(path), pass, async (chunks: Chunks) => {
    for await (const _chunk of chunks);
  });
  return measured();
}

/** Writes lines compressed; gives the file's measure, how many lines there were, and the hash over them as they were. */
export async function writeLines(
  path: string,
  groups: AsyncIterable<readonly string[]>,
): Promise<{ file: Measured; rows: number; sha256: string }> {
  const lines = createHash('sha256');
  let rows = 0;
  async function* text() {
    for await (const group of groups) {
      rows += group.length;
      const piece = Buffer.from(`${group.join('\n')}\n`);
      lines.update(piece);
      yield piece;
    }
  }
  const { pass, measured } = meter();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await pipeline(Readable.from(text()), createGzip(), pass, createWriteStream(path, { mode: 0o600, flush: true }));
  return { file: measured(), rows, sha256: lines.digest('hex') };
}

/** Enough for one statement: PostgreSQL takes far more, but holds it all in memory. */
const CHARACTERS_AT_ONCE = 2_000_000;

/** Reads compressed lines in groups. Split at line feeds alone: JSON may hold every other line separator of Unicode as it is. */
export async function* readCompressedLines(path: string): AsyncGenerator<readonly string[]> {
  const source = createReadStream(path);
  const text = source.pipe(createGunzip());
  source.once('error', (error) => text.destroy(error));
  text.setEncoding('utf8');
  let rest = '';
  for await (const piece of text as AsyncIterable<string>) {
    rest += piece;
    if (rest.length < CHARACTERS_AT_ONCE) continue;
    const lines = rest.split('\n');
    rest = lines.pop()!;
    if (lines.length > 0) yield lines;
  }
  const lines = rest.split('\n').filter((line) => line !== '');
  if (lines.length > 0) yield lines;
}
