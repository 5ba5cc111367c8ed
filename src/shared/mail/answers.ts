/** How far a conversation with the relay had come. Before `mail` nothing about any letter was said. */
export type SendPhase = 'connect' | 'greeting' | 'ehlo' | 'tls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body' | 'answer';

/**
 * What became of one try to hand over one letter (protocol.md, "Answers by phase first, then code").
 * `code` is the server's `550 5.1.1`, or a word of ours when no answer came; `reply` is its text with addresses replaced by `<recipient>`.
 */
export type SendAnswer =
  | { readonly kind: 'accepted'; readonly code: string; readonly reply: string; readonly relay: string }
  /** Final for this recipient. Only 5.1.x says that the address itself is wrong. */
  | { readonly kind: 'rejected'; readonly code: string; readonly reply: string; readonly relay: string; readonly hardBounce: boolean }
  /** Later. `domainWide`: the server asks everybody to slow down, not this recipient alone. */
  | { readonly kind: 'deferred'; readonly code: string; readonly reply: string; readonly relay: string; readonly domainWide: boolean }
  /** Nothing to do with the recipient: the relay does not take letters from us now. The caller pauses the relay. */
  | { readonly kind: 'ours'; readonly code: string; readonly reply: string; readonly relay: string; readonly phase: SendPhase }
  /** The line was lost after the final dot: taken or not, nobody knows. Never repeated blindly. */
  | { readonly kind: 'unknown'; readonly code: string; readonly reply: string; readonly relay: string }
  /** `beforeMail` said no: not one byte about this letter was sent. */
  | { readonly kind: 'withheld' };

/** A server's answer taken apart. */
export type Reply = { readonly basic: number; readonly enhanced: string; readonly code: string; readonly text: string };

/** Reads `550-5.1.1 no such user`, also of several lines. */
export function parseReply(response: string): Reply {
  const lines = response.split(/\r?\n/);
  const basic = Number(/^\d{3}/.exec(response)?.[0] ?? 0);
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(lines[0]!)?.[1] ?? '';
  const text = lines.map((line) => line.replace(/^\d{3}[ -]?/, '').replace(/^[245]\.\d{1,3}\.\d{1,3}\s*/, '')).join(' ');
  return { basic, enhanced, code: enhanced ? `${basic} ${enhanced}` : String(basic), text: text.trim() };
}

/** A refusal in words of the server, at a phase of the conversation: whose fault is it, and for how long? */
export function judgeRefusal(phase: SendPhase, reply: Reply, relay: string): SendAnswer {
  const about = { code: reply.code, reply: reply.text, relay };
  switch (phase) {
    case 'connect':
    case 'greeting':
    case 'ehlo':
    case 'tls':
    case 'auth':
    case 'mail':
      return { kind: 'ours', ...about, phase };
    case 'rcpt':
      if (reply.basic >= 500) return { kind: 'rejected', ...about, hardBounce: reply.enhanced.startsWith('5.1.') };
      return { kind: 'deferred', ...about, domainWide: asksEverybody(reply) };
    case 'data':
    case 'body':
    case 'answer':
      if (reply.basic < 500) return { kind: 'deferred', ...about, domainWide: asksEverybody(reply) };
      if (/^5\.[12]\./.test(reply.enhanced)) return { kind: 'rejected', ...about, hardBounce: reply.enhanced.startsWith('5.1.') };
      // What is refused here is the text or the sender (RFC 5321 4.2.3: 550 after DATA is policy), and all the others carry the same.
      return { kind: 'ours', ...about, phase };
  }
}

/** What a server says that greylists (RFC 6647): each recipient anew, so each has to be tried once before any of them can be taken. */
const GREYLISTED = /\bgr[ae]y-?[\s-]?list/i;

/**
 * 421, 451 and 450 4.7.x: the server is busy or throttles us; other recipients there would get the same answer. Greylisting has the same codes and
 * means the opposite: a domain of thousands, put off as a whole at each, would take days.
 */
function asksEverybody(reply: Reply): boolean {
  if (GREYLISTED.test(reply.text)) return false;
  return reply.basic === 421 || reply.basic === 451 || (reply.basic === 450 && reply.enhanced.startsWith('4.7.'));
}

/** The line was lost, or an answer did not come in time. Where decides: a letter is in doubt only after its final dot. */
export function judgeLoss(phase: SendPhase, what: { code: string; reply: string }, relay: string): SendAnswer {
  switch (phase) {
    case 'connect':
    case 'greeting':
    case 'ehlo':
    case 'tls':
    case 'auth':
      return { kind: 'ours', ...what, relay, phase };
    case 'mail':
    case 'rcpt':
    case 'data':
    case 'body':
      return { kind: 'deferred', ...what, relay, domainWide: false };
    case 'answer':
      return { kind: 'unknown', ...what, relay };
  }
}

/** Longest text of an answer that is kept; servers put whole paragraphs with links into refusals. */
const REPLY_LENGTH = 400;

/** A server's text without anybody's address, on one line, cut to a length that fits a table. */
export function withoutAddresses(text: string, recipient: string): string {
  const line = text.slice(0, 2 * REPLY_LENGTH).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  const words = line.split(/([ <>(){}[\]",;:]+)/).map((word) => (word.includes('@') ? MARK : word));
  const local = recipient.slice(0, Math.max(0, recipient.lastIndexOf('@')));
  // Names of one or two letters are also words of the sentence.
  // Measured: an expression made anew for each letter took a third of a sender's time, and hardly any server repeats the name.
  const named =
    local.length < 3 || !folded(line).includes(folded(local))
      ? words.join('')
      : words.join('').replace(new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(local)}(?![\\p{L}\\p{N}])`, 'giu'), MARK);
  return named
    .replace(/<?\0>?/g, '<recipient>')
    .trim()
    .slice(0, REPLY_LENGTH);
}
const MARK = '\0';

/** Alike for whatever an expression that ignores case takes for alike, also the old long s and the sign for kelvin. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase();
}
