import type { ReleaseFile } from '../release/addresses.ts';
import { renderReleaseText } from '../release/beside/article-text.ts';
import { renderCalendar } from '../release/beside/calendar.ts';
import { renderDecisionsCsv } from '../release/beside/decisions-csv.ts';
import { renderVcard } from '../release/beside/vcard.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { whoAnswers } from '../release/who-answers.ts';
import { peopleOf } from './people.ts';

/** What lies beside a release's page at a moment; undefined when this release has no such file, or has it no more. */
export function renderBeside(view: RevisionView, publisher: Publisher, { file, at }: { file: ReleaseFile; at: Date }): string | undefined {
  switch (file) {
    case 'release.txt':
      return renderReleaseText(view, publisher, at);
    case 'event.ics':
      return renderCalendar(view, publisher);
    case 'decisions.csv':
      return renderDecisionsCsv(view, publisher);
    default: {
      const place = Number(/\d+/.exec(file)![0]);
      const person = peopleOf(whoAnswers(view, publisher, at))[place - 1];
      return person && (person.phones.length > 0 || person.email) ? renderVcard(person, view, publisher) : undefined;
    }
  }
}
