import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LinkOwner,
  PLACEHOLDER_TOKENS,
  parsePassingToken,
  parseToken,
  passingToken,
  passingTokenIsGenuine,
  personalToken,
  TOKEN_LENGTH,
  tokenIsGenuine,
} from '../../../src/shared/mail/links.ts';
import { messageId } from '../../../src/shared/mail/message-id.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const owners = fc.record({ subscriber: fc.uuid(), tokenKey: bytes(16), key: bytes(32) });
const owner: LinkOwner = { subscriber: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01', tokenKey: Buffer.alloc(16, 1), key: Buffer.alloc(32, 2) };

describe('a personal link', () => {
  it('names its subscriber and is known again, whoever it is for', () => {
    fc.assert(
      fc.property(owners, (someone) => {
        const token = personalToken(someone, 'unsubscribe');
        expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(token).toHaveLength(TOKEN_LENGTH);
        expect(parseToken(token)).toEqual({ subscriber: someone.subscriber });
        expect(tokenIsGenuine(token, someone, 'unsubscribe')).toBe(true);
      }),
    );
  });

  it('cannot be turned into a link for another purpose, person, house, or after the person’s key was changed', () => {
    const token = personalToken(owner, 'unsubscribe');
    expect(tokenIsGenuine(token, owner, 'preferences')).toBe(false);
    expect(tokenIsGenuine(token, { ...owner, subscriber: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a02' }, 'unsubscribe')).toBe(false);
    expect(tokenIsGenuine(token, { ...owner, tokenKey: Buffer.alloc(16, 9) }, 'unsubscribe')).toBe(false);
    expect(tokenIsGenuine(token, { ...owner, key: Buffer.alloc(32, 9) }, 'unsubscribe')).toBe(false);
  });

  it('with any character changed is not genuine', () => {
    const token = personalToken(owner, 'unsubscribe');
    for (let at = 0; at < token.length; at += 1) {
      const other = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(tokenIsGenuine(other, owner, 'unsubscribe'), other).toBe(false);
    }
  });

  it('what cannot be a token names nobody, and a placeholder is nobody’s', () => {
    for (const text of [
      '',
      'kim@lillan.example',
      'x'.repeat(TOKEN_LENGTH - 1),
      'x'.repeat(TOKEN_LENGTH + 1),
      `${'x'.repeat(TOKEN_LENGTH - 1)}/`,
    ]) {
      expect(parseToken(text)).toBeUndefined();
    }
    for (const purpose of ['unsubscribe', 'preferences'] as const) {
      expect(PLACEHOLDER_TOKENS[purpose]).toHaveLength(TOKEN_LENGTH);
      expect(tokenIsGenuine(PLACEHOLDER_TOKENS[purpose], owner, purpose)).toBe(false);
    }
  });
});

describe('a Message-ID', () => {
  const key = Buffer.alloc(32, 3);
  const letter = { release: 'r', mailing: 1, subscriber: 's' };

  it('is the same for every try of a letter, and another for another run, person or release', () => {
    const id = messageId(key, letter, 'alvmark.example');
    expect(id).toMatch(/^<[0-9a-f]{32}\.1@alvmark\.example>$/);
    expect(messageId(key, { ...letter }, 'alvmark.example')).toBe(id);
    const others = [
      { ...letter, mailing: 2 },
      { ...letter, subscriber: 't' },
      { ...letter, release: 'q' },
    ].map((name) => messageId(key, name, 'alvmark.example'));
    expect(new Set([id, ...others]).size).toBe(4);
  });
});

describe('a link that holds for a while', () => {
  const until = new Date('2026-11-22T10:00:00Z');

  it('names its subscriber and its end, whoever it is for', () => {
    fc.assert(
      fc.property(owners, fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (someone, end) => {
        const token = passingToken(someone, 'own-data', end);
        const whole = new Date(Math.floor(end.getTime() / 1_000) * 1_000);
        expect(parsePassingToken(token)).toEqual({ subscriber: someone.subscriber, until: whole });
        expect(passingTokenIsGenuine(token, someone, 'own-data')).toBe(true);
      }),
    );
  });

  it('cannot be lengthened, nor made of a link that never ends', () => {
    const token = passingToken(owner, 'own-data', until);
    const bytes = Buffer.from(token, 'base64url');
    bytes.writeUInt32BE(bytes.readUInt32BE(16) + 3_600, 16);
    expect(passingTokenIsGenuine(bytes.toString('base64url'), owner, 'own-data')).toBe(false);
    expect(parsePassingToken(personalToken(owner, 'preferences'))).toBeUndefined();
    expect(parseToken(token)).toBeUndefined();
    expect(passingTokenIsGenuine(token, { ...owner, tokenKey: Buffer.alloc(16, 9) }, 'own-data')).toBe(false);
    expect(passingTokenIsGenuine(token, { ...owner, key: Buffer.alloc(32, 9) }, 'own-data')).toBe(false);
  });

  it('with any character changed is not genuine', () => {
    const token = passingToken(owner, 'own-data', until);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(passingTokenIsGenuine(`${token.slice(0, at)}${other}${token.slice(at + 1)}`, owner, 'own-data')).toBe(false);
    }
  });
});
