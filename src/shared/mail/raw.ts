import MailComposer from 'nodemailer/lib/mail-composer';
import { sha256Hex } from '../platform/canonical.ts';
import { Failure } from '../platform/failure.ts';
import { absolute, subscribePath, unsubscribePath } from '../release/addresses.ts';
import type { Publisher } from '../release/view.ts';
import type { Addressee } from './addressee.ts';
import { type DkimSigner, relaxedBody } from './dkim.ts';
import type { Letter } from './letter.ts';
import { PLACEHOLDER_TOKENS } from './links.ts';
import { PLACEHOLDER_LEAVE } from './return-address.ts';
import type { SenderAddress } from './sender-address.ts';
import { Template } from './template.ts';

/** What stands around the text of every letter of a run. */
export type LetterFrame = {
  readonly sender: SenderAddress;
  readonly publisher: Publisher;
  /** Date of the letter: the run's, the same for every recipient and every try. */
  readonly date: Date;
  readonly dkim?: DkimSigner;
  /** BOUNCE_DOMAIN: leaving by mail then works by itself. Without it such mail goes to the press office, where a person reads it. */
  readonly bounceDomain?: string;
  /** A letter to one person who asked for it, and no list: there is nothing to leave. */
  readonly personal?: boolean;
};

/** What a letter says. */
export type LetterText = Pick<Letter, 'language' | 'subject' | 'html' | 'text'>;

/** Makes the bytes of one recipient's letter. Throws `dkim_failed` rather than giving an unsigned one. */
export type RawLetter = (addressee: Addressee) => Buffer;

/** RFC 5322 2.1.1: no line longer than this, without its line end. */
const LINE_LIMIT = 998;

/** Stand in the composed letter for what differs in length and is therefore written anew; nobody's address ends in .invalid (RFC 2606). */
const TO = 'recipient@placeholder.invalid';
const MESSAGE_ID = '<message-id@placeholder.invalid>';

/**
 * Composes a letter once; the function it gives writes each recipient's own parts into a copy. Measured (test/bench/compose.ts): composing
 * anew for each of 5,000 recipients is what limits a mailing, writing over a copy costs next to nothing.
 */
export async function prepareRaw(letter: LetterText, frame: LetterFrame): Promise<RawLetter> {
  const composed = await compose(letter, frame);
  const end = composed.indexOf('\r\n\r\n');
  const fields = splitFields(composed.subarray(0, end).toString('latin1'));
  const body = new Template(composed.subarray(end + 4));
  const relaxed = new Template(relaxedBody(composed.subarray(end + 4)));
  return (addressee) => {
    const own = fields.flatMap((field) => ownField(field, addressee));
    if (own.some((field) => field.split('\r\n').some((line) => Buffer.byteLength(line) > LINE_LIMIT))) {
      throw new Failure('line_too_long', 'a header line of the letter is longer than 998 bytes (RFC 5322 2.1.1)');
    }
    const signatures = frame.dkim?.sign(own, relaxed.hash(addressee)) ?? [];
    const head = Buffer.from(`${[...signatures, ...own].join('\r\n')}\r\n\r\n`, 'utf8');
    return Buffer.concat([head, body.fill(addressee)]);
  };
}

function compose(letter: LetterText, frame: LetterFrame): Promise<Buffer> {
  const { sender, publisher } = frame;
  const { newsroom, baseUrl } = publisher;
  return new MailComposer({
    from: { name: sender.name, address: sender.address },
    to: TO,
    replyTo: { name: newsroom.name, address: newsroom.pressEmail },
    subject: letter.subject,
    date: frame.date,
    messageId: MESSAGE_ID,
    headers: Object.entries(listFields(letter, frame)).map(([key, value]) => ({ key, value: { prepared: true, foldLines: false, value } })),
    text: withLineEnds(letter.text),
    html: withLineEnds(letter.html),
    // Quoted-printable keeps our tokens as they are and one byte wide, which is what makes writing over them safe.
    textEncoding: 'quoted-printable',
    // The same letter has the same bytes, whenever it is composed.
    baseBoundary: sha256Hex(`${letter.subject}\n${letter.html}\n${baseUrl}`).slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

/** nodemailer keeps a bare LF until the letter leaves and mends it then, which is after the signature was made. */
function withLineEnds(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

function listFields(letter: LetterText, { publisher, bounceDomain, personal }: LetterFrame): Record<string, string> {
  const machine = { 'Auto-Submitted': 'auto-generated', 'Content-Language': letter.language };
  if (personal) return machine;
  const { newsroom, baseUrl } = publisher;
  const leave = absolute(baseUrl, unsubscribePath(PLACEHOLDER_TOKENS.unsubscribe));
  const byMail = bounceDomain
    ? `mailto:u+${PLACEHOLDER_LEAVE}@${bounceDomain}?subject=unsubscribe`
    : `mailto:${newsroom.pressEmail}?subject=unsubscribe%20${PLACEHOLDER_TOKENS.unsubscribe}`;
  return {
    'List-Id': `<releases.${new URL(baseUrl).hostname.replace(/[[\]:]/g, '-')}>`,
    'List-Unsubscribe': `<${leave}>,\r\n <${byMail}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Help': `<${absolute(baseUrl, subscribePath())}>, <mailto:${newsroom.pressEmail}>`,
    // RFC 2369 3.4: nobody can write to this list.
    'List-Post': 'NO',
    ...machine,
  };
}

/** The header as its fields, each with its folded lines. */
function splitFields(header: string): string[] {
  return header.split(/\r\n(?![ \t])/);
}

/** The field as this recipient gets it. */
function ownField(field: string, addressee: Addressee): string[] {
  if (field.includes(TO)) return [`To: ${addressee.address}`];
  if (field.includes(MESSAGE_ID)) {
    const { follows } = addressee;
    return [`Message-ID: ${addressee.messageId}`, ...(follows ? [`In-Reply-To: ${follows}`, `References: ${follows}`] : [])];
  }
  return [
    field
      .replaceAll(PLACEHOLDER_TOKENS.unsubscribe, addressee.unsubscribeToken)
      .replaceAll(PLACEHOLDER_TOKENS.preferences, addressee.preferencesToken)
      .replaceAll(PLACEHOLDER_LEAVE, addressee.leaveToken ?? PLACEHOLDER_LEAVE),
  ];
}
