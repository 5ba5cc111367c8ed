import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import nodemailer, { type SendMailOptions } from 'nodemailer';

/*
 * A mailing as most programs send one: nodemailer with its pool, each letter composed for its recipient. No ledger, no journal.
 *   node test/bench/parts/nodemailer-main.ts spec.json
 * Says `ready`, sends when it reads a line, says how many were taken, and ends when its input does.
 */

/** What to send; `personal` are the words in text and headers that differ from person to person. */
export type NodemailerSpec = {
  readonly port: number;
  readonly lines: number;
  readonly from: { readonly name: string; readonly address: string };
  readonly letter: { readonly subject: string; readonly text: string; readonly html: string; readonly date: string };
  readonly personal: readonly string[];
  readonly recipients: readonly string[];
  readonly dkim?: { readonly domainName: string; readonly keySelector: string; readonly privateKey: string };
};

const spec = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as NodemailerSpec;
const transport = nodemailer.createTransport({
  pool: true,
  host: '127.0.0.1',
  port: spec.port,
  ignoreTLS: true,
  maxConnections: spec.lines,
  maxMessages: 100,
  ...(spec.dkim && { dkim: spec.dkim }),
});

const input = createInterface({ input: process.stdin });
process.stdout.write('ready\n');
for await (const _ of input) process.stdout.write(`${await sendAll()}\n`);
transport.close();

/** As its documentation says for many letters: the next one when the pool has room. */
async function sendAll(): Promise<number> {
  let taken = 0;
  const waiting = spec.recipients[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 2 * spec.lines }, async () => {
      for (const to of waiting) {
        await transport.sendMail(mailTo(to));
        taken += 1;
      }
    }),
  );
  return taken;
}

function mailTo(to: string): SendMailOptions {
  const { letter, personal, from } = spec;
  const own = (text: string) => personal.reduce((all, word) => all.replaceAll(word, `${to.length}${to}`.padEnd(word.length, 'x')), text);
  return {
    from,
    to,
    subject: letter.subject,
    date: letter.date,
    text: own(letter.text),
    html: own(letter.html),
    headers: {
      'List-Unsubscribe': `<https://press.alvmark.example/unsubscribe/${own(personal[0]!)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
    },
  };
}
