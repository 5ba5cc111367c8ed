import { PassThrough, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onTheLine, WholeText } from '../../../src/shared/mail/whole-text.ts';

/** What stands on the line after 354. */
async function written(raw: string): Promise<string> {
  const between = new Transform();
  new WholeText(Buffer.from(raw, 'latin1')).pipe(between);
  return (await buffer(between.pipe(new PassThrough()))).toString('latin1');
}

/** What a server reads (RFC 5321 4.5.2): lines up to the one that is a dot alone, a leading dot taken away. */
function read(data: string): { text: string; rest: string } {
  const lines = data.split('\r\n');
  const end = lines.indexOf('.');
  return {
    text: lines
      .slice(0, end)
      .map((line) => line.replace(/^\./, ''))
      .join('\r\n'),
    rest: lines.slice(end + 1).join('\r\n'),
  };
}

it('a regular letter goes out byte for byte, the final dot after it', async () => {
  const letter = Buffer.from('Subject: hej\r\n\r\nEtt brev.\r\n');
  expect(onTheLine(letter)).toBe(letter);
  expect(await written(letter.toString('latin1'))).toBe(`${letter.toString('latin1')}.\r\n`);
});

it('whatever stands in it, a server reads the same lines and the text ends once', async () => {
  const piece = fc.constantFrom('.', '\r', '\n', '\r\n', '\r\n.', '\n.\n', '\r.\r', 'a', 'å', ' ', '..');
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const letter = pieces.join('');
      const { text, rest } = read(await written(letter));
      const lines = letter.replace(/\r\n|\r|\n/g, '\r\n');
      expect(text).toBe(lines.endsWith('\r\n') ? lines.slice(0, -2) : lines);
      expect(rest).toBe('');
    }),
    { numRuns: 500 },
  );
});
