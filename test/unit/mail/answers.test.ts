import { describe, expect, it } from 'vitest';
import { judgeLoss, judgeRefusal, parseReply, type SendPhase } from '../../../src/shared/mail/answers.ts';

const PHASES: SendPhase[] = ['connect', 'greeting', 'ehlo', 'tls', 'auth', 'mail', 'rcpt', 'data', 'body', 'answer'];

describe('an answer of a server', () => {
  it('is read with and without an enhanced code, in one line or several', () => {
    expect(parseReply('550 5.1.1 no such user')).toEqual({ basic: 550, enhanced: '5.1.1', code: '550 5.1.1', text: 'no such user' });
    expect(parseReply('550-5.7.1 not you\n550 5.7.1 see our page')).toEqual({
      basic: 550,
      enhanced: '5.7.1',
      code: '550 5.7.1',
      text: 'not you see our page',
    });
    expect(parseReply('554 no')).toEqual({ basic: 554, enhanced: '', code: '554', text: 'no' });
    expect(parseReply('250')).toEqual({ basic: 250, enhanced: '', code: '250', text: '' });
    expect(parseReply('250 10.1.2 is my address')).toMatchObject({ enhanced: '' });
  });
});

describe('a refusal', () => {
  it('never rejects a recipient before RCPT or for a reason of policy', () => {
    for (const phase of PHASES) {
      for (const code of ['550 5.7.1', '554 5.3.4', '553', '550 5.6.0']) {
        const answer = judgeRefusal(phase, parseReply(`${code} no`), 'relay');
        expect(answer.kind, `${phase} ${code}`).toBe(phase === 'rcpt' ? 'rejected' : 'ours');
      }
    }
  });

  it('is a hard bounce only for 5.1.x', () => {
    for (const phase of ['rcpt', 'answer'] as const) {
      expect(judgeRefusal(phase, parseReply('550 5.1.10 no MX'), 'relay')).toMatchObject({ kind: 'rejected', hardBounce: true });
      expect(judgeRefusal(phase, parseReply('550 5.2.1 closed'), 'relay')).toMatchObject({ kind: 'rejected', hardBounce: false });
    }
    expect(judgeRefusal('rcpt', parseReply('550 no such user'), 'relay')).toMatchObject({ kind: 'rejected', hardBounce: false });
  });
});

describe('a domain', () => {
  const putsOff = (response: string) => judgeRefusal('rcpt', parseReply(response), 'relay');

  it('waits as a whole when its server is busy or throttles us', () => {
    for (const response of ['421 4.3.2 try later', '451 4.3.0 busy', '450 4.7.1 too many letters'])
      expect(putsOff(response), response).toMatchObject({ kind: 'deferred', domainWide: true });
    expect(putsOff('450 4.2.1 mailbox busy')).toMatchObject({ kind: 'deferred', domainWide: false });
  });

  it('does not wait as a whole for greylisting, which asks each recipient to come again', () => {
    const said = [
      '450 4.7.1 <recipient>: Recipient address rejected: Greylisted, see our page',
      '451 4.7.1 Greylisting in action',
      '450 grey listed',
    ];
    for (const response of said) expect(putsOff(response), response).toMatchObject({ kind: 'deferred', domainWide: false });
  });
});

describe('a lost line', () => {
  it('leaves a letter in doubt after its final dot and nowhere else', () => {
    const what = { code: 'line-lost', reply: '' };
    expect(PHASES.filter((phase) => judgeLoss(phase, what, 'relay').kind === 'unknown')).toEqual(['answer']);
    expect(PHASES.filter((phase) => judgeLoss(phase, what, 'relay').kind === 'ours')).toEqual(PHASES.slice(0, 5));
  });
});
