import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Addressee, addresseeOf } from '../../../src/shared/mail/addressee.ts';
import { openDkim } from '../../../src/shared/mail/dkim.ts';
import { composeLetter } from '../../../src/shared/mail/letter.ts';
import { makePlainLetter } from '../../../src/shared/mail/plain-letter.ts';
import { prepareRaw } from '../../../src/shared/mail/raw.ts';
import { Failure } from '../../../src/shared/platform/failure.ts';
import { samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const folder = mkdtempSync(join(tmpdir(), 'depesch-dkim-'));
const rsa = { selector: 's1', path: join(folder, 'rsa.pem') };
const ed25519 = { selector: 'e1', path: join(folder, 'ed25519.pem') };
const publicKeys = new Map<string, string>();
const frame = {
  sender: { name: 'Region Älvmark', address: 'nyheter@alvmark.example', domain: 'alvmark.example' },
  publisher,
  date: new Date('2026-11-19T09:05:00Z'),
};
let letter: string;

beforeAll(async () => {
  publicKeys.set(
    's1',
    writeKey('rsa.pem', () => generateKeyPairSync('rsa', { modulusLength: 2048 })),
  );
  publicKeys.set(
    'e1',
    writeKey('ed25519.pem', () => generateKeyPairSync('ed25519')),
  );
  letter = await signedBy([rsa, ed25519]);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function signedBy(keys: { selector: string; path: string }[]): Promise<string> {
  const dkim = await openDkim({ keys, domain: 'alvmark.example' });
  const raw = await prepareRaw(composeLetter(sampleView(), publisher), { ...frame, dkim });
  return raw(person()).toString('latin1');
}

function person(): Addressee {
  const someone = { subscriber: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01', address: 'kim@lillan.example', tokenKey: Buffer.alloc(16) };
  const keys = { links: Buffer.alloc(32), messageId: Buffer.alloc(32) };
  return addresseeOf({
    keys,
    person: someone,
    letter: { release: 'r', mailing: 3 },
    follows: { release: 'r', mailing: 1 },
    domain: 'alvmark.example',
  });
}

function writeKey(name: string, make: () => { privateKey: KeyObject; publicKey: KeyObject }): string {
  const pair = make();
  writeFileSync(join(folder, name), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
}

/** Selectors of the signatures that hold, in order of the letter. A verifier written from RFC 6376 and 8463 for relaxed/relaxed, apart from the signer. */
function verified(message: string): string[] {
  const end = message.indexOf('\r\n\r\n');
  const fields = message
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '\u0001')
    .split('\r\n')
    .map((field) => field.replaceAll('\u0001', '\r\n'));
  const nameOf = (field: string) => field.slice(0, field.indexOf(':')).trim().toLowerCase();
  const found = fields.filter((field) => nameOf(field) === 'dkim-signature').map((own) => ({ own, tags: tagsOf(own) }));
  return found
    .filter(({ own, tags }) => holds({ own, tags, fields, nameOf, text: message.slice(end + 4) }))
    .map(({ tags }) => tags.get('s')!);
}

function tagsOf(own: string): Map<string, string> {
  return new Map(
    own
      .slice(own.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
  );
}

type Found = { own: string; tags: Map<string, string>; fields: string[]; nameOf: (field: string) => string; text: string };

function holds({ own, tags, fields, nameOf, text }: Found): boolean {
  const body = text
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
  const data = Buffer.from(signed.join('') + without, 'latin1');
  const key = createPublicKey(publicKeys.get(tags.get('s')!)!);
  const value = Buffer.from(tags.get('b')!, 'base64');
  if (tags.get('a') === 'rsa-sha256') return verify('sha256', data, key, value);
  return tags.get('a') === 'ed25519-sha256' && verify(null, createHash('sha256').update(data).digest(), key, value);
}

describe('a signed letter', () => {
  it('holds a signature of each key, in one line of at most 78 characters after the other', () => {
    expect(verified(letter)).toEqual(['s1', 'e1']);
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
      expect(verified(letter.replace(from, to)), from).toEqual([]);
    }
  });

  it('does not verify with a second From, Subject or one-click header put in', () => {
    for (const added of ['From: a@evil.example', 'Subject: x', 'List-Unsubscribe-Post: x', 'Reply-To: a@evil.example']) {
      expect(verified(`${added}\r\n${letter}`), added).toEqual([]);
    }
  });

  it('may gain what servers on the way write', () => {
    expect(verified(`Received: from a by b\r\nReturn-Path: <x@y.example>\r\n${letter}`)).toEqual(['s1', 'e1']);
  });

  it('with one key has one signature, whichever kind it is', async () => {
    expect(verified(await signedBy([rsa]))).toEqual(['s1']);
    expect(verified(await signedBy([ed25519]))).toEqual(['e1']);
  });

  it('is signed for every header that leaving with one click rests on (RFC 8058 4)', () => {
    const lists = [...letter.matchAll(/\th=([^;]+);/g)].map(([, names]) => names!.replace(/\s/g, '').toLowerCase().split(':'));
    expect(lists).toHaveLength(2);
    for (const names of lists)
      expect(names).toEqual(expect.arrayContaining(['from', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id']));
  });
});

describe('a letter that cannot be signed', () => {
  it('is not made at all', async () => {
    const failing = {
      sign() {
        throw new Failure('dkim_failed', 'the key is gone');
      },
    };
    const raw = await prepareRaw(composeLetter(sampleView(), publisher), { ...frame, dkim: failing });
    expect(() => raw(person())).toThrow('the key is gone');
  });
});

it('a plain letter of the house is signed like every other', async () => {
  const dkim = { keys: [rsa, ed25519], domain: 'alvmark.example' };
  const config = { mailFrom: 'Region Älvmark <nyheter@alvmark.example>', baseUrl: 'https://press.alvmark.example', dkim };
  const text = 'reläet svarar inte\ndo: vänta  en stund\n';
  const about = { subject: 'Depesch: reläet svarar inte', text, to: 'drift@alvmark.example', date: frame.date, id: 'alert-1' };
  const { raw } = await makePlainLetter({ config, name: 'Region Älvmark', ...about });
  expect(verified(raw.toString('latin1'))).toEqual(['s1', 'e1']);
  expect(verified(raw.toString('latin1').replace('stund', 'timme'))).toEqual([]);
});

describe('a key that cannot sign', () => {
  it('stops the start in one clear line, never sends unsigned', async () => {
    writeKey('ec.pem', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    writeKey('short.pem', () => generateKeyPairSync('rsa', { modulusLength: 512 }));
    writeFileSync(join(folder, 'none.pem'), 'hello');
    for (const [name, why] of [
      ['ec.pem', 'rsa or ed25519'],
      ['short.pem', '512 bits'],
      ['none.pem', 'PEM'],
      ['missing.pem', 'ENOENT'],
    ] as const) {
      const keys = [rsa, { selector: 's2', path: join(folder, name) }];
      await expect(openDkim({ keys, domain: 'alvmark.example' }), name).rejects.toThrow(why);
    }
  });
});
