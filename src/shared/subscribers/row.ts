import type { Problem } from '../platform/failure.ts';
import { nearest } from '../platform/spelling.ts';
import { momentOf } from '../release/dates.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { cleanText } from '../release/text.ts';
import { isDay } from '../release/values.ts';
import type { Frequency } from '../schema/tables.ts';
import { readAddress } from './address.ts';
import type { Column, CsvRow } from './csv-file.ts';
import { findLegalBasis, LEGAL_BASIS_NAMES } from './legal-basis.ts';

const FREQUENCIES: Readonly<Record<Frequency, readonly string[]>> = {
  'at-once': ['at once', 'direkt', 'genast', 'immediately'],
  daily: ['daily', 'dagligen', 'varje dag'],
  weekly: ['weekly', 'varje vecka', 'veckovis'],
};

const NAME_MOST = 200;
const SOURCE_MOST = 500;

/** What the caller says once for every row that does not say it itself. */
export type ImportDefaults = { readonly [Name in Exclude<Column, 'address' | 'name'>]?: string | undefined };

/** One person as the file wants it. */
export type WantedSubscriber = {
  readonly line: number;
  readonly address: string;
  readonly name: string | null;
  readonly language: string;
  readonly topics: readonly string[];
  readonly legalBasis: string;
  readonly source: string;
  /** How often, when the file says it. */
  readonly frequency: Frequency | undefined;
  /** Day of the consent, when the file knows it. */
  readonly confirmedAt: Date | null;
};

export type RowOutcome = 'added' | 'changed' | 'unchanged' | 'suppressed' | 'refused';

/** What became of one row. `problems` say why a row was refused, or what was left out of one that was taken. */
export type RowReport = {
  readonly line: number;
  readonly address: string;
  readonly outcome: RowOutcome;
  readonly problems: readonly Problem[];
};

export type RowReading = { readonly wanted: WantedSubscriber } | { readonly problems: readonly Problem[] };

/** Reads one row, with every problem found. */
export function readRow(row: CsvRow, options: { newsroom: Newsroom; defaults: ImportDefaults; now: Date }): RowReading {
  const { newsroom, defaults, now } = options;
  const problems: Problem[] = [];
  const refuse = (field: string, message: string, remedy: string) => {
    problems.push({ at: `line ${row.line}`, field, message, remedy, severity: 'error' });
  };
  const cell = (column: Exclude<Column, 'address' | 'name'>) => row.cells[column] || defaults[column] || '';
  const address = readAddress(row.cells.address ?? '');
  if ('message' in address) refuse('address', address.message, address.remedy);
  const wanted = {
    line: row.line,
    address: 'address' in address ? address.address : '',
    name:
      cleanText(row.cells.name ?? '')
        .trim()
        .slice(0, NAME_MOST) || null,
    language: readLanguage(cell('language'), newsroom, refuse),
    // No such column: all topics. An empty cell beside filled ones is a question, not an answer.
    topics: readTopics(cell('topics') || (row.cells.topics === undefined ? '*' : ''), newsroom, refuse),
    frequency: readFrequency(cell('frequency'), refuse),
    legalBasis: readLegalBasis(cell('legalBasis'), refuse),
    source: cleanText(cell('source')).trim().slice(0, SOURCE_MOST),
    confirmedAt: readDate(cell('date'), { newsroom, now }, refuse),
  };
  if (wanted.source === '') refuse('source', 'is missing.', 'Say where the address comes from, in a column or once for the whole file.');
  return problems.length > 0 ? { problems } : { wanted };
}

type Refuse = (field: string, message: string, remedy: string) => void;

function readLanguage(text: string, newsroom: Newsroom, refuse: Refuse): string {
  const language = text.trim() || newsroom.languages[0]!;
  if (newsroom.languages.includes(language)) return language;
  refuse('language', `"${language}" is not a language of this newsroom.`, `Use ${newsroom.languages.join(' or ')}.`);
  return '';
}

function readTopics(text: string, newsroom: Newsroom, refuse: Refuse): string[] {
  const topics = [
    ...new Set(
      text
        .trim()
        .toLowerCase()
        .split(/[\s,;|]+/)
        .filter(Boolean),
    ),
  ];
  if (topics.some((topic) => ['*', 'all', 'alla'].includes(topic))) return ['*'];
  if (topics.length === 0)
    refuse('topics', 'is empty.', 'Write * for all topics, or their names with spaces between. All: ./depesch topics');
  const known = Object.keys(newsroom.topics);
  for (const topic of topics) {
    if (known.includes(topic)) continue;
    const near = nearest(topic, known);
    refuse('topics', `"${topic}" is not a topic of this newsroom.`, `${near ? `Near: ${near}. ` : ''}All: ./depesch topics`);
  }
  return topics.sort();
}

function readLegalBasis(text: string, refuse: Refuse): string {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  const found = findLegalBasis(word);
  if (found) return found;
  const remedy = `State one for each row or once for the file: ${LEGAL_BASIS_NAMES.join(', ')} (samtycke, allmänt intresse, …).`;
  refuse('legal basis', word === '' ? 'is missing.' : `"${text.trim()}" is not a legal basis (GDPR article 6).`, remedy);
  return '';
}

function readDate(text: string, at: { newsroom: Newsroom; now: Date }, refuse: Refuse): Date | null {
  const day = text.trim();
  if (day === '') return null;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?)?$/.exec(day);
  const moment = match && isDay(match[1]!) ? momentOf(`${match[1]}T${match[2] ?? '00:00'}`, at.newsroom.timezone) : undefined;
  if (moment && moment.getTime() <= at.now.getTime()) return moment;
  refuse(
    'date',
    moment ? `${day} has not come yet.` : `"${day}" is not a date.`,
    'Write the day of the consent as 2026-11-19, or leave it out.',
  );
  return null;
}

function readFrequency(text: string, refuse: Refuse): Frequency | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  if (word === '') return undefined;
  const found = (Object.keys(FREQUENCIES) as Frequency[]).find((name) => FREQUENCIES[name].includes(word));
  if (!found)
    refuse('frequency', `"${text.trim()}" is not a frequency.`, 'Write at-once, daily or weekly (direkt, dagligen, varje vecka).');
  return found;
}
