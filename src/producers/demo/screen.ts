import { CHANNELS, type Channel } from '../../shared/schema/tables.ts';
import type { Equation, Progress, RevisionResult } from './progress.ts';

/** A terminal, or whatever takes lines. */
export type Screen = {
  line(text: string): void;
  /** Lines that the next block replaces: only on a terminal; elsewhere they are not shown. */
  block(lines: readonly string[]): void;
  /** Leaves the last block where it stands. */
  keepBlock(): void;
  readonly interactive: boolean;
};

/** Writes to a stream; on a terminal a block is drawn over the one before. */
export function openScreen(stream: NodeJS.WriteStream): Screen {
  let drawn = 0;
  const interactive = stream.isTTY === true;
  return {
    interactive,
    line(text) {
      drawn = 0;
      stream.write(`${text}\n`);
    },
    block(lines) {
      if (!interactive) return;
      const up = drawn > 0 ? `\u001b[${drawn}A` : '';
      stream.write(up + lines.map((line) => `\u001b[2K${line}\n`).join(''));
      drawn = lines.length;
    },
    keepBlock() {
      drawn = 0;
    },
  };
}

/** For --json: nothing but the object at the end. */
export const SILENT: Screen = { interactive: false, line: () => undefined, block: () => undefined, keepBlock: () => undefined };

const BAR_CELLS = 10;

const WHAT: Record<Channel, string> = {
  html: 'pages, lists, sitemap',
  feeds: 'RSS, Atom, JSON, ninjs',
  email: '',
  archive: 'an entry for each',
  websub: 'subscribers of the feeds',
  webhooks: 'other systems',
};

/** The table of channels with their bars, and the equation under it. Pure. */
export function progressLines(progress: Progress, pids: ReadonlyMap<string, number>, interactive: boolean): string[] {
  const lines = [`${'channel'.padEnd(10)}${'worker'.padEnd(11)}${'revisions'.padEnd(interactive ? BAR_CELLS + 12 : 10)}slowest`];
  for (const channel of CHANNELS) lines.push(channelLine(channel, progress, { pids, interactive }));
  lines.push(equationLine(progress.equation));
  return lines;
}

function channelLine(channel: Channel, progress: Progress, view: { pids: ReadonlyMap<string, number>; interactive: boolean }): string {
  const results = progress.revisions.flatMap((revision) => revision.channels.filter((result) => result.channel === channel));
  const done = results.filter((result) => result.state === 'done');
  const slowest = Math.max(0, ...done.map((result) => result.ms ?? 0));
  const bar = view.interactive ? `${bar10(done.length, results.length)}  ` : '';
  const pid = view.pids.get(channel);
  const letters = view.pids.get('delivery');
  const what = channel === 'email' ? `${number(progress.equation.audience)} letters${letters ? `, pid ${letters}` : ''}` : WHAT[channel];
  const failed = results.some((result) => result.state === 'failed') ? '  FAILED' : '';
  const count = `${done.length} of ${results.length}`;
  return `${channel.padEnd(10)}${(pid ? `pid ${pid}` : 'not here').padEnd(11)}${bar}${count.padEnd(10)}${seconds(slowest).padStart(7)}   ${what}${failed}`;
}

/** The equation in words: only the terms that are not zero, the sum always. */
export function equationLine(equation: Equation): string {
  const terms = (['accepted', 'deferred', 'rejected', 'suppressed', 'cancelled', 'unknown', 'pending', 'claimed'] as const)
    .filter((state) => equation[state] > 0)
    .map((state) => `${number(equation[state])} ${state}`);
  const verdict = equation.sumIsRight ? '= audience' : `but the audience is ${number(equation.audience)}: the sum is wrong`;
  const sum = terms.length > 1 ? `${terms.join(' + ')} = ${number(equation.audience)} ${verdict}` : `${terms[0] ?? '0'} ${verdict}`;
  const once = equation.unknown === 0 ? '; nobody got two' : `; ${equation.unknown} unknown, held for a person`;
  return `letters   ${sum}${equation.pending + equation.claimed > 0 ? '' : once}`;
}

/** What is still owed or has failed, by name. Pure. */
export function missingLines(revisions: readonly RevisionResult[]): string[] {
  return revisions.flatMap((revision) =>
    revision.channels
      .filter((result) => result.state !== 'done')
      .map(
        (result) =>
          `missing   ${revision.slug}, revision ${revision.revision}: ${result.channel} is ${result.state}${result.error ? ` (${result.error})` : ''}`,
      ),
  );
}

function bar10(done: number, total: number): string {
  const full = total === 0 ? 0 : Math.floor((done / total) * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function number(value: number): string {
  return new Intl.NumberFormat('en', { useGrouping: true }).format(value).replaceAll(',', ' ');
}
