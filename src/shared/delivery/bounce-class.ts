/**
 * What a refusal means for the next letter. `hard`: the address itself is wrong. `soft`: the mailbox or its server, today.
 * `policy`: our text, our domain or our reputation; it says nothing about the recipient and would hit everybody.
 */
export type BounceClass = 'hard' | 'soft' | 'policy';

/** RFC 3463: class, subject and detail. Not in the middle of an IP address or a version number. */
const STATUS = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/;

/** An enhanced status code in a text, such as `5.1.1` from `550 5.1.1 unknown` or `(#5.1.1)`; empty when there is none. */
export function findStatus(text: string): string {
  return STATUS.exec(text)?.[0] ?? '';
}

/** The class of a refusal by its status code and, where that says nothing, by the words of the server. */
export function classOf(status: string, words: string): BounceClass {
  const code = isSpecific(status) ? status : findStatus(words);
  const [kind, subject, detail] = code.split('.');
  if (!isSpecific(code)) return classOfWords(words) ?? 'soft';
  switch (subject) {
    case '1':
      // 5.1.7 and 5.1.8 are about the sender's address: ours.
      if (detail === '7' || detail === '8') return 'policy';
      return kind === '5' ? 'hard' : 'soft';
    case '3':
      return detail === '4' ? 'policy' : 'soft';
    case '6':
    case '7':
      return 'policy';
    case '5':
      // Protocol trouble in name; in practice large services put their own reasons here, in words.
      return classOfWords(words) ?? 'soft';
    default:
      return 'soft';
  }
}

/** `5.0.0` only repeats that it failed. */
function isSpecific(status: string): boolean {
  return status !== '' && !/^\d\.0\.0$/.test(status);
}

const POLICY =
  /\b(spam|blocked|black ?list|block ?list|dnsbl|rbl|reputation|dmarc|dkim|spf|virus|malware|phish\w*|policy|content (rejected|refused)|unsolicited|message (was )?(too large|size exceeds))\b/i;
const FULL =
  /\b(quota|mailbox (is )?(full|exceeded)|full mailbox|over ?quota|out of storage|not enough storage|insufficient (system )?storage|inbox (is )?full|brevlådan är full)\b/i;
/** Not "mailbox unavailable" or "address rejected": RFC 5321 4.2.3 has those stand for policy as well, and a wrong guess costs a reader. */
const UNKNOWN =
  /\b(user|mailbox|recipient|address|account|addressee|alias)( \S+){0,4}? (unknown|not found|invalid|(does not|doesn'?t) exist|is not (valid|known)|not known|no longer (exists|valid|in use))\b|\b(unknown|no such|invalid|nonexistent|non-existent) (local )?(user|mailbox|recipient|address|account|addressee|person)\b|\bno mailbox (here )?by that name\b|\bdoes not have an? \S+ account\b|\bunrouteable address\b|\bokänd mottagare\b|\b(adressen|mottagaren|brevlådan) finns inte\b/i;
const TEMPORARY = /\b(temporar\w*|try again|timed? ?out|deferred|greylist\w*|rate limit\w*|connection (refused|reset))\b/i;

/** The class by words alone: the last resort. Undefined when they say nothing that is known. */
function classOfWords(words: string): BounceClass | undefined {
  if (POLICY.test(words)) return 'policy';
  if (FULL.test(words)) return 'soft';
  if (TEMPORARY.test(words)) return 'soft';
  if (UNKNOWN.test(words)) return 'hard';
  return undefined;
}
