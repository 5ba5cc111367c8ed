import { createHash, createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addresseeOf } from '../../../src/shared/mail/addressee.ts';
import { openDkim } from '../../../src/shared/mail/dkim.ts';
import { composeLetter } from '../../../src/shared/mail/letter.ts';
import { prepareRaw } from '../../../src/shared/mail/raw.ts';
import { samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const folder = mkdtempSync(join(tmpdir(), 'depesch-dkim-'));
const settings = { key: join(folder, 'rsa.pem'), selector: 's1', domain: 'alvmark.example' };
let publicKey: string;
let letter: string;

beforeAll(async () => {
  publicKey = writeKey('rsa.pem', 'rsa', 2048);
  const raw = await prepareRaw(composeLetter(sampleView(), publisher), {
    sender: { name: 'Region Älvmark', address: 'nyheter@alvmark.example', domain: 'alvmark.example' },
    publisher,
    date: new Date('2026-11-19T09:05:00Z'),
    dkim: await openDkim(settings),
  });
  const person = { subscriber: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01', address: 'kim@lillan.example', tokenKey: Buffer.alloc(16) };
  const keys = { links: Buffer.alloc(32), messageId: Buffer.alloc(32) };
  letter = raw(addresseeOf({ keys, person, letter: { release: 'r', mailing: 3 }, domain: 'alvmark.example' })).toString('latin1');
});
afterAll(() => rmSync(folder, { recursive: true }));

function writeKey(name: string, type: 'rsa' | 'ed25519', modulusLength = 2048): string {
  const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ed25519');
  writeFileSync(join(folder, name), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
}

/** A verifier written from RFC 6376 for relaxed/relaxed, apart from the signer. */
function verifies(message: string): boolean {
  const end = message.indexOf('\r\n\r\n');
  const fields = message
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '\u0001')
    .split('\r\n')
    .map((field) => field.replaceAll('\u0001', '\r\n'));
  const nameOf = (field: string) => field.slice(0, field.indexOf(':')).trim().toLowerCase();
  const own = fields.find((field) => nameOf(field) === 'dkim-signature')!;
  const tags = new Map(
    own
      .slice(own.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
  );
  const body = message
    .slice(end + 4)
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
    .join('\r\n')
    .replace(/(\r\n)*$/, '\r\n');
  if (createHash('sha256').update(body, 'latin1').digest('base64') !== tags.get('bh')) return false;
  const relaxed = (field: string) =>
    `${nameOf(field)}:${field
      .slice(field.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`;
  const left = fields.filter((field) => field !== own);
  const signed: string[] = [];
  for (const name of tags.get('h')!.split(':')) {
    const at = left.findLastIndex((field) => nameOf(field) === name.toLowerCase());
    if (at >= 0) signed.push(`${relaxed(left.splice(at, 1)[0]!)}\r\n`);
  }
  const without = relaxed(own).replace(/([;\s]b=)[^;]*$/, '$1');
  return createVerify('sha256')
    .update(signed.join('') + without, 'latin1')
    .verify(createPublicKey(publicKey), tags.get('b')!, 'base64');
}

describe('a signed letter', () => {
  it('verifies, in one line of at most 78 characters after the other', () => {
    expect(verifies(letter)).toBe(true);
    expect(
      letter
        .slice(0, letter.indexOf('\r\nList-I'))
        .split('\r\n')
        .every((line) => line.length <= 78),
    ).toBe(true);
  });

  it('does not verify once text, links or header were touched', () => {
    for (const [from, to] of [
      ['Storforsa', 'Storforza'],
      ['One-Click', 'Two-Click'],
      ['/unsubscribe/', '/unsubscribe?'],
      ['kim@lillan', 'tim@lillan'],
    ] as const) {
      expect(letter).toContain(from);
      expect(verifies(letter.replace(from, to)), from).toBe(false);
    }
  });

  it('does not verify with a second From, Subject or one-click header put in', () => {
    for (const added of ['From: a@evil.example', 'Subject: x', 'List-Unsubscribe-Post: x', 'Reply-To: a@evil.example']) {
      expect(verifies(`${added}\r\n${letter}`), added).toBe(false);
    }
  });

  it('may gain what servers on the way write', () => {
    expect(verifies(`Received: from a by b\r\nReturn-Path: <x@y.example>\r\n${letter}`)).toBe(true);
  });
});

describe('a key that cannot sign', () => {
  it('stops the start in one clear line, never sends unsigned', async () => {
    writeKey('ed25519.pem', 'ed25519');
    writeKey('short.pem', 'rsa', 512);
    writeFileSync(join(folder, 'none.pem'), 'hello');
    for (const [name, why] of [
      ['ed25519.pem', 'ed25519'],
      ['short.pem', '512 bits'],
      ['none.pem', 'PEM'],
      ['missing.pem', 'ENOENT'],
    ] as const) {
      await expect(openDkim({ ...settings, key: join(folder, name) }), name).rejects.toThrow(why);
    }
  });
});
