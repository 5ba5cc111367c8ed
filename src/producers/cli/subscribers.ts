import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { demandRole } from '../../shared/accounts/actor.ts';
import { recordAudit } from '../../shared/accounts/audit.ts';
import { importPeople } from '../../shared/delivery/change-preferences.ts';
import { Failure, formatProblem, messageOf, NotFound, wrongInput } from '../../shared/platform/failure.ts';
import { eraseAddress } from '../../shared/publishing/erasing.ts';
import { lookUpPerson } from '../../shared/publishing/person.ts';
import { exportSubscribers } from '../../shared/subscribers/export.ts';
import type { ImportReport } from '../../shared/subscribers/import.ts';
import { findProof } from '../../shared/subscribers/proof.ts';
import type { RowReport } from '../../shared/subscribers/row.ts';
import type { Act, Answer, Cli } from './context.ts';
import { personText } from './person-text.ts';
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
    .description('what one address gets and why, every letter and what became of it; leaves a line in the audit')
    .argument('<address>')
    .option('--before <page>', 'older letters: what the page before named')
    .action(act(show));
  subscribers
    .command('proof')
    .description('what one person consented to, when and in which words; leaves a line in the audit')
    .argument('<address>')
    .action(act(proof));
  subscribers
    .command('erase')
    .description('remove a person from everything kept here, for good; leaves the keyed hash, and a line in the audit')
    .argument('<address>', 'the address, or its hash from a list of suppressions')
    .option('--yes', 'do it; without this it only says what would go')
    .action(act(erase));
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
    const report = await importPeople(services, { csv: readable(file), newsroom, defaults, dryRun });
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

function show(cli: Cli, address: string, { before }: { before?: string }): Promise<Answer> {
  const page = before === undefined ? undefined : Number(before);
  if (page !== undefined && !(Number.isInteger(page) && page > 0)) {
    const remedy = 'Leave it out, or use the number the page before named.';
    throw wrongInput('--before', `"${before}" is not a page.`, remedy);
  }
  return cli.withServices(async (services) => {
    const story = await lookUpPerson(services, await cli.actor(services), { person: { address }, before: page });
    if (story.subscriber === undefined && story.suppression === null) throw new NotFound('subscriber', address);
    const { newsroom } = await services.newsroom();
    return { text: personText(story, newsroom), json: story };
  });
}

const ERASES = `This removes the person from everything kept here: address, choices, proof of consent, answers of mail servers, mail that came back.
What stays is a keyed hash, so that no import takes the person up again, and the number of letters. It cannot be undone.`;

async function erase(cli: Cli, address: string, { yes = false }: { yes?: boolean }): Promise<Answer> {
  if (!yes) return { text: `${ERASES}\nTo do it:  ./depesch subscribers erase ${address} --yes`, json: { erased: false }, exit: 1 };
  return cli.withServices(async (services) => {
    const erased = await eraseAddress(services, await cli.actor(services), address);
    const rows = [
      ['topics', count(erased.topics)],
      ['proof of consent', count(erased.proofs)],
      ['answers of letters', count(erased.letters)],
      ['mail that came back', count(erased.bounces)],
      ['sign-ups', count(erased.signUps)],
      ['single letters', count(erased.notices)],
      ['letters in the local inbox', count(erased.inbox)],
    ];
    const text = `erased. Removed:\n${table(rows)}\nWhat stays: the hash ${erased.hash.slice(0, 12)}…, and the counts of runs. Backups made before still hold the person: docs/backup.md`;
    return { text, json: { erased: true, ...erased } };
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
