import { parseArgs } from 'node:util';
import { openSmtpServer, type SmtpScript } from './smtp-server.ts';

/*
 * The scripted mail server as a process of its own, for tests that kill things:
 *   node test/support/smtp-main.ts --port 0 --log taken.jsonl --drop-after-dot 0.01 --defer 0.02 --delay-ms 5
 * Prints one line {"port": …} when it listens. --log gets one JSON line per letter taken, written before the answer.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    log: { type: 'string' },
    /** Share of letters whose line is cut after the final dot without an answer; every second of them was taken. */
    'drop-after-dot': { type: 'string', default: '0' },
    /** Share of letters whose line is cut in the middle of the text. */
    'drop-in-body': { type: 'string', default: '0' },
    /** Share of letters answered 451 at RCPT. */
    defer: { type: 'string', default: '0' },
    /** Share of recipients refused with 550 5.1.1. */
    reject: { type: 'string', default: '0' },
    /** How long each letter's last answer takes. */
    'delay-ms': { type: 'string', default: '0' },
    /** Begins the sequence of faults; the same seed and the same traffic give the same faults. */
    seed: { type: 'string', default: '1' },
  },
});

const share = (name: 'drop-after-dot' | 'drop-in-body' | 'defer' | 'reject') => Number(values[name]);
const delayMs = Number(values['delay-ms']);
const random = generator(Number(values.seed));
let drops = 0;

const script: SmtpScript = ({ phase }) => {
  if (phase === 'rcpt') {
    if (random() < share('defer')) return { reply: '451 4.3.0 try again later' };
    if (random() < share('reject')) return { reply: '550 5.1.1 no such mailbox' };
  }
  if (phase === 'body' && random() < share('drop-in-body')) return { drop: true };
  if (phase !== 'dot') return undefined;
  const wait = delayMs > 0 ? new Promise((resolve) => setTimeout(resolve, delayMs)) : undefined;
  if (random() >= share('drop-after-dot')) return { wait };
  drops += 1;
  return { drop: true, keep: drops % 2 === 0, wait };
};

/** A small generator with a seed (mulberry32), because Math.random cannot be repeated. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const server = await openSmtpServer({ port: Number(values.port), logFile: values.log, keepRaw: false, script });
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
