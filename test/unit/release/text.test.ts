import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { escapeMarkup } from '../../../src/shared/platform/markup.ts';
import { cleanDeep, cleanText, safeUrl } from '../../../src/shared/release/text.ts';
import { anyText } from '../../support/any-text.ts';

describe('clean text', () => {
  it.each([
    ['control characters go', 'a\u0000b\u0007c\u001bd', 'abcd'],
    ['tab and line end stay', 'a\tb\nc', 'a\tb\nc'],
    ['line separators are line ends', 'a\u2028b\u2029c\u000bd', 'a\nb\nc\nd'],
    ['half a pair becomes the replacement character', 'a\ud83db', 'a\ufffdb'],
    ['noncharacters go', 'a\ufffeb\uffffc\u{1fffe}d\ufdd0e', 'abcde'],
    ['letters are composed', 'a\u030angstro\u0308m', 'ångström'],
    ['signs from a wrongly read paste are what they were', 'a\u0096b\u0094c\u0085', 'a–b”c…'],
    ['byte order marks inside go', 'a\ufeffb', 'ab'],
    ['no-break spaces and joiners stay', 'a\u00a0b\u202fc\u200dd', 'a\u00a0b\u202fc\u200dd'],
    ['an override goes', 'a\u202egpj.exe', 'agpj.exe'],
    ['an open isolate is closed on its line, whatever ends the line', '\u2067abc\r\ndef\rg', '\u2067abc\u2069\ndef\ng'],
    ['an open isolate is closed on its line', '\u2067abc\ndef', '\u2067abc\u2069\ndef'],
    ['a closer that closes nothing goes', 'abc\u2069\u202c', 'abc'],
  ])('%s', (_, dirty, clean) => expect(cleanText(dirty)).toBe(clean));

  it('that most texts are made of is clean to the letter', () => {
    for (let code = 0x20; code <= 0x2038; code += 1) {
      const letter = String.fromCodePoint(code);
      // The last letter is none of the usual ones, so that nothing is taken for clean at sight.
      if (cleanText(letter) === letter && code !== 0x20) expect(cleanText(`${letter}あ`)).toBe(`${letter}あ`);
    }
  });

  it('is clean already (property)', () => {
    fc.assert(fc.property(anyText(), (text) => cleanText(cleanText(text)) === cleanText(text)));
  });

  it('can stand in XML 1.0, whatever was pasted (property)', () => {
    const parses = (text: string) => {
      const parser = new SaxesParser();
      parser.on('error', (error) => {
        throw error;
      });
      parser.write(`<a>${escapeMarkup(text)}</a>`).close();
    };
    fc.assert(fc.property(anyText(), (text) => parses(cleanText(text))));
  });

  it('reaches into lists and members', () => {
    expect(cleanDeep({ 'a\u0007': ['b\u0000', { c: 'd\uffff' }], n: 1, nothing: null })).toEqual({
      a: ['b', { c: 'd' }],
      n: 1,
      nothing: null,
    });
  });
});

describe('an address in a text', () => {
  it.each([
    ['https://www.alvmark.example/tillvaxt', 'https://www.alvmark.example/tillvaxt'],
    ['http://alvmark.example/å', 'http://alvmark.example/%C3%A5'],
    ['mailto:press@alvmark.example', 'mailto:press@alvmark.example'],
    ['tel:+46980319', 'tel:+46980319'],
    [' HTTPS://alvmark.example ', 'https://alvmark.example/'],
  ])('%j may be followed', (address, safe) => expect(safeUrl(address)).toBe(safe));

  it.each([
    'javascript:alert(1)',
    'JaVaScript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://alvmark.example/',
    '//alvmark.example/',
    '/om',
    'om.html',
    '#del',
    'https://alvmark.example@evil.example/',
    'https://',
    'mailto:a@b.example\r\nBcc: x@y.example',
    '',
  ])('%j may not', (address) => expect(safeUrl(address)).toBeUndefined());
});
