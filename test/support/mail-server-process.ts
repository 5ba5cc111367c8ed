import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SmtpMishap } from './smtp-server.ts';

/** A letter that the scripted mail server took, as its log has it. */
export type TakenLetter = { readonly to: string; readonly messageId: string; readonly subject: string; readonly at: string };

/** The scripted mail server in a process of its own (smtp-main.ts), and its two logs. */
export type MailServerProcess = {
  readonly process: ChildProcess;
  readonly port: number;
  /** Letters taken so far. */
  letters(): TakenLetter[];
  /** Letters that went wrong so far. */
  mishaps(): SmtpMishap[];
};

/** Starts it with its logs in `folder`; `args` are those of smtp-main.ts. */
export async function startMailServer(folder: string, args: readonly string[]): Promise<MailServerProcess> {
  const [log, mishaps] = [join(folder, 'letters.jsonl'), join(folder, 'mishaps.jsonl')];
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'smtp-main.ts'), '--port', '0', '--log', log, '--mishaps', mishaps, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: child.stdout! })) {
    const { port } = JSON.parse(line) as { port: number };
    return {
      process: child,
      port,
      letters: () => readLines<TakenLetter>(log).map((letter) => ({ ...letter, subject: decodeWords(letter.subject) })),
      mishaps: () => readLines<SmtpMishap>(mishaps),
    };
  }
  throw new Error('the mail server ended before it listened');
}

/** Whole lines only: the last one may be half written. */
function readLines<Line>(path: string): Line[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Subjects as a person reads them: encoded words (RFC 2047) in UTF-8, the white space between two of them gone. */
function decodeWords(header: string): string {
  const joined = header.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_whole, encoding: string, text: string) => {
    if (encoding.toUpperCase() === 'B') return Buffer.from(text, 'base64').toString('utf8');
    const bytes = text
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/gi, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  });
}
