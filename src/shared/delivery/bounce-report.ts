import PostalMime, { type Email } from 'postal-mime';
import { findStatus } from './bounce-class.ts';
import { type DsnRecipient, readDsn, readFieldGroups } from './bounce-fields.ts';

/** What a mail that came back says. */
export type BounceReport =
  | { readonly kind: 'dsn'; readonly recipients: readonly DsnRecipient[] }
  /** A refusal in prose, from before RFC 3464 or from programs that never heard of it. */
  | { readonly kind: 'text'; readonly delayed: boolean; readonly status: string; readonly words: string }
  /** RFC 5965; `type` in small letters, such as `abuse`. */
  | { readonly kind: 'feedback'; readonly type: string; readonly agent: string }
  /** A person's program answered, not a mail server (RFC 3834), or a receipt of reading (RFC 8098). */
  | { readonly kind: 'auto-reply' }
  /** For a person. */
  | { readonly kind: 'unreadable'; readonly why: string };

export type BounceReading = {
  readonly report: BounceReport;
  /** Everything in it that may name one of our addresses or links, decoded. */
  readonly text: string;
};

/** A hostile mail must cost little: real reports are three parts deep and have a screen of headers. */
const PARSING = { forceRfc822Attachments: true, attachmentEncoding: 'utf8', maxNestingDepth: 32, maxHeadersSize: 256 * 1024 } as const;

/** Reads any bytes: a delivery status first, a complaint next, automatic answers, and the words last. Never throws. */
export async function readBounce(raw: Uint8Array): Promise<BounceReading> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  let mail: Email;
  try {
    mail = await PostalMime.parse(raw, PARSING);
  } catch {
    return { report: { kind: 'unreadable', why: 'it is not a mail that can be parsed' }, text: bytes };
  }
  const parts = mail.attachments.map(({ mimeType, content }) => ({ type: mimeType, text: typeof content === 'string' ? content : '' }));
  // Soft line breaks of quoted-printable fall into the middle of our tokens.
  const text = [bytes.replace(/=\r?\n/g, ''), mail.text ?? '', mail.html ?? '', ...parts.map((part) => part.text)].join('\n');
  return { report: reportOf(mail, parts), text };
}

type Part = { readonly type: string; readonly text: string };

function reportOf(mail: Email, parts: readonly Part[]): BounceReport {
  const body = ownWords(mail);
  const status = parts.find((part) => /^message\/(global-)?delivery-status$/.test(part.type));
  const recipients = status ? readDsn(status.text) : [];
  if (recipients.length > 0) return { kind: 'dsn', recipients };
  const feedback = parts.find((part) => part.type === 'message/feedback-report');
  if (feedback) return feedbackOf(feedback.text);
  if (/report-type="?disposition-notification/i.test(header(mail, 'content-type'))) return { kind: 'auto-reply' };
  if (comesFromServer(mail))
    return refusalOf(mail, body) ?? { kind: 'unreadable', why: 'a mail server wrote it, and nothing in it is known' };
  if (isAutomatic(mail)) return { kind: 'auto-reply' };
  const refusal = FAILURE.test(mail.subject ?? '') ? refusalOf(mail, body) : undefined;
  return refusal ?? { kind: 'unreadable', why: 'it is neither a report nor an automatic answer' };
}

function feedbackOf(text: string): BounceReport {
  const fields = readFieldGroups(text).find((group) => group.has('feedback-type'));
  const type = fields?.get('feedback-type')?.toLowerCase();
  if (!type) return { kind: 'unreadable', why: 'a feedback report without a type' };
  return { kind: 'feedback', type, agent: fields?.get('user-agent') ?? '' };
}

/** Where servers that write prose begin the copy of our letter: nothing from that line on is theirs. */
const COPY =
  /^\s*(-{2,}.*(copy of|original message|returned message|below this line|undelivered message|message headers)|>?\s*(received|return-path|dkim-signature|list-unsubscribe): )/i;

/** No server explains itself at greater length, and patterns that look for words must not meet endless lines. */
const MOST_WORDS = 16_384;
const MOST_LINE = 500;

/** The text before the copy of our letter, which is full of other words. */
function ownWords(mail: Email): string {
  const text = mail.text || (mail.html ?? '').replace(/<[^<>]*>/g, ' ');
  const lines = text
    .slice(0, MOST_WORDS)
    .split(/\r?\n/)
    .map((line) => line.slice(0, MOST_LINE));
  const copy = lines.findIndex((line) => COPY.test(line));
  return (copy < 0 ? lines : lines.slice(0, copy)).join('\n');
}

const SERVER = /^(mailer-daemon|postmaster|mail-daemon|maildelivery|mdaemon)(@|$)/i;
const FAILURE =
  /undeliver|not be delivered|delivery (status|failure|has failed|failed|report|delayed)|failure notice|returned mail|mail delivery|mail system error|non-remis|unzustellbar|kunde inte levereras|olevererbart/i;

function comesFromServer(mail: Email): boolean {
  const from = mail.from?.address ?? mail.sender?.address ?? '';
  return SERVER.test(from) || header(mail, 'x-failed-recipients') !== '';
}

const DELAYED =
  /\b(still undelivered|delay(ed)?|has not (yet )?been delivered|will (keep trying|be retried|continue to (try|be attempted))|this is a warning (message )?only|no action is required)\b/i;

/** The words of a refusal; what a status report holds may also stand in the text of a broken one. */
function refusalOf(mail: Email, body: string): BounceReport | undefined {
  const recipients = /^final-recipient:/im.test(body) ? readDsn(body) : [];
  if (recipients.length > 0) return { kind: 'dsn', recipients };
  const status = findStatus(body);
  const failed =
    status !== '' || /\b[45]\d\d[ -]/.test(body) || header(mail, 'x-failed-recipients') !== '' || FAILURE.test(mail.subject ?? '');
  const delayed = DELAYED.test(`${mail.subject ?? ''}\n${body}`) && !status.startsWith('5');
  if (!failed && !delayed) return undefined;
  return { kind: 'text', delayed, status, words: reasonIn(body) };
}

/** The lines that give the reason: those with a code or after the recipient's address; all of them when none stands out. */
function reasonIn(body: string): string {
  const lines = body.split(/\r?\n/).map((line) => line.trim());
  const telling = lines.filter((line, at) => /\b[45]\d\d[ -]|[45]\.\d{1,3}\.\d{1,3}/.test(line) || /@\S+>?:?$/.test(lines[at - 1] ?? ''));
  return (telling.length > 0 ? telling : lines).filter(Boolean).join(' ').slice(0, 1_000);
}

const AUTOMATIC_SUBJECT =
  /^(auto(matic|matisk|matiskt)?[ -]?(reply|response|svar)|automatische antwort|réponse automatique|out of (the )?office|frånvaro|semester|ej på plats)/i;

function isAutomatic(mail: Email): boolean {
  const submitted = header(mail, 'auto-submitted');
  if (submitted !== '' && !/^no\b/i.test(submitted)) return true;
  if (['x-autoreply', 'x-autorespond', 'x-autoresponder'].some((name) => header(mail, name) !== '')) return true;
  return /^auto_?reply/i.test(header(mail, 'precedence')) || AUTOMATIC_SUBJECT.test(mail.subject ?? '');
}

function header(mail: Email, name: string): string {
  return mail.headers.find(({ key }) => key === name)?.value ?? '';
}
