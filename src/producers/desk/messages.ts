import { Conflict, type Failure, Forbidden, InvalidInput, NotFound } from '../../shared/platform/failure.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import { renderProblems } from './problems/problem-list.ts';
import type { DeskWords } from './words.ts';

/** Why a wish was not done, for the top of the page that comes back, and the status to answer with. */
export type Refusal = { readonly status: 403 | 404 | 409 | 422; readonly message: Markup };

/** Failures that are answers to the person; `form` is the address of the page that has the boxes, empty on that page itself. Throws everything else on. */
export function refusalOf(words: DeskWords, error: unknown, form = ''): Refusal {
  const status = statusOf(error);
  if (status === undefined) throw error;
  return { status, message: faultMessage(words, error as Failure, form) };
}

/** How a failure that is an answer to the person is answered; undefined for every other. */
export function statusOf(error: unknown): Refusal['status'] | undefined {
  if (error instanceof InvalidInput) return 422;
  if (error instanceof Conflict) return 409;
  if (error instanceof NotFound) return 404;
  return error instanceof Forbidden ? 403 : undefined;
}

/** What was just done, by the word in the address that the form led back to; undefined for a word that is none of ours. */
export function doneMessage(words: DeskWords, done: string | undefined): Markup | undefined {
  const text = done !== undefined && Object.hasOwn(words.done, done) ? words.done[done as keyof DeskWords['done']] : undefined;
  return text === undefined ? undefined : html`<div class="message" role="status"><p>${text}</p></div>`;
}

/** The reason in the desk's language where we have it, else in the use case's own words. */
function faultMessage(words: DeskWords, error: Failure, form: string): Markup {
  const known = Object.hasOwn(words.faults, error.code) ? words.faults[error.code] : undefined;
  // Advice waits until the text is saved.
  const problems = error instanceof InvalidInput ? error.problems.filter(({ severity }) => severity === 'error') : [];
  return html`<div class="message message-fault" role="alert">
<p><strong>${words.faults.title}</strong></p>
<p${!known && html` lang="en"`}>${known ?? error.message}</p>
${problems.length > 0 && renderProblems(words, problems, { form })}</div>`;
}
