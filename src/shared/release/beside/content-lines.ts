/*
 * Content lines, the form that iCalendar (RFC 5545 section 3.1) and vCard (RFC 2426 section 2.6) share: `NAME;PARAMETER=value:value`, folded.
 */

/** Octets of a line without its end. */
const LONGEST_LINE = 75;

/** A value of type TEXT: no line ends, and none of the characters that part lists. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** Lines as a file: each folded to 75 octets without splitting a character, CRLF after each. Undefined lines vanish. */
export function renderContentLines(lines: readonly (string | undefined)[]): string {
  return lines.map((line) => (line === undefined ? '' : `${fold(line)}\r\n`)).join('');
}

function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LONGEST_LINE) {
      folded += '\r\n ';
      // The space that begins a continued line counts.
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}
