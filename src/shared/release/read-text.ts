import { readFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { messageOf, type Problem } from '../platform/failure.ts';
import { formatBytes } from './dates.ts';
import { cleanText } from './text.ts';

/** Larger files are refused unread: nothing people write by hand comes near. */
const FILE_MOST = 2_000_000;

export type TextFile = { readonly name: string; readonly text: string; readonly problems: readonly Problem[] };

/** A path as the person at the terminal would write it. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}

/** Reads a text file that a person wrote: UTF-8, cleaned, line ends as \n. What is wrong stands in `problems`; then `text` is empty. */
export async function readText(path: string): Promise<TextFile> {
  const name = shownPath(path);
  const failed = (message: string, remedy: string): TextFile => ({
    name,
    text: '',
    problems: [{ at: name, field: '', message, remedy, severity: 'error' }],
  });
  try {
    const { size } = await stat(path);
    if (size > FILE_MOST) return failed(`the file has ${formatBytes(size, 'en')}.`, `It may have ${formatBytes(FILE_MOST, 'en')}.`);
    return decodeText(await readFile(path), name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return failed('the file does not exist.', `Is the path right? It is read from ${process.cwd()}.`);
    if (code === 'EISDIR') return failed('is a folder.', 'Name the file in it.');
    return failed(`the file cannot be read: ${messageOf(error)}.`, 'Check who may read it.');
  }
}

/** Bytes as clean text. */
function decodeText(bytes: Uint8Array, name: string): TextFile {
  const problem = (message: string, remedy: string): TextFile => ({
    name,
    text: '',
    problems: [{ at: name, field: '', message, remedy, severity: 'error' }],
  });
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes.subarray(0, 64).includes(0);
  if (wide) return problem('the file is not plain text in UTF-8.', 'Save it as plain text with the encoding UTF-8.');
  try {
    return cleanFile(new TextDecoder('utf-8', { fatal: true }).decode(bytes), name);
  } catch {
    return problem('the file is not in UTF-8: å, ä and ö would be wrong.', 'Save it with the encoding UTF-8.');
  }
}

/** Text of a file, cleaned. Characters that had to go are named, so that nothing vanishes unseen. */
export function cleanFile(text: string, name: string): TextFile {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const problems: Problem[] = [];
  const cleaned = lines.map((line, index) => {
    const clean = cleanText(line);
    const lost = invisible(line).length;
    if (lost > 0) {
      const message = `${lost === 1 ? 'a character that cannot be shown was' : `${lost} characters that cannot be shown were`} left out.`;
      problems.push({
        at: `${name}:${index + 1}`,
        field: '',
        message,
        remedy: 'Read the line once more; such characters come with pasted text.',
        severity: 'advice',
      });
    }
    // A line separator inside a line would move every line number below it.
    return clean.replaceAll('\n', ' ');
  });
  return { name, text: cleaned.join('\n'), problems };
}

function invisible(line: string): RegExpMatchArray | [] {
  return line.match(/[\u0000-\u0008\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu) ?? [];
}
