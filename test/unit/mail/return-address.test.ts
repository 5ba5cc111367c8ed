import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bounceLocal,
  findReturnClaims,
  isGenuineBounce,
  isGenuineLeave,
  leaveToken,
  PLACEHOLDER_LEAVE,
  parseReturnLocal,
} from '../../../src/shared/mail/return-address.ts';

const key = randomBytes(32);
const letter = {
  publication: 417,
  release: '77d1f7a0-52cf-4c5c-8a9d-3b8f3e6f2a03',
  n: 2,
  subscriber: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
};
const tokenKey = randomBytes(16);
const DOMAIN = 'bounces.alvmark.example';

describe('the return address of a letter', () => {
  it('gives back run and subscriber, in at most 63 characters, whatever the case it comes back in', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.uuid(), (publication, subscriber) => {
        const local = bounceLocal(key, { ...letter, publication, subscriber });
        expect(local.length).toBeLessThan(64);
        for (const written of [local, local.toUpperCase()])
          expect(parseReturnLocal(written)).toEqual({ kind: 'bounce', local, publication, subscriber });
      }),
    );
  });

  it('is genuine for its own letter only', () => {
    const local = bounceLocal(key, letter);
    expect(isGenuineBounce(local.toUpperCase(), key, letter)).toBe(true);
    expect(isGenuineBounce(local, randomBytes(32), letter)).toBe(false);
    for (const change of [{ n: 3 }, { release: letter.subscriber }, { subscriber: letter.release }, { publication: 418 }])
      expect(isGenuineBounce(local, key, { ...letter, ...change })).toBe(false);
  });

  it('cannot be changed in any character without losing its proof', () => {
    const local = bounceLocal(key, letter);
    for (let at = 2; at < local.length; at += 1) {
      const forged = local.slice(0, at) + (local[at] === 'a' ? 'b' : 'a') + local.slice(at + 1);
      expect(isGenuineBounce(forged, key, letter), forged).toBe(false);
    }
  });
});

describe('the address to leave by mail', () => {
  const leaver = { subscriber: letter.subscriber, tokenKey };

  it('is the subscriber’s own, and void with a new token key', () => {
    const local = `u+${leaveToken(key, leaver)}`;
    expect(parseReturnLocal(local)).toEqual({ kind: 'leave', local, subscriber: letter.subscriber });
    expect(isGenuineLeave(local, key, leaver)).toBe(true);
    expect(isGenuineLeave(local, key, { ...leaver, tokenKey: randomBytes(16) })).toBe(false);
    expect(isGenuineLeave(bounceLocal(key, letter), key, leaver)).toBe(false);
  });

  it('is as long as its placeholder', () => {
    expect(leaveToken(key, leaver)).toHaveLength(PLACEHOLDER_LEAVE.length);
    expect(parseReturnLocal(`u+${PLACEHOLDER_LEAVE}`)).toBeUndefined();
  });
});

describe('reading addresses', () => {
  it('finds ours in a text, each once, and only at our domain', () => {
    const [bounce, leave] = [bounceLocal(key, letter), `u+${leaveToken(key, { subscriber: letter.subscriber, tokenKey })}`];
    const text = `To: <${bounce.toUpperCase()}@${DOMAIN}>\nReturn-Path: ${bounce}@${DOMAIN}\n<mailto:${leave.replace('+', '%2B')}@${DOMAIN}?subject=x>
      ${leave}@elsewhere.example ${leave}@${DOMAIN}-other.example`;
    expect(findReturnClaims(text, DOMAIN, 5).map((claim) => claim.local)).toEqual([bounce, leave]);
    expect(findReturnClaims(text, DOMAIN, 1)).toHaveLength(1);
    expect(findReturnClaims(text.replaceAll(DOMAIN, 'x.example'), DOMAIN, 5)).toEqual([]);
  });

  it('takes nothing else for one of ours', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.base64String().map((text) => `b+${text}`),
        ),
        (text) => {
          const claim = parseReturnLocal(text);
          if (claim?.kind === 'bounce') expect(isGenuineBounce(claim.local, key, { ...letter, ...claim })).toBe(false);
        },
      ),
    );
  });
});
