import { zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { type Answering, whoAnswers } from '../release/who-answers.ts';
import { type Spoken, spokenIn } from './words.ts';

/** What the parts of a release's page are made with. */
export type PageContext = Spoken & {
  readonly view: RevisionView;
  readonly publisher: Publisher;
  readonly timezone: string;
  /** The moment the page is read at: who answers, and whether the event has been. */
  readonly at: Date;
  readonly answering: Answering;
};

export function pageContext(view: RevisionView, publisher: Publisher, at: Date): PageContext {
  return {
    ...spokenIn(view.content.language),
    view,
    publisher,
    timezone: zoneOf(view, publisher),
    at,
    answering: whoAnswers(view, publisher, at),
  };
}
