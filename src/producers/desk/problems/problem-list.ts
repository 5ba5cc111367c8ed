import type { Problem } from '../../../shared/platform/failure.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { DeskWords } from '../words.ts';
import { inSwedish } from './swedish.ts';

/** What is wrong with a release or a form: where, which field, what, and what to do. */
export function renderProblems(words: DeskWords, problems: readonly Problem[]): Markup {
  return html`<ul>\n${problems.map((problem) => html`<li>${place(words, problem)}${sentences(words, problem)}</li>\n`)}</ul>\n`;
}

/** `Övriga uppgifter, rad 14: topics`, `Text, rad 3:`. */
function place({ editing, line }: DeskWords, { at, field }: Problem): Markup {
  const boxes: Readonly<Record<string, string>> = { title: editing.headline, lead: editing.lead, body: editing.body };
  const [, name, number] = /^(?:(.*):|line )(\d+)$/.exec(at) ?? [];
  const box = Object.hasOwn(boxes, field) ? boxes[field] : undefined;
  const where = [name ?? box, number && `${line} ${number}`].filter(Boolean).join(', ');
  return html`${where && html`<strong>${where}:</strong> `}${box === undefined && field && html`<code>${field}</code> `}`;
}

function sentences({ language }: DeskWords, problem: Problem): Markup {
  const said = language === 'sv' ? inSwedish(problem) : problem;
  return said ? html`${said.message} ${said.remedy}` : html`<span lang="en">${problem.message} ${problem.remedy}</span>`;
}
