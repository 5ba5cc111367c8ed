/*
 * Mail that comes back, as the servers of this world write it; every name, address and host is invented. The letter was sent to
 * kim@lillan.example under the return address in RETURN.
 */

export const RETURN = 'b+returnaddress@bounces.alvmark.example';

const LETTER = [
  'From: =?utf-8?q?Region_=C3=84lvmark?= <nyheter@alvmark.example>',
  'To: kim@lillan.example',
  'Subject: Klart: tre nya =?utf-8?q?m=C3=B6tesplatser?=',
  'Message-ID: <0f3c.1@alvmark.example>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'User unknown, mailbox full and spam are words of a letter here, not of a server.',
].join('\n');

export type Head = { from?: string; subject?: string; headers?: string[]; to?: string };

/** A mail with a head as mail servers write it. */
export function mailOf(type: string, body: string, head: Head = {}): string {
  const { from = 'MAILER-DAEMON@mx.lillan.example (Mail Delivery System)', subject = 'Undelivered Mail Returned to Sender' } = head;
  return [
    'Return-Path: <>',
    'Received: from mx.lillan.example (mx.lillan.example [192.0.2.25]) by bounces.alvmark.example; Thu, 19 Nov 2026 09:31:02 +0100',
    'Date: Thu, 19 Nov 2026 09:31:01 +0100',
    `From: ${from}`,
    `To: ${head.to ?? RETURN}`,
    `Subject: ${subject}`,
    ...(head.headers ?? []),
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    'Message-ID: <20261119083101.4F1B2@mx.lillan.example>',
    '',
    body,
  ].join('\r\n');
}

export type Report = Head & {
  /** The groups of the delivery status, the per-message one included. */
  status: string;
  /** Human words before it. */
  words?: string;
  /** `text/rfc822-headers` instead of the whole letter. */
  headersOnly?: boolean;
};

/** A multipart/report of RFC 3464 with the letter it returns. */
export function dsn({ status, words = 'Your message could not be delivered.', headersOnly = false, ...head }: Report): string {
  const parts = [
    ['Content-Type: text/plain; charset=us-ascii', '', words],
    ['Content-Description: Delivery report', 'Content-Type: message/delivery-status', '', status.trim(), ''],
    headersOnly ? ['Content-Type: text/rfc822-headers', '', LETTER.split('\n\n')[0]!] : ['Content-Type: message/rfc822', '', LETTER],
  ];
  const body = `${parts.map((part) => `--4F1B2.1763541061\r\n${part.join('\r\n')}`).join('\r\n\r\n')}\r\n--4F1B2.1763541061--\r\n`;
  return mailOf('multipart/report; report-type=delivery-status;\r\n boundary="4F1B2.1763541061"', body.replace(/\r?\n/g, '\r\n'), {
    headers: ['Auto-Submitted: auto-replied'],
    ...head,
  });
}

/** A mail of words alone, with the letter below a line that says so. */
export function prose(words: string, head: Head & { copy?: string } = {}): string {
  const { copy = '--- Below this line is a copy of the message.', ...rest } = head;
  return mailOf('text/plain; charset=utf-8', `${words.trim()}\n\n${copy}\n\n${LETTER}`.replace(/\n/g, '\r\n'), rest);
}

/** An abuse report (RFC 5965) about a letter with these header lines. */
export function feedback(type: string, lines: string[] = []): string {
  const parts = [
    ['Content-Type: text/plain', '', 'This is an email abuse report for a message received from 192.0.2.10.'],
    ['Content-Type: message/feedback-report', '', `Feedback-Type: ${type}`, 'User-Agent: ExampleFeedback/1.0', 'Version: 1', ''],
    ['Content-Type: message/rfc822', '', ...lines, LETTER],
  ];
  const body = `${parts.map((part) => `--arf-1\r\n${part.join('\r\n')}`).join('\r\n\r\n')}\r\n--arf-1--\r\n`;
  return mailOf('multipart/report; report-type=feedback-report; boundary="arf-1"', body.replace(/\r?\n/g, '\r\n'), {
    from: 'feedback@fbl.granback.example',
    subject: 'complaint about message from 192.0.2.10',
    to: 'abuse@alvmark.example',
  });
}

/** The per-recipient group most tests want, below a reporting server. */
export function failed(status: string, diagnostic: string, fields: string[] = []): string {
  return [
    'Reporting-MTA: dns; mx.lillan.example',
    'Arrival-Date: Thu, 19 Nov 2026 09:31:00 +0100 (CET)',
    '',
    'Final-Recipient: rfc822; kim@lillan.example',
    'Original-Recipient: rfc822;kim@lillan.example',
    'Action: failed',
    ...(status === '' ? [] : [`Status: ${status}`]),
    'Remote-MTA: dns; mailstore.lillan.example',
    `Diagnostic-Code: smtp; ${diagnostic}`,
    ...fields,
  ].join('\r\n');
}
