import { expect, test } from 'vitest';
import { shownFrom, withoutConcealed } from '../../../src/shared/release/changes/concealed.ts';
import { correctionOf, correctionsSince } from '../../../src/shared/release/parts.ts';
import type { HistoryLine } from '../../../src/shared/release/view.ts';
import { sampleView } from '../../support/views.ts';

/** `major`, or `major!` for one that conceals. */
function historyOf(...revisions: string[]): HistoryLine[] {
  return revisions.map((said, index) => ({
    n: index + 1,
    kind: said.replace('!', '') as HistoryLine['kind'],
    publishedAt: new Date(Date.UTC(2026, 10, 19 + index)),
    changeNote: index === 0 ? null : `Not ${index + 1}.`,
    conceal: said.endsWith('!'),
  }));
}

test('texts are shown from the newest concealing correction on, else from the first', () => {
  expect(shownFrom(historyOf('first'))).toBe(1);
  expect(shownFrom(historyOf('first', 'minor', 'major'))).toBe(1);
  expect(shownFrom(historyOf('first', 'major!', 'minor', 'major!', 'minor'))).toBe(4);
});

test('so are notes; what came before keeps its place and its time', () => {
  const history = historyOf('first', 'major', 'major!', 'major');
  const shown = withoutConcealed(history);
  expect(shown.map(({ changeNote }) => changeNote)).toEqual([null, null, 'Not 3.', 'Not 4.']);
  expect(shown.map(({ changeNote: _, ...line }) => line)).toEqual(history.map(({ changeNote: _, ...line }) => line));
  const open = historyOf('first', 'major', 'minor');
  expect(withoutConcealed(open)).toEqual(open);
});

test('whoever has to be told of a correction with a concealed note is told that there was one', () => {
  const view = sampleView({ history: withoutConcealed(historyOf('first', 'major', 'minor!', 'minor')) });
  const note = 'Vad som rättades visas inte, av hänsyn till enskild.';
  expect(correctionOf(view)).toMatchObject({ n: 2, changeNote: note });
  const english = { ...view, content: { ...view.content, language: 'en' } };
  expect(correctionsSince(english, 1).map(({ changeNote }) => changeNote)).toEqual([
    'What was corrected is not shown, out of consideration for an individual.',
  ]);
  expect(correctionsSince(view, 2)).toEqual([]);
});
