import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sleep } from '../../src/shared/platform/clock.ts';
import { randomNumbers } from './random.ts';
import { openSmtpServer, type SmtpScript } from './smtp-server.ts';

/*
 * The scripted mail server as a process of its own, for tests that kill things:
 *   node test/support/smtp-main.ts --port 0 --log taken.jsonl --drop-after-dot 0.01 --defer 0.02 --delay-ms 5
 * Prints one line {"port": …} when it listens. --log gets one JSON line per letter taken, --mishaps one per letter that went wrong,
 * both written before the answer.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    log: { type: 'string' },
    mishaps: { type: 'string' },
    /** Share of letters whose line is cut after the final dot without an answer; every second of them was taken. */
    'drop-after-dot': { type: 'string', default: '0' },
    /** Share of letters whose line is cut in the middle of the text. */
    'drop-in-body': { type: 'string', default: '0' },
    /** Share of letters answered 450 4.2.0 at RCPT: later, this recipient alone. */
    defer: { type: 'string', default: '0' },
    /** Share of letters answered 451 at RCPT: later, everybody at that domain. */
    throttle: { type: 'string', default: '0' },
    /** Share of recipients refused with 550 5.1.1. */
    reject: { type: 'string', default: '0' },
    /** How long each letter's last answer takes. */
    'delay-ms': { type: 'string', default: '0' },
    /** Share of letters whose last answer takes ten times as long. */
    slow: { type: 'string', default: '0' },
    /** Begins the sequence of faults; the same seed and the same traffic give the same faults. */
    seed: { type: 'string', default: '1' },
  },
});

const share = (name: 'drop-after-dot' | 'drop-in-body' | 'defer' | 'throttle' | 'reject' | 'slow') => Number(values[name]);
const delayMs = Number(values['delay-ms']);
const random = randomNumbers(Number(values.seed));
let drops = 0;

const script: SmtpScript = ({ phase }) => {
  if (phase === 'rcpt') {
    if (random() < share('defer')) return { reply: '450 4.2.0 try again later' };
    if (random() < share('throttle')) return { reply: '451 4.3.0 too busy' };
    if (random() < share('reject')) return { reply: '550 5.1.1 no such mailbox' };
  }
  if (phase === 'body' && random() < share('drop-in-body')) return { drop: true };
  if (phase !== 'dot') return undefined;
  const wait = delayMs > 0 ? sleep(random() < share('slow') ? 10 * delayMs : delayMs) : undefined;
  if (random() >= share('drop-after-dot')) return { wait };
  drops += 1;
  return { drop: true, keep: drops % 2 === 0, wait };
};

const mishaps = values.mishaps === undefined ? undefined : openSync(values.mishaps, 'a');
const server = await openSmtpServer({
  port: Number(values.port),
  logFile: values.log,
  keepRaw: false,
  script,
  onMishap: (mishap) => {
    if (mishaps !== undefined) writeSync(mishaps, `${JSON.stringify(mishap)}\n`);
  },
});
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void server.close().then(() => {
      if (mishaps !== undefined) closeSync(mishaps);
      process.exit(0);
    });
  });
}
