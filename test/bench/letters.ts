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
import { type Cost, sendWithDepesch, sendWithNodemailer, sendWithSmtpSource, type Turn } from './parts/contestants.ts';
import { longContent } from './parts/long-content.ts';
import type { NodemailerSpec } from './parts/nodemailer-main.ts';
import { missingPostfix, openSink } from './parts/sink.ts';

/** BENCH_LETTERS and BENCH_ROUNDS make a short run; only the usual ones are worth keeping. */
const LETTERS = Number(process.env.BENCH_LETTERS ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const LINES = 5;

type Signing = 'unsigned' | 'rsa' | 'ed25519';

export const bench: Check = {
  about: `one letter to ${LETTERS} people (a quarter of them when it is signed), with ledger and journal, beside nodemailer composing for each and beside smtp-source, in turn`,
  missing: missingPostfix,
  async run() {
    const figures: Figure[] = [];
    for (const signing of ['unsigned', 'rsa', 'ed25519'] as const) figures.push(...(await compete(signing)));
    return { with: `medians of ${ROUNDS} rounds, ${LINES} lines each, all to smtp-sink`, figures, notes: [NOTE] };
  },
};

const NOTE = `Depesch's time runs from the press of Publish to the last answer in the ledger, and its processor time includes freezing the audience; the
others are Redis and the e-mail worker. nodemailer and smtp-source have no servers, for they write nothing down: killed half-way, neither knows
who has the letter. smtp-source sends one made-up text of the same size to everybody; it shows what the two cores and the sink allow. nodemailer cannot
sign with ed25519.

What limits the rest, by a profile of the sender on a busy machine (\`node --cpu-prof\`): a third of its time is the kernel taking what is written to the
sockets, a tenth the garbage of 30 kB a letter; composing, signing aside, is 2 %. PostgreSQL writes each row three times (frozen, claimed, answered), each
time into four or five indices. A second sender finds the two cores taken.`;

async function compete(signing: Signing): Promise<Figure[]> {
  const letters = signing === 'unsigned' ? LETTERS : LETTERS / 4;
  const folder = mkdtempSync(join(tmpdir(), 'depesch-bench-'));
  const sink = await openSink();
  const pem = keyOf(signing);
  const house = await openTestHouse({
    subscribers: subscriberCsv(letters, 400),
    without: ['html', 'feeds', 'archive', 'delivery'],
    environment: { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, ...dkimSettings(folder, pem) },
  });
  try {
    const spec = await sameLetter(house, { letters, port: sink.port, pem: signing === 'rsa' ? pem : undefined });
    const bytes = Buffer.byteLength(spec.letter.html) + Buffer.byteLength(spec.letter.text);
    const turns: Record<string, Turn[]> = {};
    const take = async (name: string, turn: Promise<Turn>) => {
      const taken = await turn;
      turns[name] = [...(turns[name] ?? []), taken];
      process.stdout.write(`    ${signing}, ${name}: ${summary([taken])}\n`);
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      await take('Depesch, one sender', sendWithDepesch(house, { letters, senders: 1 }));
      if (signing === 'unsigned') await take('Depesch, two senders', sendWithDepesch(house, { letters, senders: 2 }));
      if (signing !== 'ed25519') await take('nodemailer', sendWithNodemailer(folder, spec));
      if (signing === 'unsigned') await take('smtp-source', sendWithSmtpSource({ port: sink.port, lines: LINES, letters, bytes }));
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

type Told = { letters: number; port: number; pem: string | undefined };

/** What Depesch would send, taken from a release whose own letters nobody sends. */
async function sameLetter(house: TestHouse, { letters, port, pem }: Told): Promise<NodemailerSpec> {
  const { newsroom } = await house.services.newsroom();
  const { release } = await publish(house, { ...longContent(), letters: false });
  const view = await loadNewestView(house.services.database, release);
  const { subject, text, html } = composeLetter(view!, { newsroom, baseUrl: house.config.baseUrl });
  return {
    port,
    lines: LINES,
    from: { name: newsroom.name, address: 'nyheter@alvmark.example' },
    letter: { subject, text, html, date: new Date().toISOString() },
    personal: Object.values(PLACEHOLDER_TOKENS),
    recipients: Array.from({ length: letters }, (_, index) => `n${index}@lillan${index % 400}.example`),
    ...(pem && { dkim: { domainName: 'alvmark.example', keySelector: 'bench', privateKey: pem } }),
  };
}

const rate = ({ letters, seconds }: Turn) => letters / seconds;
const part =
  (name: keyof Cost) =>
  ({ letters, cost }: Turn) =>
    (cost[name] / letters) * 1_000;
const cpu = (turn: Turn) => part('sender')(turn) + part('postgres')(turn) + part('others')(turn);

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function summary(turns: readonly Turn[]): string {
  const of = (pick: (turn: Turn) => number) => Math.round(median(turns.map(pick)));
  const parts =
    of(part('postgres')) > 0 ? ` (sender ${of(part('sender'))}, PostgreSQL ${of(part('postgres'))}, others ${of(part('others'))})` : '';
  return `${of(rate)} letters/s, ${of(cpu)} ms CPU per 1,000${parts}, peak ${of(({ peakMb }) => peakMb)} MB`;
}

/** What each took, and Depesch beside nodemailer signing the same way; with ed25519 there is nothing to compare, for nodemailer cannot. */
function figuresOf(signing: Signing, turns: Record<string, Turn[]>): Figure[] {
  const all = Object.entries(turns);
  const found = all.map(([name, those]): Figure => ({ what: `${signing}: ${name}`, found: summary(those), wanted: '-', right: true }));
  const theirs = turns.nodemailer;
  if (!theirs) return found;
  const ours = all.filter(([name]) => name.startsWith('Depesch'));
  const times = (pick: (turn: Turn) => number, those: readonly Turn[]) => median(those.map(pick)) / median(theirs.map(pick));
  return [
    ...found,
    ...ours.flatMap(([name, those]) => [
      atMost(`${signing}: processor time of ${name}, nodemailer being 1`, times(cpu, those), 0.5),
      atLeast(`${signing}: rate of ${name}, nodemailer being 1`, times(rate, those), 2),
    ]),
  ];
}

function atMost(what: string, found: number, most: number): Figure {
  return { what, found: found.toFixed(2), wanted: `at most ${most}`, right: found <= most };
}

function atLeast(what: string, found: number, least: number): Figure {
  return { what, found: found.toFixed(2), wanted: `at least ${least}`, right: found >= least };
}
