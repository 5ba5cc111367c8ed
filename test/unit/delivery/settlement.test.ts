import { describe, expect, it } from 'vitest';
import { relayTrouble, Settlement, settlementOf } from '../../../src/shared/delivery/settlement.ts';
import { judgeLoss, judgeRefusal, parseReply, type SendAnswer, type SendPhase } from '../../../src/shared/mail/answers.ts';

const RELAY = 'mail.example:587';
const refused = (phase: SendPhase, reply: string) => judgeRefusal(phase, parseReply(reply), RELAY);
const lost = (phase: SendPhase) => judgeLoss(phase, { code: 'line-lost', reply: 'the line was cut' }, RELAY);

/** Every line of the protocol's table: what happened, what the row becomes, whether the relay rests, whether the address is wrong. */
const TABLE: [string, SendAnswer, Settlement['to'], boolean, boolean?][] = [
  ['no connection', lost('connect'), 'pending', true],
  ['554 instead of a greeting', refused('greeting', '554 5.3.2 closing'), 'pending', true],
  ['EHLO refused', refused('ehlo', '550 5.7.1 not you'), 'pending', true],
  ['no TLS', lost('tls'), 'pending', true],
  ['login refused', refused('auth', '535 5.7.8 wrong password'), 'pending', true],
  ['MAIL FROM refused for good', refused('mail', '550 5.7.1 sender not allowed'), 'pending', true],
  ['MAIL FROM refused for now', refused('mail', '451 4.3.0 later'), 'pending', true],
  ['the text refused by policy', refused('answer', '550 5.7.1 spam'), 'deferred', false],
  ['the text too large', refused('answer', '552 5.3.4 too big'), 'deferred', false],
  ['the text refused without a reason', refused('answer', '554 no'), 'deferred', false],
  ['no such mailbox at RCPT', refused('rcpt', '550 5.1.1 no such user'), 'rejected', false, true],
  ['mailbox full for good at RCPT', refused('rcpt', '552 5.2.2 full'), 'rejected', false, false],
  ['relaying denied at RCPT', refused('rcpt', '550 5.7.1 relaying denied'), 'rejected', false, false],
  ['no such mailbox after the dot', refused('answer', '550 5.1.1 no such user'), 'rejected', false, true],
  ['mailbox disabled after the dot', refused('answer', '550 5.2.1 disabled'), 'rejected', false, false],
  ['RCPT put off', refused('rcpt', '450 4.2.0 greylisted'), 'deferred', false],
  ['put off after the dot', refused('answer', '452 4.3.1 disk full'), 'deferred', false],
  ['the line lost in the text', lost('body'), 'deferred', false],
  ['the line lost before 354', lost('data'), 'deferred', false],
  ['the line lost after the dot', lost('answer'), 'unknown', false],
  ['taken', { kind: 'accepted', code: '250 2.0.0', reply: 'taken', relay: RELAY }, 'accepted', false],
  ['withheld', { kind: 'withheld' }, 'pending', false],
];

describe('what an answer means for its row', () => {
  it.each(TABLE)('%s', (_what, answer, to, relayRests, hardBounce) => {
    const settlement = settlementOf(answer);
    expect(settlement.to).toBe(to);
    expect(relayTrouble(answer) !== undefined).toBe(relayRests);
    if (settlement.to === 'rejected') expect(settlement.hardBounce).toBe(hardBounce);
    expect(Settlement.parse(JSON.parse(JSON.stringify(settlement)))).toEqual(settlement);
  });

  it.each(['421 4.3.2 closing', '451 4.3.0 busy', '450 4.7.1 rate limit'])('%s at RCPT holds back the whole domain', (reply) => {
    expect(settlementOf(refused('rcpt', reply))).toMatchObject({ to: 'deferred', domainWide: true });
  });

  it('450 4.2.0 holds back this recipient alone', () => {
    expect(settlementOf(refused('rcpt', '450 4.2.0 greylisted'))).toMatchObject({ to: 'deferred', domainWide: false });
  });

  it('tells who put it off: a server, a broken line, or a relay that refuses the text', () => {
    expect(settlementOf(refused('rcpt', '450 4.2.0 greylisted'))).toMatchObject({ by: 'server' });
    expect(settlementOf(lost('body'))).toMatchObject({ by: 'line' });
    expect(settlementOf(refused('answer', '550 5.7.1 spam'))).toMatchObject({ by: 'text', domainWide: false });
  });

  it('says to the administrator which relay answered what, and when', () => {
    expect(relayTrouble(refused('auth', '535 5.7.8 wrong password'))).toBe('mail.example:587 answered 535 5.7.8 wrong password (auth)');
  });
});
