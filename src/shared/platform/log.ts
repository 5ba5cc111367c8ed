import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * One JSON line per event on standard output: a stable event name as `msg`, ids as fields; never an address or a mail's text.
 * On a terminal the same lines are made readable. Commands that answer on standard output log to descriptor 2.
 */
export function openLog(name: string, level: string, pretty: boolean = process.stdout.isTTY === true, descriptor: 1 | 2 = 1): Log {
  const options = { level, base: { name, pid: process.pid }, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  if (!pretty) return pino(options, pino.destination({ dest: descriptor, sync: true }));
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { destination: descriptor, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' } },
  });
}
