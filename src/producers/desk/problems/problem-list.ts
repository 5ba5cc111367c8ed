import type { Problem } from '../../../shared/platform/failure.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import { pathOf } from '../../../shared/release/problems.ts';
import { fieldName, type ListName } from '../editing/form.ts';
import type { DeskWords } from '../words.ts';
import { atTheDesk } from './at-the-desk.ts';
import { inSwedish } from './swedish.ts';

/**
 * What is wrong with a release or a form: where, which field, what, and what to do. `form` is the address of the page that has the boxes, empty on
 * that page itself: then the place leads there.
 */
export function renderProblems(
  words: DeskWords,
  problems: readonly Problem[],
  { form }: { readonly form?: string | undefined } = {},
): Markup {
  return html`<ul>\n${problems.map((problem) => html`<li>${place(words, problem, form)}${sentences(words, problem)}</li>\n`)}</ul>\n`;
}

/** `Övriga uppgifter, rad 14: topics`, `Text, rad 3:`, `Bild 2, Alt-text:`. */
function place(words: DeskWords, { at, field }: Problem, form: string | undefined): Markup {
  const box = boxOf(words, field);
  const [, name, number] = /^(?:(.*):|line )(\d+)$/.exec(at) ?? [];
  const where = [name ?? box?.label, number && `${words.line} ${number}`].filter(Boolean).join(', ');
  const label =
    where && html`<strong>${form !== undefined && box && !name ? html`<a href="${form}#${box.id}">${where}</a>` : where}:</strong> `;
  return html`${label}${(name || !box) && field && html`<code>${field}</code> `}`;
}

type Box = { readonly label: string; readonly id: string };

/** The box of the form that a problem is about, when it has one of its own. */
function boxOf({ editing, confirm }: DeskWords, field: string): Box | undefined {
  const boxes: Readonly<Record<string, string>> = {
    title: editing.headline,
    lead: editing.lead,
    body: editing.body,
    images: editing.images.title,
    attachments: editing.attachments.title,
    note: confirm.correctNote,
    reason: confirm.withdrawReason,
  };
  if (Object.hasOwn(boxes, field)) return { label: boxes[field]!, id: field };
  const [list, index, part] = pathOf(field);
  if ((list !== 'images' && list !== 'attachments') || typeof index !== 'number' || typeof part !== 'string') return undefined;
  return { label: entryLabel(editing, { list, index, part }), id: fieldName(list, index, part) };
}

/** `Bild 2, Alt-text`. */
export function entryLabel({ parts, ...editing }: DeskWords['editing'], named: { list: ListName; index: number; part: string }): string {
  const { list, index, part } = named;
  const known = Object.hasOwn(parts, part) ? parts[part as keyof typeof parts] : part;
  return `${editing[list].entry(index + 1)}, ${known}`;
}

function sentences({ language }: DeskWords, problem: Problem): Markup {
  const said = language === 'sv' ? inSwedish(problem) : { ...problem, remedy: atTheDesk(problem.remedy) };
  return said ? html`${said.message} ${said.remedy}` : html`<span lang="en">${problem.message} ${problem.remedy}</span>`;
}
