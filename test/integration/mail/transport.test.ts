import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendAnswer } from '../../../src/shared/mail/answers.ts';
import { openTransport, type Transport, type TransportLimits } from '../../../src/shared/mail/transport.ts';
import { openLog } from '../../../src/shared/platform/log.ts';
import { openSmtpServer, type SmtpPhase, type SmtpReaction, type SmtpServer } from '../../support/smtp-server.ts';

const log = openLog('test', 'silent', false);
const envelope = { from: 'nyheter@alvmark.example', to: 'kim@lillan.example' };
const raw = Buffer.from(`Subject: prov\r\nMessage-ID: <1@alvmark.example>\r\n\r\n${'.rad\r\n'.repeat(2_000)}`);

let server: SmtpServer;
let transport: Transport | undefined;

beforeEach(async () => {
  server = await openSmtpServer();
});
afterEach(async () => {
  await transport?.close();
  transport = undefined;
  await server.close();
});

function open(limits: Partial<TransportLimits> = {}, smtpUrl = server.url): Transport {
  transport = openTransport({ smtpUrl, inboxPort: undefined }, log, limits);
  return transport;
}

/** One letter, while the server reacts so at that phase of the first transaction. */
async function sendWhile(phase: SmtpPhase, reaction: SmtpReaction): Promise<SendAnswer> {
  server.script = (moment) => (moment.phase === phase ? reaction : undefined);
  return open().send({ envelope, raw });
}

for (const pipelining of [true, false]) {
  describe(pipelining ? 'a relay that pipelines' : 'a relay without extensions', () => {
    beforeEach(async () => {
      await server.close();
      server = await openSmtpServer({ extensions: pipelining ? ['PIPELINING', 'SIZE 1000000'] : [] });
    });

    it('accepts a letter, byte for byte', async () => {
      expect(await open().send({ envelope, raw })).toEqual({
        kind: 'accepted',
        code: '250 2.0.0',
        reply: 'taken',
        relay: transport!.relay,
      });
      expect(server.letters.map((letter) => [letter.from, letter.to, letter.raw])).toEqual([[envelope.from, envelope.to, raw.toString()]]);
    });

    it('refusing the sender is our fault, never the recipient’s', async () => {
      for (const reply of ['550 5.7.1 sender refused', '451 4.3.0 later', '421 4.3.2 closing']) {
        expect(await sendWhile('mail', { reply, close: reply.startsWith('421') })).toMatchObject({ kind: 'ours', phase: 'mail' });
        await transport!.close();
      }
    });

    it('refusing the recipient for good rejects; only 5.1.x is a hard bounce', async () => {
      expect(await sendWhile('rcpt', { reply: '550 5.1.1 <kim@lillan.example>: no such user' })).toEqual({
        kind: 'rejected',
        code: '550 5.1.1',
        reply: '<recipient>: no such user',
        relay: transport!.relay,
        hardBounce: true,
      });
      await transport!.close();
      expect(await sendWhile('rcpt', { reply: '552 5.2.2 mailbox full' })).toMatchObject({
        kind: 'rejected',
        code: '552 5.2.2',
        hardBounce: false,
      });
    });

    it('refusing the recipient for now defers; 421, 451 and 450 4.7.x slow the whole domain down', async () => {
      const answers: [string, boolean][] = [
        ['450 4.2.0 greylisted', false],
        ['450 4.7.1 rate limit', true],
        ['451 4.3.0 busy', true],
        ['421 4.7.0 too many', true],
      ];
      for (const [reply, domainWide] of answers) {
        expect(await sendWhile('rcpt', { reply, close: reply.startsWith('421') })).toMatchObject({
          kind: 'deferred',
          code: reply.slice(0, 9),
          domainWide,
        });
        await transport!.close();
      }
    });

    it('takes a refusal of DATA or of the text by its code: policy is ours, 5.1 and 5.2 are the recipient’s, 4xx is later', async () => {
      for (const phase of ['data', 'dot'] as const) {
        const told: [string, Partial<SendAnswer>][] = [
          ['554 5.7.1 looks like spam', { kind: 'ours', phase: phase === 'dot' ? 'answer' : 'data' }],
          ['552 5.3.4 too big', { kind: 'ours' }],
          ['554 no', { kind: 'ours' }],
          ['550 5.1.1 unknown', { kind: 'rejected', hardBounce: true }],
          ['550 5.2.1 closed', { kind: 'rejected', hardBounce: false }],
          ['452 4.2.2 over quota', { kind: 'deferred', domainWide: false }],
          ['451 4.3.0 busy', { kind: 'deferred', domainWide: true }],
        ];
        for (const [reply, answer] of told) {
          expect(await sendWhile(phase, { reply }), `${phase} ${reply}`).toMatchObject({
            ...answer,
            code: reply.match(/^\d+( \d\.\d\.\d)?/)![0],
          });
          await transport!.close();
        }
      }
    });

    it('a line lost before the final dot defers, after it leaves the letter unknown', async () => {
      for (const phase of ['mail', 'rcpt', 'data'] as const) {
        expect(await sendWhile(phase, { drop: true }), phase).toMatchObject({ kind: 'deferred', code: 'line-lost', domainWide: false });
        await transport!.close();
      }
      expect(await sendWhile('dot', { drop: true })).toMatchObject({ kind: 'unknown', code: 'line-lost' });
      await transport!.close();
      expect(await sendWhile('dot', { drop: true, keep: true })).toMatchObject({ kind: 'unknown' });
      expect(server.letters).toHaveLength(1);
    });

    it('a line lost with half an answer on it is a lost line, not an answer to whatever came first', async () => {
      server.script = ({ phase, connection }) =>
        phase === 'rcpt' && connection === 1 ? { piece: '550 5.7.1 we do n', drop: true } : undefined;
      expect(await open().send({ envelope, raw })).toMatchObject({ kind: 'deferred', code: 'line-lost' });
    });

    it('goes on with the same line after a refused recipient', async () => {
      server.script = ({ phase, text }) => (phase === 'rcpt' && text.includes('away@') ? { reply: '550 5.1.1 no' } : undefined);
      const sender = open({ lines: 1 });
      expect((await sender.send({ envelope: { ...envelope, to: 'away@lillan.example' }, raw })).kind).toBe('rejected');
      expect((await sender.send({ envelope, raw })).kind).toBe('accepted');
      expect(server.connections).toBe(1);
      expect(server.commands).toContain('RSET');
    });
  });
}

describe('setting up the line', () => {
  it('every failure before MAIL is ours and names its phase', async () => {
    const cases: [SmtpPhase, SmtpReaction, string][] = [
      ['connect', { reply: '554 5.7.1 go away' }, 'greeting'],
      ['connect', { reply: '421 4.3.2 busy', close: true }, 'greeting'],
      ['connect', { drop: true }, 'greeting'],
      ['ehlo', { reply: '421 4.3.2 busy', close: true }, 'ehlo'],
      ['ehlo', { reply: '550 5.7.1 bad name' }, 'ehlo'],
      ['auth', { reply: '535 5.7.8 wrong password' }, 'auth'],
      ['auth', { drop: true }, 'auth'],
    ];
    for (const [phase, reaction, told] of cases) {
      await server.close();
      server = await openSmtpServer({
        extensions: ['AUTH PLAIN LOGIN'],
        script: (moment) => (moment.phase === phase ? reaction : undefined),
      });
      const answer = await open({}, server.url.replace('//', '//depesch:secret@')).send({ envelope, raw });
      expect(answer, `${phase} ${JSON.stringify(reaction)}`).toMatchObject({ kind: 'ours', phase: told });
      expect(JSON.stringify(answer)).not.toContain('secret');
      await transport!.close();
    }
  });

  it('a relay that is not there is ours', async () => {
    const { url } = server;
    await server.close();
    expect(await open({}, url).send({ envelope, raw })).toMatchObject({ kind: 'ours', phase: 'connect', code: 'ECONNREFUSED' });
  });

  it('a STARTTLS that fails is ours', async () => {
    await server.close();
    server = await openSmtpServer({ extensions: ['STARTTLS'] });
    expect(await open({}, `${server.url}?requireTLS=true`).send({ envelope, raw })).toMatchObject({
      kind: 'ours',
      phase: 'tls',
      code: '454 4.7.0',
    });
  });

  it('a server that takes the line and says nothing costs no more than the limit', async () => {
    const never = new Promise(() => {});
    server.script = ({ phase }) => (phase === 'connect' ? { wait: never } : undefined);
    expect(await open({ setupMs: 60 }).send({ envelope, raw })).toMatchObject({ kind: 'ours', phase: 'greeting', code: 'time-out' });
  });

  it('probe logs in without a letter', async () => {
    expect(await open().probe()).toBeUndefined();
    server.script = ({ phase }) => (phase === 'ehlo' ? { reply: '421 4.3.2 busy', close: true } : undefined);
    expect(await transport!.probe()).toMatchObject({ kind: 'ours', phase: 'ehlo' });
    expect(server.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });
});

describe('waiting for the server', () => {
  const never = new Promise(() => {});

  it('no answer to RCPT in time defers, no answer to the final dot in time is unknown', async () => {
    server.script = ({ phase }) => (phase === 'rcpt' ? { wait: never } : undefined);
    expect(await open({ letterMs: 80 }).send({ envelope, raw })).toMatchObject({ kind: 'deferred', code: 'time-out' });
    await transport!.close();
    server.script = ({ phase }) => (phase === 'dot' ? { wait: never, keep: true } : undefined);
    expect(await open({ answerMs: 80 }).send({ envelope, raw })).toMatchObject({ kind: 'unknown', code: 'time-out' });
  });

  it('a refusal in the middle of a long text is the answer to that letter alone', async () => {
    const long = Buffer.concat([raw, Buffer.alloc(3_000_000, 'x')]);
    server.script = ({ phase, transaction }) => (phase === 'body' && transaction === 1 ? { reply: '552 5.2.2 enough' } : undefined);
    const sender = open({ lines: 1 });
    expect(await sender.send({ envelope, raw: long })).toMatchObject({ kind: 'rejected', code: '552 5.2.2' });
    server.script = undefined;
    expect(await sender.send({ envelope, raw })).toMatchObject({ kind: 'accepted' });
    expect(server.letters.map((letter) => letter.raw)).toEqual([raw.toString()]);
  });

  it('a server out of step is never believed: the letter is in doubt and the line is left', async () => {
    server.script = ({ phase, connection }) => (phase === 'dot' && connection === 1 ? { reply: '354 go on' } : undefined);
    const sender = open({ lines: 1 });
    expect(await sender.send({ envelope, raw })).toMatchObject({ kind: 'unknown' });
    expect(await sender.send({ envelope, raw })).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toBe(2);
  });

  it('a text beyond the size the relay announces is ours, and nothing of it is sent', async () => {
    await server.close();
    server = await openSmtpServer({ extensions: ['SIZE 5000'] });
    expect(await open().send({ envelope, raw })).toMatchObject({ kind: 'ours', phase: 'mail', code: 'too-large' });
    expect(server.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });
});

describe('many letters', () => {
  it('share a few lines, and each line is left after its share', async () => {
    const sender = open({ lines: 3, lettersPerLine: 10 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => sender.send({ envelope: { ...envelope, to: `n${index}@lillan.example` }, raw })),
    );
    expect(answers.every((answer) => answer.kind === 'accepted')).toBe(true);
    expect(new Set(server.letters.map((letter) => letter.to)).size).toBe(60);
    expect(server.letters.every((letter) => letter.connection <= 6)).toBe(true);
    expect(server.connections).toBe(6);
  });

  it('a line that the server closed while it was idle costs no letter', async () => {
    const sender = open({ lines: 1 });
    await sender.send({ envelope, raw });
    server.script = ({ phase, connection }) => (phase === 'mail' && connection === 1 ? { drop: true } : undefined);
    expect(await sender.send({ envelope, raw })).toMatchObject({ kind: 'accepted' });
    expect(server.letters).toHaveLength(2);
  });

  it('each gets its own phase right when lines break on every side', async () => {
    let turn = 0;
    const sides: (SmtpPhase | undefined)[] = ['rcpt', 'dot', undefined, 'data', undefined];
    const fate = new Map<string, SmtpPhase | undefined>();
    server.script = ({ phase, text, to }) => {
      if (phase === 'rcpt') {
        const address = /<(.*)>/.exec(text)![1]!;
        if (!fate.has(address)) fate.set(address, sides[turn++ % sides.length]);
        return fate.get(address) === 'rcpt' ? { reply: '450 4.2.0 later' } : undefined;
      }
      return (phase === 'dot' || phase === 'data') && fate.get(to[0]!) === phase ? { drop: true } : undefined;
    };
    const sender = open({ lines: 4 });
    const addresses = Array.from({ length: 100 }, (_, index) => `n${index}@lillan.example`);
    const answers = await Promise.all(addresses.map((to) => sender.send({ envelope: { ...envelope, to }, raw })));
    const right = { rcpt: 'deferred', data: 'deferred', dot: 'unknown', none: 'accepted' } as Record<string, string>;
    expect(answers.map((answer) => answer.kind)).toEqual(addresses.map((address) => right[fate.get(address) ?? 'none']));
    expect(server.letters).toHaveLength(40);
  });

  it('asks beforeMail with the line ready: no means not one byte of the letter', async () => {
    const asked: number[] = [];
    const answer = await open().send({ envelope, raw }, () => {
      asked.push(server.connections);
      return false;
    });
    expect(answer).toEqual({ kind: 'withheld' });
    expect(asked).toEqual([1]);
    expect((await transport!.send({ envelope, raw }, async () => true)).kind).toBe('accepted');
    expect(server.commands.filter((command) => command.startsWith('MAIL'))).toHaveLength(1);
    expect(server.connections).toBe(1);
  });

  it('close waits for the letters under way and leaves no line open', async () => {
    const sender = open({ lines: 2 });
    const answers = Array.from({ length: 6 }, () => sender.send({ envelope, raw }));
    await server.whenTaken(1);
    await sender.close();
    expect((await Promise.all(answers)).map((answer) => answer.kind)).toEqual(Array(6).fill('accepted'));
    await expect(sender.send({ envelope, raw })).rejects.toThrow('closed');
    transport = undefined;
  });

  it('an address that is none is refused here and never reaches the relay', async () => {
    for (const to of ['kim', 'kim@', 'a b@lillan.example', 'kim@lillan.example>\r\nRCPT TO:<x@y.example']) {
      expect(await open().send({ envelope: { ...envelope, to }, raw })).toMatchObject({ kind: 'rejected', code: '5.1.3' });
    }
    expect(server.commands).toEqual([]);
  });
});
