import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf } from '../../../src/shared/delivery/bounce-class.ts';
import { readBounce } from '../../../src/shared/delivery/bounce-report.ts';
import { judgeReport } from '../../../src/shared/delivery/bounce-verdict.ts';
import { dsn, failed, feedback, mailOf, prose } from '../../support/returned-mail.ts';

const KIM = 'kim@lillan.example';

async function judge(mail: string | Uint8Array, address: string | null = KIM) {
  return judgeReport((await readBounce(typeof mail === 'string' ? Buffer.from(mail) : mail)).report, address);
}

/** [what it is, the mail, verdict, status code]. */
const SAMPLES: [string, string, string, string][] = [
  [
    'Postfix: unknown user',
    dsn({
      from: 'MAILER-DAEMON@mx.lillan.example (Mail Delivery System)',
      words:
        'This is the mail system at host mx.lillan.example.\n\n<kim@lillan.example>: host mailstore.lillan.example said: 550 5.1.1 <kim@lillan.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)',
      status: failed('5.1.1', '550 5.1.1 <kim@lillan.example>: Recipient address rejected: User unknown in local recipient table'),
    }),
    'hard',
    '5.1.1',
  ],
  [
    'Postfix: unknown host, by name server',
    dsn({
      status: failed(
        '5.4.4',
        'X-Postfix; Host or domain name not found. Name service error for name=lillan.example type=AAAA: Host not found',
      ),
    }),
    'soft',
    '5.4.4',
  ],
  [
    'Postfix: mailbox full',
    dsn({ status: failed('5.2.2', '552 5.2.2 <kim@lillan.example>: Mailbox is full (over quota)') }),
    'soft',
    '5.2.2',
  ],
  [
    'Postfix: given up after five days',
    dsn({ status: failed('4.4.1', 'connect to mailstore.lillan.example[192.0.2.26]:25: Connection timed out') }),
    'soft',
    '4.4.1',
  ],
  [
    'Postfix: mailbox full until it was given up',
    dsn({ status: failed('4.2.2', '452 4.2.2 Mailbox full', ['Will-Retry-Until: Tue, 24 Nov 2026 09:31:00 +0100']) }),
    'soft',
    '4.2.2',
  ],
  [
    'Postfix: delayed, not failed',
    dsn({
      subject: 'Delayed Mail (still being retried)',
      status: failed('4.4.1', 'connect to mailstore.lillan.example: Connection refused').replace('Action: failed', 'Action: delayed'),
    }),
    'delayed',
    '4.4.1',
  ],
  [
    'Postfix: delivered, when asked',
    dsn({
      subject: 'Successful Mail Delivery Report',
      status: failed('2.0.0', '250 2.0.0 Ok: queued as 7A3').replace('Action: failed', 'Action: delivered'),
    }),
    'delivered',
    '2.0.0',
  ],
  [
    'Sendmail: relayed to a server that reports nothing',
    dsn({ status: failed('2.1.9', '250 ok').replace('Action: failed', 'Action: relayed') }),
    'relayed',
    '2.1.9',
  ],
  [
    'Exim: report with headers only',
    dsn({
      headersOnly: true,
      from: 'Mail Delivery System <Mailer-Daemon@mx.granback.example>',
      status:
        'Reporting-MTA: dns; mx.granback.example\r\n\r\nAction: failed\r\nFinal-Recipient: rfc822;kim@lillan.example\r\nStatus: 5.0.0\r\nRemote-MTA: dns; mail.lillan.example\r\nDiagnostic-Code: smtp; 550 No such user here',
    }),
    'hard',
    '5.0.0',
  ],
  [
    'Exim: words with the copy of the letter below',
    prose(
      'This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  kim@lillan.example\n    Unrouteable address',
      {
        subject: 'Mail delivery failed: returning message to sender',
        headers: ['X-Failed-Recipients: kim@lillan.example', 'Auto-Submitted: auto-replied'],
        copy: '------ This is a copy of the message, including all the headers. ------',
      },
    ),
    'hard',
    '',
  ],
  [
    'Exim: over quota, in words',
    prose(
      'A message that you sent could not be delivered to one or more of its recipients. The following address(es) failed:\n\n  kim@lillan.example\n    mailbox is full: retry timeout exceeded',
      {
        subject: 'Mail delivery failed: returning message to sender',
        headers: ['X-Failed-Recipients: kim@lillan.example'],
        copy: '------ This is a copy of the message ------',
      },
    ),
    'soft',
    '',
  ],
  [
    'Exim: warning of a delay',
    prose(
      'This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours on the queue.\nNo action is required on your part. Delivery attempts will continue for some time.',
      { subject: 'Warning: message 1abc delayed 24 hours' },
    ),
    'delayed',
    '',
  ],
  [
    'Exchange: RecipientNotFound',
    dsn({
      from: 'postmaster@lillan.example',
      subject: 'Undeliverable: Klart: tre nya mötesplatser',
      words: "kim wasn't found at lillan.example.",
      status: failed('5.1.10', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient kim@lillan.example not found by SMTP address lookup'),
    }),
    'hard',
    '5.1.10',
  ],
  [
    'Exchange: quota',
    dsn({
      from: 'postmaster@lillan.example',
      subject: 'Olevererbart: Klart',
      status: failed(
        '5.2.2',
        '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
      ),
    }),
    'soft',
    '5.2.2',
  ],
  [
    'Exchange: sender not allowed in a group',
    dsn({
      from: 'postmaster@lillan.example',
      status: failed('5.7.133', '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required'),
    }),
    'policy',
    '5.7.133',
  ],
  [
    'Exchange: unknown recipient at the edge',
    dsn({ status: failed('5.4.1', '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [edge.example.example]') }),
    'soft',
    '5.4.1',
  ],
  [
    'Gmail-like: no such account',
    dsn({
      from: 'Mail Delivery Subsystem <mailer-daemon@postlada.example>',
      subject: 'Delivery Status Notification (Failure)',
      status: failed(
        '5.1.1',
        "550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n 550-5.1.1 double-checking the recipient's email address for typos. 550 5.1.1 s12-20020 - gsmtp",
      ).replace('Final-Recipient: rfc822; ', 'Final-Recipient: rfc822; '),
    }),
    'hard',
    '5.1.1',
  ],
  [
    'Gmail-like: account disabled',
    dsn({ status: failed('5.2.1', '550 5.2.1 The email account that you tried to reach is disabled.') }),
    'soft',
    '5.2.1',
  ],
  [
    'Gmail-like: unsolicited mail',
    dsn({ status: failed('5.7.1', '550-5.7.1 [192.0.2.10] Our system has detected that this message is likely unsolicited mail.') }),
    'policy',
    '5.7.1',
  ],
  ['Gmail-like: throttled until given up', dsn({ status: failed('4.7.28', '421-4.7.28 unusual rate of mail') }), 'policy', '4.7.28'],
  [
    'large webmail: mailbox unavailable under 5.5.0',
    dsn({ status: failed('5.5.0', 'smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)') }),
    'soft',
    '5.5.0',
  ],
  [
    'generic status, the server’s own code is finer',
    dsn({ status: failed('5.0.0', '550 5.1.2 bad destination mailbox address') }),
    'hard',
    '5.1.2',
  ],
  [
    'status missing altogether',
    dsn({ status: failed('', '554 delivery error: This user does not have an example.example account (kim@lillan.example)') }),
    'hard',
    '',
  ],
  [
    'our sender address refused',
    dsn({ status: failed('5.1.8', '550 5.1.8 sender address rejected: Domain not found') }),
    'policy',
    '5.1.8',
  ],
  ['letter too large', dsn({ status: failed('5.3.4', '552 5.3.4 Message size exceeds fixed limit') }), 'policy', '5.3.4'],
  ['spam in words under a generic code', dsn({ status: failed('5.0.0', '554 Message rejected as spam') }), 'policy', '5.0.0'],
  ['routing loop', dsn({ status: failed('5.4.6', '554 5.4.6 Too many hops') }), 'soft', '5.4.6'],
  ['address moved', dsn({ status: failed('5.1.6', '551 5.1.6 Recipient has moved') }), 'hard', '5.1.6'],
  [
    'domain takes no mail (RFC 7505)',
    dsn({ status: failed('5.1.10', '556 5.1.10 Domain lillan.example does not accept mail (nullMX)') }),
    'hard',
    '5.1.10',
  ],
  [
    'qmail: no mailbox',
    prose(
      "Hi. This is the qmail-send program at mail.granback.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<kim@lillan.example>:\nSorry, no mailbox here by that name. (#5.1.1)",
      { subject: 'failure notice' },
    ),
    'hard',
    '5.1.1',
  ],
  [
    'qmail: remote words without a code',
    prose(
      'Hi. This is the qmail-send program at mail.granback.example.\n\n<kim@lillan.example>:\n192.0.2.26 does not like recipient.\nRemote host said: 550 unknown user\nGiving up on 192.0.2.26.',
      { subject: 'failure notice' },
    ),
    'hard',
    '',
  ],
  [
    'a status report that lost its part, in the text',
    prose('Final-Recipient: rfc822; kim@lillan.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 user unknown', {
      copy: '-----Original message-----',
    }),
    'hard',
    '5.1.1',
  ],
  [
    'a Swedish server, in words',
    prose('Ditt meddelande kunde inte levereras till kim@lillan.example:\n550 okänd mottagare', {
      from: 'postmaster@granback.example',
      subject: 'Brevet kunde inte levereras',
    }),
    'hard',
    '',
  ],
  ['RFC 5965: abuse', feedback('abuse'), 'complaint', ''],
  ['RFC 5965: opted out', feedback('opt-out'), 'complaint', ''],
  ['RFC 5965: not spam after all', feedback('not-spam'), 'ignored', ''],
  [
    'out of office (RFC 3834)',
    mailOf('text/plain', 'Jag är åter 1 december.', {
      from: 'Kim Holm <kim@lillan.example>',
      subject: 'Re: Klart',
      headers: ['Auto-Submitted: auto-replied'],
    }),
    'auto-reply',
    '',
  ],
  [
    'out of office that tells by its subject only',
    mailOf('text/plain', 'I am away; my mailbox is full of 550 other letters.', {
      from: 'kim@lillan.example',
      subject: 'Automatiskt svar: Klart',
    }),
    'auto-reply',
    '',
  ],
  [
    'out of office of an old program',
    mailOf('text/plain', 'Away.', { from: 'kim@lillan.example', subject: 'Re: Klart', headers: ['Precedence: auto_reply'] }),
    'auto-reply',
    '',
  ],
  [
    'receipt of reading (RFC 8098)',
    mailOf(
      'multipart/report; report-type=disposition-notification; boundary=x',
      '--x\r\nContent-Type: text/plain\r\n\r\nread\r\n--x\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--x--',
      { from: 'kim@lillan.example', subject: 'Läst: Klart' },
    ),
    'auto-reply',
    '',
  ],
];

describe('mail that comes back', () => {
  it.each(SAMPLES)('%s', async (_name, mail, verdict, code) => {
    expect(await judge(mail)).toMatchObject({ verdict, code });
  });

  it.each([
    ['a person’s letter', mailOf('text/plain', 'Hej! Vem kan jag ringa?', { from: 'kim@lillan.example', subject: 'Re: Klart' })],
    ['a server that says nothing known', mailOf('text/plain', 'Hello.', { subject: 'Hello' })],
    ['a report of authentication (RFC 6591)', feedback('auth-failure')],
    [
      'a delivery status without recipients, and no words',
      dsn({ status: 'Reporting-MTA: dns; mx.lillan.example', words: '', subject: 'x' }),
    ],
    ['nothing', ''],
  ])('is left to a person: %s', async (_name, mail) => {
    expect(await judge(mail)).toHaveProperty('why');
  });

  it('speaks of the person’s own address when it names several', async () => {
    const other = failed('5.1.1', '550 5.1.1 unknown').replaceAll('kim@', 'sam@').split('\r\n\r\n')[1]!;
    const both = `${failed('4.2.2', '452 4.2.2 full')}\r\n\r\n${other}`;
    expect(await judge(dsn({ status: both }))).toMatchObject({ verdict: 'soft' });
    expect(await judge(dsn({ status: both }), 'sam@lillan.example')).toMatchObject({ verdict: 'hard' });
  });

  it('counts as failed for a forwarded address only when nobody behind it got the letter', async () => {
    const group = (name: string, action: string, status: string) =>
      `Final-Recipient: rfc822; ${name}@granback.example\r\nAction: ${action}\r\nStatus: ${status}`;
    const report = (...groups: string[]) => dsn({ status: ['Reporting-MTA: dns; x.example', ...groups].join('\r\n\r\n') });
    expect(await judge(report(group('a', 'failed', '5.1.1'), group('b', 'delivered', '2.0.0')))).toMatchObject({ verdict: 'delivered' });
    expect(await judge(report(group('a', 'failed', '5.1.1'), group('b', 'failed', '5.2.2')))).toMatchObject({ verdict: 'soft' });
    expect(await judge(report(group('a', 'failed', '5.1.1'), group('b', 'failed', '5.1.1')))).toMatchObject({ verdict: 'hard' });
  });

  it('never takes the words of our own letter for the server’s', async () => {
    const mail = prose('I could not deliver it.\n\n<kim@lillan.example>:\nconnection refused', { subject: 'failure notice' });
    expect(await judge(mail)).toMatchObject({ verdict: 'soft', words: 'connection refused' });
  });

  it('cut off in the middle of the returned letter says the same', async () => {
    const whole = SAMPLES[0]![1];
    expect(await judge(whole.slice(0, whole.indexOf('Subject: Klart')))).toMatchObject({ verdict: 'hard', code: '5.1.1' });
  });
});

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom(...SAMPLES.map(([, mail]) => mail)),
    fc.constantFrom(
      '--4F1B2.1763541061',
      '\r\n\r\n',
      'Content-Type: message/delivery-status',
      'Action: failed',
      'Status: 5.',
      '\0',
      'boundary=""',
    ),
    fc.string({ unit: 'binary' }),
  );

  it('end in a judgement or with a person, and never throw', async () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc
        .tuple(fc.constantFrom(...SAMPLES.map(([, mail]) => mail)), fc.nat(2_000), fc.string({ unit: 'binary', maxLength: 30 }))
        .map(([mail, at, text]) => Buffer.from(mail.slice(0, at) + text + mail.slice(at + text.length))),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        const judged = await judge(bytes);
        expect('verdict' in judged || judged.why.length > 0).toBe(true);
      }),
      { numRuns: 400 },
    );
  }, 30_000);

  it.each([
    ['dashes', '-'.repeat(120_000)],
    ['at signs', `${'@'.repeat(60_000)} ${'@'.repeat(60_000)}`],
    ['open brackets', '<'.repeat(120_000)],
    ['numbers', '5.1.'.repeat(30_000)],
    ['blank lines', '\n \n'.repeat(40_000)],
    ['words', 'user '.repeat(24_000)],
  ])(
    'cost little: a mail of %s',
    async (_name, body) => {
      const began = performance.now();
      const status = `${failed('', body)}\r\n${body}`;
      // As much as is ever kept of one.
      for (const mail of [mailOf('text/plain', body), mailOf('text/html', body), dsn({ status })]) await judge(mail.slice(0, 131_072));
      // Patterns that go through it for each of its characters take minutes; this takes a second or two where others are at work.
      expect(performance.now() - began).toBeLessThan(20_000);
    },
    30_000,
  );
});

it('a status code is not looked for in the middle of an address of the network', () => {
  expect(classOf('', 'connect to 192.5.1.1 failed')).toBe('soft');
  expect(classOf('', 'version 4.5.1.1.2')).toBe('soft');
});
