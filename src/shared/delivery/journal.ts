import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Held, rowName, Settlement } from './settlement.ts';

/*
 * One sender's notebook, in a file only it writes: what it began, and what came of it. It is how a sweep tells a letter that was
 * certainly not begun from one that may be in somebody's mailbox. One record a line:
 *
 *   <CRC-32 of the rest, 8 hex digits> open <sender id>
 *   <CRC-32 of the rest, 8 hex digits> begin <rows>
 *   <CRC-32 of the rest, 8 hex digits> answer <rows> <settlement as JSON>
 *
 * A row is <release>/<n>/<subscriber>/<attempt>; the rows of a digest stand in one record with commas between, so that a kill leaves all or none.
 *
 * It holds no address. It is not flushed to disk: a killed process loses nothing the system already has, and after a crash of the
 * machine the boot id differs, so nobody trusts it.
 */

/** Past this size a notebook is written anew with what it still owes, so that months of running or a million letters leave a small file. */
const LONG_BYTES = 4 * 1024 * 1024;

const SUFFIX = '.journal';

/** What a journal proves of a row's attempt: nothing there means it was never begun. */
export type JournalEntry = 'begun' | Settlement;

/** A journal as read back. Not `intact`: lines are missing or damaged before the last one, so silence proves nothing. */
export type JournalRecord = { readonly sender: string; readonly intact: boolean; readonly entries: ReadonlyMap<string, JournalEntry> };

/** The journal of a living sender. Writes are synchronous: when `begin` returns, the system has the line. */
export class Journal {
  readonly #path: string;
  readonly #head: string;
  #file: number;
  #length = 0;
  #long = LONG_BYTES;
  /** What is written of each row begun and not yet settled. */
  readonly #open = new Map<string, string[]>();

  constructor(folder: string, sender: string) {
    this.#path = join(folder, `${sender}${SUFFIX}`);
    this.#head = `open ${sender}`;
    this.#file = openSync(this.#path, 'ax', 0o600);
    this.#append(this.#head);
  }

  /** Called before the first byte of a letter about these rows goes out. Throws when the line cannot be written; then nothing may be sent. */
  begin(rows: readonly Held[]): void {
    if (this.#length > this.#long) this.#writeAnew();
    this.#append(`begin ${rows.map(nameOf).join()}`);
    for (const row of rows) this.#open.set(nameOf(row), [`begin ${nameOf(row)}`]);
  }

  /** Called as soon as the outcome is known, before PostgreSQL hears of it. */
  answer(rows: readonly Held[], settlement: Settlement): void {
    const outcome = JSON.stringify(settlement);
    this.#append(`answer ${rows.map(nameOf).join()} ${outcome}`);
    for (const row of rows) this.#open.get(nameOf(row))?.push(`answer ${nameOf(row)} ${outcome}`);
  }

  /** The rows' outcome is committed: the journal owes them nothing more. */
  settled(rows: readonly Held[]): void {
    for (const row of rows) this.#open.delete(nameOf(row));
    if (this.#open.size === 0) this.#empty();
  }

  /** Rows begun and not yet committed. */
  get open(): number {
    return this.#open.size;
  }

  /** Closes the file, and removes it when every row in it is settled; otherwise it stays for the sweep. */
  close(): void {
    closeSync(this.#file);
    if (this.#open.size === 0) rmSync(this.#path, { force: true });
  }

  /** Down to the head: servers' words may name people, and nobody needs them here once they are in SQL. */
  #empty(): void {
    const length = Buffer.byteLength(journalLine(this.#head));
    try {
      ftruncateSync(this.#file, length);
      this.#length = length;
    } catch {
      // The long one tells the same.
    }
  }

  #append(record: string): void {
    const line = Buffer.from(journalLine(record));
    try {
      let written = 0;
      while (written < line.length) written += writeSync(this.#file, line, written);
      this.#length += line.length;
    } catch (error) {
      // A full disk can leave half a line; cut it off, or the next record would hide behind it.
      ftruncateSync(this.#file, this.#length);
      throw error;
    }
  }

  /** A file of the open rows alone takes the place of the old one in one step: a sender killed at any moment leaves one that is whole. */
  #writeAnew(): void {
    const path = `${this.#path}.new`;
    const text = [this.#head, ...[...this.#open.values()].flat()].map(journalLine).join('');
    try {
      writeFileSync(path, text, { mode: 0o600 });
      const file = openSync(path, 'a');
      renameSync(path, this.#path);
      closeSync(this.#file);
      this.#file = file;
      this.#length = Buffer.byteLength(text);
      this.#long = this.#length + LONG_BYTES;
    } catch {
      // No room for a second file: the long one goes on and tells the same.
      this.#long += LONG_BYTES;
    }
  }
}

/** One record with its checksum and line end. */
export function journalLine(record: string): string {
  return `${crc32(record).toString(16).padStart(8, '0')} ${record}\n`;
}

/** Reads a journal's text. A torn last line is what a killed writer leaves; it was not begun, for the write had not returned. */
export function parseJournal(text: string): JournalRecord {
  const lines = text.split('\n');
  lines.pop(); // what follows the last line end: nothing, or the torn line
  const records = lines.map(recordOf);
  const head = /^open (\S+)$/.exec(records[0] ?? '');
  // Without any whole line no letter was begun either: the head is written first.
  const intact = records.every((record) => record !== undefined) && (head !== null || records.length === 0);
  const entries = new Map<string, JournalEntry>();
  for (const record of records) {
    const [, kind, names, json] = /^(begin|answer) (\S+)(?: (.*))?$/s.exec(record ?? '') ?? [];
    if (kind === undefined) continue;
    // An answer another version of this program wrote in other words is as good as none: begun, outcome not known.
    const entry = kind === 'begin' ? 'begun' : (Settlement.safeParse(JSON.parse(json!)).data ?? 'begun');
    for (const name of names!.split(',')) entries.set(name, entry);
  }
  return { sender: head?.[1] ?? '', intact, entries };
}

const nameOf = ({ key, token }: Held): string => rowName(key, token.attempts);

function recordOf(line: string): string | undefined {
  const record = line.slice(9);
  return journalLine(record) === `${line}\n` ? record : undefined;
}

/** The journals' folder below DATA_DIR, made when missing. */
export function journalFolder(dataDir: string): string {
  const folder = join(dataDir, 'journal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** What the sender of that id wrote down; undefined when this machine has no such journal, which proves nothing. */
export function readJournal(folder: string, sender: string): JournalRecord | undefined {
  const path = join(folder, `${sender}${SUFFIX}`);
  return existsSync(path) ? parseJournal(readFileSync(path, 'utf8')) : undefined;
}

/** Ids of the senders that left a journal here. */
export function listJournals(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []));
}

/** How long ago that journal was last written to. */
export function journalAgeMs(folder: string, sender: string): number {
  return Date.now() - (statSync(join(folder, `${sender}${SUFFIX}`), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

export function removeJournal(folder: string, sender: string): void {
  // A sender killed while it wrote its journal anew leaves the new one beside it.
  for (const end of ['', '.new']) rmSync(join(folder, `${sender}${SUFFIX}${end}`), { force: true });
}
