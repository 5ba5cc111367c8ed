import { CSV_BEGINNING, csvLine, csvManner } from '../../platform/csv.ts';
import { absolute, releasePath } from '../addresses.ts';
import { registrationOf } from '../parts.ts';
import type { Publisher, RevisionView } from '../view.ts';
import { releaseWords } from '../words.ts';

/**
 * The decisions of a release as CSV for spreadsheets, as those of its language expect it; undefined when there are none. One row per decision item,
 * every row complete in itself, amounts as plain numbers, no sum that a program would add again. Programs have them as JSON in the public API.
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
  const manner = csvManner(language);
  return CSV_BEGINNING + [head, ...rows].map((row) => csvLine(row, manner)).join('');
}
