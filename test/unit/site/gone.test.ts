import { expect, test } from 'vitest';
import { renderGonePage } from '../../../src/shared/site/gone.ts';
import { pageMarks } from '../../../src/shared/site/layout.ts';
import { renderNotFoundPage } from '../../../src/shared/site/not-found.ts';
import { renderReleasePage } from '../../../src/shared/site/page.ts';
import { samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

const publisher = samplePublisher();
const page = renderGonePage(sampleWithdrawn(), publisher);

test('the page of a withdrawn release says that, when, why, and whom to ask', () => {
  expect(page).toContain('<h1>Pressmeddelandet är återkallat</h1>');
  expect(page).toContain('20\u00a0november\u00a02026 kl.\u00a013.15');
  expect(page).toContain('Uppgifterna lämnades av misstag innan beslutet var fattat.');
  expect(page).toContain('elin.sand@alvmark.example');
});

test('it repeats no word of the title, not even through an address made from it', () => {
  expect(page).not.toContain('beredskap');
  expect(page).not.toContain('rel="canonical"');
  expect(page).toContain('<meta name="robots" content="noindex">');
});

test('the written page itself asks for 410; no other page does, whatever its text', () => {
  expect(pageMarks(Buffer.from(page)).status).toBe(410);
  const claim = '<html lang="sv" data-status="410">';
  const view = sampleView();
  const sly = renderReleasePage({ ...view, content: { ...view.content, title: claim, lead: claim } }, publisher);
  expect(pageMarks(Buffer.from(sly)).status).toBe(200);
  expect(pageMarks(Buffer.from(renderNotFoundPage([], publisher))).status).toBe(200);
  expect(pageMarks(Buffer.from('')).status).toBe(200);
});

test('an English withdrawal reads in English', () => {
  expect(renderGonePage(sampleWithdrawn({ language: 'en', reason: 'Sent by mistake.' }), publisher)).toContain(
    'This press release has been withdrawn',
  );
});
