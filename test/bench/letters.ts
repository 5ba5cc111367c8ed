import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeLetter } from '../../src/shared/mail/letter.ts';
import { PLACEHOLDER_TOKENS } from '../../src/shared/mail/links.ts';
import { loadNewestView } from '../../src/shared/release/store.ts';
import type { Check, Figure } from '../support/check.ts';
import { publish } from '../support/newsdesk.ts';
import { openTestHouse, subscriberCsv, type TestHouse } from '../support/newsroom-house.ts';
import { sendWithDepesch, sendWithNodemailer, sendWithSmtpSource, type Turn } from './parts/contestants.ts';
import { longContent } from './parts/long-content.ts';
import type { NodemailerSpec } from './parts/nodemailer-main.ts';
import { missingPostfix, openSink } from './parts/sink.ts';

/** BENCH_LETTERS and BENCH_ROUNDS make a short run; only the usual ones are worth keeping. */
const LETTERS = Number(process.env.BENCH_LETTERS ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const LINES = 5;

type Signing = 'unsigned' | 'rsa' | 'ed25519';

export const bench: Check = {
  about: `one letter to ${LETTERS} people, with ledger and journal, beside nodemailer composing for each and beside smtp-source, in turn`,
  missing: missingPostfix,
  async run() {
    const figures: Figure[] = [];
    for (const signing of ['unsigned', 'rsa', 'ed25519'] as const) figures.push(...(await compete(signing)));
    return { with: `medians of ${ROUNDS} rounds, ${LINES} lines each, all to smtp-sink`, figures, notes: [NOTE] };
  },
};

const NOTE = `Depesch's time runs from the press of Publish to the last answer in the ledger, and its processor time includes freezing the audience. Its
servers are PostgreSQL, Redis and the e-mail worker; nodemailer and smtp-source have none, for they write nothing down: killed half-way, neither knows
who has the letter. smtp-source sends one made-up text of the same size to everybody; it shows what the two cores and the sink allow. nodemailer cannot
sign with ed25519.`;

async function compete(signing: Signing): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'depesch-bench-'));
  const sink = await openSink();
  const pem = keyOf(signing);
  const house = await openTestHouse({
    subscribers: subscriberCsv(LETTERS, 400),
    without: ['html', 'feeds', 'archive', 'delivery'],
    environment: { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, ...dkimSettings(folder, pem) },
  });
  try {
    const spec = await sameLetter(house, { port: sink.port, pem: signing === 'rsa' ? pem : undefined });
    const bytes = Buffer.byteLength(spec.letter.html) + Buffer.byteLength(spec.letter.text);
    const turns: Record<string, Turn[]> = {};
    const take = async (name: string, turn: Promise<Turn>) => {
      const taken = await turn;
      turns[name] = [...(turns[name] ?? []), taken];
      process.stdout.write(`    ${signing}, ${name}: ${summary([taken])}\n`);
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      await take('Depesch, one sender', sendWithDepesch(house, 1));
      if (signing === 'unsigned') await take('Depesch, two senders', sendWithDepesch(house, 2));
      if (signing !== 'ed25519') await take('nodemailer', sendWithNodemailer(folder, spec));
      if (signing === 'unsigned') await take('smtp-source', sendWithSmtpSource({ port: sink.port, lines: LINES, letters: LETTERS, bytes }));
    }
    return figuresOf(signing, turns);
  } finally {
    await house.close();
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function keyOf(signing: Signing): string | undefined {
  if (signing === 'unsigned') return undefined;
  const pair = signing === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function dkimSettings(folder: string, pem: string | undefined): Record<string, string> {
  if (pem === undefined) return {};
  const path = join(folder, 'dkim.pem');
  writeFileSync(path, pem, { mode: 0o600 });
  return { DKIM_KEY: path, DKIM_SELECTOR: 'bench', DKIM_DOMAIN: 'alvmark.example' };
}

/** What Depesch would send, taken from a release whose own letters nobody sends. */
async function sameLetter(house: TestHouse, { port, pem }: { port: number; pem: string | undefined }): Promise<NodemailerSpec> {
  const { newsroom } = await house.services.newsroom();
  const { release } = await publish(house, longContentWithoutLetters());
  const view = await loadNewestView(house.services.database, release);
  const { subject, text, html } = composeLetter(view!, { newsroom, baseUrl: house.config.baseUrl });
  return {
    port,
    lines: LINES,
    from: { name: newsroom.name, address: 'nyheter@alvmark.example' },
    letter: { subject, text, html, date: new Date().toISOString() },
    personal: Object.values(PLACEHOLDER_TOKENS),
    recipients: Array.from({ length: LETTERS }, (_, index) => `n${index}@lillan${index % 400}.example`),
    ...(pem && { dkim: { domainName: 'alvmark.example', keySelector: 'bench', privateKey: pem } }),
  };
}

function longContentWithoutLetters() {
  return { ...longContent(), letters: false };
}

const rate = ({ seconds }: Turn) => LETTERS / seconds;
const cpu = ({ senderMs, serversMs }: Turn) => ((senderMs + serversMs) / LETTERS) * 1_000;

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function summary(turns: readonly Turn[]): string {
  const of = (pick: (turn: Turn) => number) => Math.round(median(turns.map(pick)));
  const servers = of(({ serversMs }) => (serversMs / LETTERS) * 1_000);
  const parts = servers > 0 ? ` (sender ${of(({ senderMs }) => (senderMs / LETTERS) * 1_000)}, servers ${servers})` : '';
  return `${of(rate)} letters/s, ${of(cpu)} ms CPU per 1,000${parts}, peak ${of(({ peakMb }) => peakMb)} MB`;
}

/** Half the processor time and twice the rate of nodemailer signing the same way; with ed25519, of nodemailer with rsa there is nothing to compare. */
function figuresOf(signing: Signing, turns: Record<string, Turn[]>): Figure[] {
  const theirs = turns.nodemailer;
  return Object.entries(turns).map(([name, all]): Figure => {
    const what = `${signing}: ${name}`;
    if (!name.startsWith('Depesch') || !theirs) return { what, found: summary(all), wanted: '-', right: true };
    const most = median(theirs.map(cpu)) / 2;
    const least = 2 * median(theirs.map(rate));
    const wanted = `at most ${Math.round(most)} ms and at least ${Math.round(least)}/s: half and twice nodemailer`;
    return { what, found: summary(all), wanted, right: median(all.map(cpu)) <= most && median(all.map(rate)) >= least };
  });
}
