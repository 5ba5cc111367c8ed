import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Config } from '../platform/config.ts';
import { openDkim, relaxedBody } from './dkim.ts';
import { senderAddress } from './sender-address.ts';

export type PlainLetterInput = {
  readonly config: Pick<Config, 'mailFrom' | 'baseUrl' | 'dkim'>;
  /** The sender's name where MAIL_FROM gives none. */
  readonly name: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  /** Begins the Message-ID; the same letter tried again has the same. `answers`: the id of the letter it belongs below. */
  readonly id: string;
  readonly answers?: string;
};

/** A letter of text alone from the house itself, signed like every other; marked so that no robot answers it (RFC 3834). Throws `dkim_failed`. */
export async function makePlainLetter(input: PlainLetterInput): Promise<{ from: string; raw: Buffer }> {
  const sender = senderAddress(input.config, { name: input.name });
  const idOf = (id: string) => `<${id}@${sender.domain}>`;
  const composed = await new MailComposer({
    from: { name: sender.name, address: sender.address },
    to: { name: '', address: input.to },
    subject: input.subject,
    date: input.date,
    messageId: idOf(input.id),
    ...(input.answers === undefined ? {} : { inReplyTo: idOf(input.answers), references: idOf(input.answers) }),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: input.text.replaceAll('\n', '\r\n'),
    textEncoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  const signer = input.config.dkim ? await openDkim(input.config.dkim) : undefined;
  if (!signer) return { from: sender.address, raw: composed };
  const end = composed.indexOf('\r\n\r\n');
  const fields = composed
    .subarray(0, end)
    .toString('latin1')
    .split(/\r\n(?![ \t])/);
  const hash = createHash('sha256')
    .update(relaxedBody(composed.subarray(end + 4)))
    .digest();
  const signatures = signer.sign(fields, hash);
  return { from: sender.address, raw: Buffer.concat([Buffer.from(`${signatures.join('\r\n')}\r\n`), composed]) };
}
