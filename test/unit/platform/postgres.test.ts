import { describe, expect, it } from 'vitest';
import { isPassingDatabaseError, isUnkeptCharacter } from '../../../src/shared/platform/postgres.ts';

const coded = (code: string, message = 'failed') => Object.assign(new Error(message), { code });

describe('an error of PostgreSQL', () => {
  it('passes when the server, its machine or the network between is away or busy', () => {
    for (const code of [
      'ECONNREFUSED',
      'EPIPE',
      'ENOENT',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EAI_AGAIN',
      'EAGAIN',
      '57P01',
      '40001',
    ])
      expect(isPassingDatabaseError(coded(code)), code).toBe(true);
    expect(isPassingDatabaseError(new Error('timeout exceeded when trying to connect'))).toBe(true);
  });

  it('does not pass when the statement or what it was given is wrong', () => {
    for (const code of ['23505', '42601', '22021', 'EACCES', 'ENOSPC']) expect(isPassingDatabaseError(coded(code)), code).toBe(false);
    expect(isPassingDatabaseError(new Error('no such thing'))).toBe(false);
  });

  it('tells a character that can be kept nowhere, in text and in JSON', () => {
    expect([coded('22021'), coded('22P05'), coded('23505'), undefined].map(isUnkeptCharacter)).toEqual([true, true, false, false]);
  });
});
