import { diffContents } from '../release/changes/diff.ts';
import type { Earlier } from '../release/changes/earlier.ts';
import { type Correction, correctionOf, correctionsSince } from '../release/parts.ts';
import type { PublicView, Publisher, RevisionView, WithdrawnView } from '../release/view.ts';
import { renderLetterHtml } from './letter-html.ts';
import { renderLetterText } from './letter-text.ts';
import { renderWithdrawalHtml, renderWithdrawalText } from './withdrawal.ts';
import { letterWords } from './words.ts';

/** A letter addressed to nobody yet: personal links hold PLACEHOLDER_TOKENS, which raw.ts replaces for each recipient. */
export type Letter = {
  readonly kind: 'release' | 'correction' | 'withdrawal';
  /** The release and the revision whose text it carries. */
  readonly release: string;
  readonly n: number;
  /** Language of the text. */
  readonly language: string;
  readonly subject: string;
  readonly html: string;
  /** Plain text from the same source, not stripped HTML. */
  readonly text: string;
};

export type Occasion = {
  /**
   * The run it goes out in: in a `first` run even a corrected text is the first its readers get, in a `major` one they have the wrong one.
   * Left out: the kind of the newest revision that was not minor.
   */
  readonly run?: 'first' | 'major' | 'withdrawal';
  /** The revision whose text its readers have. They are told of every correction since; left out, of every one in a `first` run, else of the newest. */
  readonly had?: number | undefined;
  /** What its readers had before (earlier.ts finds it). Without it a correction says what its note says, and no more. */
  readonly earlier?: Earlier | undefined;
};

/** The one letter of a revision: for the run, the test letter, the preview and the archive alike. Pure. */
export function composeLetter(view: PublicView, publisher: Publisher, occasion: Occasion = {}): Letter {
  return view.kind === 'withdrawal' ? composeWithdrawal(view, publisher, occasion) : composeRelease(view, publisher, occasion);
}

function composeRelease(view: RevisionView, publisher: Publisher, occasion: Occasion): Letter {
  const { language, title } = view.content;
  const run = occasion.run ?? view.history.findLast((line) => line.kind !== 'minor')?.kind;
  const newest = correctionOf(view);
  const corrects = run === 'major' && newest !== undefined;
  const words = letterWords(language);
  const subject = `${corrects ? words.subjects.correction : ''}${title}`;
  const changes = corrects && occasion.earlier?.content ? diffContents(occasion.earlier.content, view.content) : undefined;
  const corrections = tellOf(view, occasion);
  const about = { view, publisher, corrects, corrections, subject, changes };
  return {
    kind: corrects ? 'correction' : 'release',
    release: view.id,
    n: view.n,
    language,
    subject,
    html: renderLetterHtml(about),
    text: renderLetterText(about),
  };
}

/** Whoever gets the text for the first time may have read it elsewhere as it was, and is told of every correction; others of those since what they have. */
function tellOf(view: RevisionView, { run, had = run === 'first' ? 0 : undefined }: Occasion): Correction[] {
  const since = had === undefined ? [] : correctionsSince(view, had);
  return since.length > 0 ? since : correctionsSince(view, 0).slice(0, 1);
}

function composeWithdrawal(view: WithdrawnView, publisher: Publisher, { earlier }: Occasion): Letter {
  const words = letterWords(view.language);
  const subject = words.subjects.withdrawal + (earlier?.title ?? words.someRelease(publisher.newsroom.name));
  return {
    kind: 'withdrawal',
    release: view.id,
    n: view.n,
    language: view.language,
    subject,
    html: renderWithdrawalHtml(view, publisher),
    text: renderWithdrawalText(view, publisher),
  };
}
