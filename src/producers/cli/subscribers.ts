import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { demandRole } from '../../shared/accounts/actor.ts';
import { recordAudit } from '../../shared/accounts/audit.ts';
import { Failure, formatProblem, messageOf, NotFound } from '../../shared/platform/failure.ts';
import { exportSubscribers } from '../../shared/subscribers/export.ts';
import { type ImportReport, importSubscribers } from '../../shared/subscribers/import.ts';
import { findProof } from '../../shared/subscribers/proof.ts';
import type { RowReport } from '../../shared/subscribers/row.ts';
import { findSubscriber } from '../../shared/subscribers/store.ts';
import type { Act, Answer, Cli } from './context.ts';
import { count, table } from './text.ts';

/** Whoever has more mistakes than this corrects the file, not the lines. */
const MOST_SHOWN = 20;

export function subscriberCommands(program: Command, act: Act): void {
  const subscribers = program.command('subscribers').description('who gets letters');
  subscribers
    .command('import')
    .description('add people from a CSV file; the first line names the columns. Takes nothing away, and a second time changes nothing')
    .argument('<file>')
    .option('--dry-run', 'say what would happen, keep nothing')
    .option('--topics <topics>', 'for rows that name none: topics with commas between, or all')
    .option('--language <language>', 'for rows that name none')
    .option('--frequency <frequency>', 'for rows that name none: at once, daily, weekly')
    .option('--legal-basis <basis>', 'for rows that name none: consent, public task, …')
    .option('--source <text>', 'for rows that name none: where the addresses come from')
    .option('--date <day>', 'for rows that name none: the day of the consent')
    .action(act(importFile));
  subscribers
    .command('export')
    .description('everybody who gets letters, as CSV that the import takes back')
    .argument('[file]', 'left out: to the standard output')
    .action(act(exportFile));
  subscribers
    .command('show')
    .description('what is kept about one address; leaves a line in the audit')
    .argument('<address>')
    .action(act(show));
  subscribers
    .command('proof')
    .description('what one person consented to, when and in which words; leaves a line in the audit')
    .argument('<address>')
    .action(act(proof));
}

type ImportOptions = {
  dryRun?: boolean;
  topics?: string;
  language?: string;
  frequency?: string;
  legalBasis?: string;
  source?: string;
  date?: string;
};

function importFile(cli: Cli, file: string, options: ImportOptions): Promise<Answer> {
  const { dryRun = false, ...defaults } = options;
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    demandRole(actor, ['admin'], 'import subscribers');
    const { newsroom } = await services.newsroom();
    const report = await importSubscribers(services.database, { csv: readable(file), newsroom, defaults, dryRun });
    if (!dryRun) {
      const { added, changed, refused } = report;
      await recordAudit(services.database, { account: actor.account, action: 'subscribers.imported', detail: { added, changed, refused } });
    }
    return { text: importText(file, report), json: report, exit: report.refused > 0 ? 1 : 0 };
  });
}

/** The file as a stream; what goes wrong with it is said in words. */
async function* readable(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    throw new Failure('file', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function importText(file: string, report: ImportReport): string {
  const remarks = report.rows.filter((row) => row.problems.length > 0);
  const lines = remarks.slice(0, MOST_SHOWN).flatMap((row) => rowLines(file, row));
  if (remarks.length > MOST_SHOWN) lines.push(`and ${count(remarks.length - MOST_SHOWN)} rows more: --json shows them all`);
  if (report.unused.length > 0) lines.push(`columns not used: ${report.unused.join(', ')}`);
  lines.push(
    table([
      ['added', count(report.added)],
      ['changed', count(report.changed)],
      ['unchanged', count(report.unchanged)],
      ['suppressed', `${count(report.suppressed)}${report.suppressed > 0 ? '   must get nothing, and get nothing' : ''}`],
      ['refused', count(report.refused)],
    ]),
  );
  if (report.dryRun) lines.push('A trial: nothing was kept.');
  return lines.join('\n');
}

function rowLines(file: string, row: RowReport): string[] {
  return row.problems.map((problem) => formatProblem({ ...problem, at: `${file}:${row.line}` }));
}

function exportFile(cli: Cli, file: string | undefined): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    demandRole(actor, ['admin'], 'export subscribers');
    await recordAudit(services.database, { account: actor.account, action: 'subscribers.exported' });
    if (file === undefined) {
      for await (const piece of exportSubscribers(services.database)) cli.screen.write(piece);
      return { text: '', json: { exported: true } };
    }
    // Readable by nobody else: it is a list of people.
    const handle = await open(file, 'wx', 0o600).catch((cause) => {
      const why =
        (cause as NodeJS.ErrnoException).code === 'EEXIST'
          ? 'is there already; name another file'
          : `cannot be written: ${messageOf(cause)}`;
      throw new Failure('file', `${file} ${why}.`, { cause });
    });
    try {
      for await (const piece of exportSubscribers(services.database)) await handle.write(piece);
    } finally {
      await handle.close();
    }
    return { text: `written to ${file}`, json: { file } };
  });
}

function show(cli: Cli, address: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const subscriber = await findSubscriber(services.database, address);
    await recordAudit(services.database, {
      account: actor.account,
      action: 'subscriber.looked-up',
      detail: { subscriber: subscriber?.id ?? null },
    });
    if (subscriber === undefined) throw new NotFound('subscriber', address);
    return { text: JSON.stringify(subscriber, null, 2), json: subscriber };
  });
}

function proof(cli: Cli, address: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    demandRole(actor, ['admin'], 'read the proof of consent');
    const found = await findProof(services.database, address);
    await recordAudit(services.database, {
      account: actor.account,
      action: 'subscriber.proof',
      detail: { subscriber: found?.subscriber ?? null },
    });
    if (found === undefined) throw new NotFound('subscriber', address);
    return { text: JSON.stringify(found, null, 2), json: found };
  });
}
