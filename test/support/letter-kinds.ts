import { composeConfirmation } from '../../src/shared/mail/confirmation.ts';
import { composeDigest } from '../../src/shared/mail/digest-letter.ts';
import { composeLetter } from '../../src/shared/mail/letter.ts';
import type { LetterText } from '../../src/shared/mail/raw.ts';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import type { RevisionView } from '../../src/shared/release/view.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView, sampleWithdrawn } from './views.ts';

/* Every kind of letter the house sends to readers, in Swedish and English, made of the samples of views.ts. */

const publisher = samplePublisher();

/** The sample as it was first published. */
export function firstView(): RevisionView {
  const view = sampleView();
  return { ...view, n: 1, kind: 'first', changeNote: null, publishedAt: view.firstPublishedAt, history: view.history.slice(0, 1) };
}

/** What the sample said before its correction. */
export function earlierContent(): ReleaseContent {
  const { content } = sampleView();
  const items = content.decisions!.items.map((item, index) => (index === 2 ? { ...item, amount: 628_000 } : item));
  return {
    ...content,
    title: content.title.replace('2 835 500', '2 853 500'),
    body: content.body.replace('i mars', 'i maj').replace('- Projektet ska pågå till och med 2029.\n', ''),
    decisions: { ...content.decisions!, total: 2_853_500, items },
  };
}

/** The English sample, corrected. */
export function correctedEnglish(): { view: RevisionView; earlier: ReleaseContent } {
  const view = sampleEnglish();
  const publishedAt = new Date('2026-11-19T09:05:00.400Z');
  const changeNote = 'The opening day was wrong. Arena Storforsa opens on 3 December.';
  const history = [...view.history, { n: 2, kind: 'major' as const, publishedAt, changeNote, conceal: false }];
  const earlier = { ...view.content, body: view.content.body.replace('on 3 December', 'on 13 December') };
  return { view: { ...view, n: 2, kind: 'major', publishedAt, changeNote, history }, earlier };
}

export function sampleLetters(): Readonly<Record<string, LetterText>> {
  const date = new Date('2026-11-23T06:00:00Z');
  const items = [sampleInvitation(), sampleView(), sampleEnglish()];
  const english = correctedEnglish();
  const wish = {
    topics: ['*', 'naringsliv'],
    link: 'https://press.alvmark.example/confirm/abcdefghijklmnopqrstuvwxyz',
    hours: 48,
    frequency: 'weekly' as const,
  };
  return {
    release: composeLetter(firstView(), publisher),
    invitation: composeLetter(sampleInvitation(), publisher),
    english: composeLetter(sampleEnglish(), publisher),
    correction: composeLetter(sampleView(), publisher, { earlier: { title: '', content: earlierContent() } }),
    'correction-en': composeLetter(english.view, publisher, { earlier: { title: '', content: english.earlier } }),
    withdrawal: composeLetter(sampleWithdrawn(), publisher, { earlier: { title: 'Regionen inrättar ny beredskapsenhet' } }),
    'withdrawal-en': composeLetter(
      sampleWithdrawn({ language: 'en', reason: 'The information was released by mistake before the decision was taken.' }),
      publisher,
    ),
    digest: composeDigest({ frequency: 'daily', language: 'sv', date, items }, publisher),
    'digest-en': composeDigest({ frequency: 'weekly', language: 'en', date, items }, publisher),
    confirmation: composeConfirmation({ ...wish, language: 'sv' }, publisher),
    'confirmation-en': composeConfirmation({ ...wish, language: 'en' }, publisher),
  };
}
