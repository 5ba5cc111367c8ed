import { expect, it } from 'vitest';
import { judgeFault, letterFault, type NodemailerError, setupPhase } from '../../../src/shared/mail/faults.ts';

const error = (fields: Partial<NodemailerError>): NodemailerError => Object.assign(new Error('it broke'), fields);

it('a certificate that cannot be trusted is the phase tls, under the name an administrator can look up', () => {
  const fault = error({ code: 'ESOCKET', command: 'CONN', originalCode: 'CERT_HAS_EXPIRED' });
  const phase = setupPhase(fault, 'greeting');
  expect(judgeFault({ error: fault, phase }, 'relay', '')).toEqual({
    kind: 'ours',
    phase: 'tls',
    code: 'CERT_HAS_EXPIRED',
    reply: 'it broke',
    relay: 'relay',
  });
});

it('the same lost line is deferred before the final dot and unknown after it', () => {
  const lost = error({ code: 'ECONNECTION', command: 'CONN', originalCode: 'ECONNRESET' });
  expect(judgeFault(letterFault(lost, {}, 'mail'), 'relay', 'kim@x.example')).toMatchObject({ kind: 'deferred', code: 'line-lost' });
  expect(judgeFault(letterFault(lost, {}, 'answer'), 'relay', 'kim@x.example')).toMatchObject({ kind: 'unknown', code: 'line-lost' });
});

it('a refusal in the same batch is the answer, not the line lost after it', () => {
  const lost = error({ code: 'ECONNECTION', command: 'CONN' });
  const refused = error({ code: 'EENVELOPE', command: 'RCPT TO', response: '550 5.1.1 unknown' });
  const fault = letterFault(lost, { rejectedErrors: [refused] } as Parameters<typeof letterFault>[1], 'mail');
  expect(judgeFault(fault, 'relay', 'kim@x.example')).toMatchObject({ kind: 'rejected', code: '550 5.1.1' });
});
