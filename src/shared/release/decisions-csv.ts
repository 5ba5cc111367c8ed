import { absolute, releasePath } from './addresses.ts';
import { registrationOf } from './parts.ts';
import type { Publisher, RevisionView } from './view.ts';
import { releaseWords } from './words.ts';

/**
 * The decisions of a release as open data: CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel reads Latin-1; undefined when
 * there are none. One row per decision item, every row complete in itself, amounts as plain numbers, no sum that a program would add again.
 */
export function renderDecisionsCsv(view: RevisionView, publisher: Publisher): string | undefined {
  const { decisions, language } = view.content;
  if (!decisions) return undefined;
  const words = releaseWords(language);
  const address = absolute(publisher.baseUrl, releasePath(view.slug));
  const head = [
    words.project,
    words.recipient,
    `${words.amount} (SEK)`,
    words.description,
    words.decidedByWhom,
    words.decisionDate,
    words.registration,
    words.source,
  ];
  const rows = decisions.items.map((item) => [
    item.title,
    item.recipient ?? '',
    item.amount ?? '',
    item.text ?? '',
    decisions.by,
    decisions.date,
    registrationOf(view) ?? '',
    address,
  ]);
  return `\ufeff${[head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

/** Quoted where RFC 4180 wants it. A text that a spreadsheet would run as a formula gets an apostrophe before it; a number is none. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+@\t\r-]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
