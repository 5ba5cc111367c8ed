/*
 * Text is cleaned once, at the edge: whatever was pasted, what we keep can stand in XML 1.0, HTML, JSON and a letter.
 * Cleaning clean text changes nothing.
 */

/** Bytes 0x80–0x9F of Windows-1252, which arrive as C1 controls when a paste was decoded as Latin-1. Five of them mean nothing. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

// XML 1.0 section 2.2 Char, and beyond it DEL, C1 controls, byte order marks inside text and noncharacters, which HTML calls errors.
const UNCLEAN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff]|[\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}\u{4fffe}\u{4ffff}\u{5fffe}\u{5ffff}\u{6fffe}\u{6ffff}\u{7fffe}\u{7ffff}\u{8fffe}\u{8ffff}\u{9fffe}\u{9ffff}\u{afffe}\u{affff}\u{bfffe}\u{bffff}\u{cfffe}\u{cffff}\u{dfffe}\u{dffff}\u{efffe}\u{effff}\u{ffffe}\u{fffff}\u{10fffe}\u{10ffff}]/gu;

/** What most texts are made of, none of it unclean and all of it in NFC: to see so is quicker than to clean. */
const CLEAN = /^[\n\t\u0020-\u007e\u00a0-\u02ff\u2010-\u2027\u2030-\u2038]*$/;

const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

/** Well-formed Unicode in NFC, without characters that XML 1.0 or HTML cannot carry, bidirectional controls balanced within each line. */
export function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  // Line ends first (XML 1.0 2.11): what counts as a line must not change after its controls were balanced.
  const whole = text.toWellFormed().replace(/\r\n?/g, '\n').replace(UNCLEAN, replacement);
  return (BIDI.test(whole) ? whole.split('\n').map(balanceBidi).join('\n') : whole).normalize('NFC');
}

/** Cleans every text inside a JSON value, names of members included. */
export function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [cleanText(key), cleanDeep(member)]));
}

function replacement(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x2028 || code === 0x2029 || code === 0x0b || code === 0x0c) return '\n';
  if (code < 0x80 || code > 0x9f) return '';
  const meant = WINDOWS_1252[code - 0x80]!;
  return meant.codePointAt(0) === code ? '' : meant;
}

const CLOSES: Record<string, string> = {
  '\u202a': '\u202c',
  '\u202b': '\u202c',
  '\u2066': '\u2069',
  '\u2067': '\u2069',
  '\u2068': '\u2069',
};

/**
 * Drops overrides (U+202D, U+202E), which only deceive, and closers that close nothing; closes at the end of the line what was left open,
 * so that no text turns round what stands after it.
 */
function balanceBidi(line: string): string {
  const open: string[] = [];
  let text = '';
  for (const character of line) {
    const closer = CLOSES[character];
    if (closer) open.push(closer);
    else if (character === '\u202d' || character === '\u202e') continue;
    else if (character === '\u202c' || character === '\u2069') {
      if (open.at(-1) !== character) continue;
      open.pop();
    }
    text += character;
  }
  return text + open.reverse().join('');
}

/** Schemes a reader may be sent to; everything else (javascript:, data:, file:) is refused. */
const SAFE_SCHEMES = ['http:', 'https:', 'mailto:', 'tel:'];

/** The address when it is whole and its scheme is http, https, mailto or tel; undefined otherwise. Never throws. */
export function safeUrl(text: string): string | undefined {
  const address = text.trim();
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!SAFE_SCHEMES.includes(url.protocol)) return undefined;
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    // A name before @ makes an address look like another house's.
    return url.username || url.password || !url.hostname ? undefined : url.href;
  }
  return /[\s\p{Cc}]/u.test(address) ? undefined : address;
}
