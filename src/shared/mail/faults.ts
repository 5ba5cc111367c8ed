import type { SMTPConnectionEnvelope } from 'nodemailer/lib/smtp-connection';
import { judgeLoss, judgeRefusal, parseReply, type SendAnswer, type SendPhase, withoutAddresses } from './answers.ts';

/*
 * What nodemailer's errors mean. They name the command that failed, but a broken line is ECONNECTION and CONN wherever it breaks,
 * so the phase comes from the line itself (line.ts).
 */

export type NodemailerError = Error & { code?: string; command?: string; response?: string; timeoutType?: string; originalCode?: string };

/** The envelope with the books nodemailer keeps on it. */
export type SentEnvelope = Partial<SMTPConnectionEnvelope> & { mailError?: NodemailerError };

/** An error and how far the conversation had come. */
export type Fault = { readonly error: NodemailerError; readonly phase: SendPhase };

/** Where setting up the line failed. */
export function setupPhase(error: NodemailerError, phase: SendPhase): SendPhase {
  if (error.code === 'EAUTH') return 'auth';
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(error.originalCode ?? '')) return 'tls';
  if (error.code === 'ETLS' || error.command === 'STARTTLS' || error.timeoutType === 'UPGRADE_TIMEOUT') return 'tls';
  if (error.command === 'EHLO' || error.command === 'HELO') return 'ehlo';
  return phase;
}

/** What became of a letter, and where: `phase` is the line's, `mail` until the final dot and `answer` after it. */
export function letterFault(error: NodemailerError, sent: SentEnvelope, phase: SendPhase): Fault {
  // A lost line or a 421 after a refusal in the same pipelined batch: the refusal is the answer.
  const refusal = sent.mailError ?? (sent.rejectedErrors?.[0] as NodemailerError | undefined);
  const cause = refusal && error.command !== 'DATA' ? refusal : error;
  return { error: cause, phase: letterPhase(cause, phase) };
}

function letterPhase({ command, code }: NodemailerError, phase: SendPhase): SendPhase {
  if (command === 'MAIL FROM') return 'mail';
  if (command === 'RCPT TO') return 'rcpt';
  if (command !== 'DATA') return phase;
  if (code === 'EENVELOPE') return 'data';
  return phase === 'answer' ? 'answer' : 'body';
}

/**
 * True when the server said no at that phase. A stray 354 where a no was due is none: the line is out of step. Nor is a piece of an answer
 * on a line that broke in the envelope: nobody knows which of the pipelined commands it was for.
 */
export function isRefusal({ error, phase }: Fault): boolean {
  if (error.response === undefined || !/^[45]\d\d/.test(error.response)) return false;
  return error.command !== 'CONN' || phase !== 'mail';
}

/** The answer that a fault is, in the terms of protocol.md. */
export function judgeFault(fault: Fault, relay: string, recipient: string): SendAnswer {
  const { error, phase } = fault;
  if (isRefusal(fault)) {
    const reply = parseReply(error.response!);
    return judgeRefusal(phase, { ...reply, text: withoutAddresses(reply.text, recipient) }, relay);
  }
  if (error.code === 'EMESSAGE' && error.command === 'MAIL FROM') {
    // Longer than the SIZE the relay announced; nodemailer does not even begin.
    return judgeRefusal('mail', { basic: 552, enhanced: '5.3.4', code: 'too-large', text: error.message }, relay);
  }
  return judgeLoss(phase, { code: lossCode(fault), reply: withoutAddresses(error.message, recipient) }, relay);
}

/** A word for a line that gave no answer. Before any letter the system's own (ECONNREFUSED, CERT_HAS_EXPIRED), which an administrator can look up. */
function lossCode({ error, phase }: Fault): string {
  if (error.code === 'ETIMEDOUT') return 'time-out';
  const settingUp = phase === 'connect' || phase === 'greeting' || phase === 'ehlo' || phase === 'tls' || phase === 'auth';
  return (settingUp ? error.originalCode : undefined) ?? 'line-lost';
}

export function tooLate(): NodemailerError {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}
