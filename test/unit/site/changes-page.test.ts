import { describe, expect, test } from 'vitest';
import { diffContents } from '../../../src/shared/release/changes/diff.ts';
import { renderChangesPage } from '../../../src/shared/site/changes-page.ts';
import { sampleEnglish, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const view = sampleView();

function pageOf(before: Partial<typeof view.content>, at = view.publishedAt): string {
  const changes = diffContents({ ...view.content, ...before }, view.content);
  return renderChangesPage(view, [{ n: 3, changes }], publisher, at);
}

describe('the page of changes', () => {
  test('says for the ear what it shows the eye: what was removed, what was added', () => {
    const page = pageOf({ lead: view.content.lead.replace('18 november', '17 november') });
    expect(page).toContain('<h3>Ingress</h3>');
    expect(page).toContain('<del><span class="hidden">[borttaget: </span>17<span class="hidden">]</span></del>');
    expect(page).toContain('<ins><span class="hidden">[tillagt: </span>18<span class="hidden">]</span></ins>');
    expect(page).toContain('Revision 3, rättelse');
    expect(page).toContain('Rätt belopp är 610 000 kronor.');
  });

  test('says so when nothing of the text changed, and when the text before is not shown', () => {
    expect(pageOf({})).toContain('Ändringen syns inte i texten.');
    const concealed = renderChangesPage(view, [{ n: 3, changes: undefined }], publisher, view.publishedAt);
    expect(concealed).toContain('Tidigare text visas inte, av hänsyn till enskild.');
    expect(concealed).not.toMatch(/<del>|<ins>/);
  });

  test('escapes what was written, then as now', () => {
    const hostile = `"><script>alert('x')</script>`;
    const page = pageOf({ title: hostile, body: hostile });
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;');
  });

  test('names no telephone of people the page no longer names, once the release is old', () => {
    const [first] = view.content.contacts;
    const before = { contacts: [{ ...first!, phones: ['070-174 06 99'] }] };
    expect(pageOf(before)).toContain('<h3>Kontakter</h3>');
    const old = pageOf(before, new Date('2029-01-01T00:00Z'));
    expect(old).not.toContain('<h3>Kontakter</h3>');
    expect(old).not.toMatch(/070-174/);
  });

  test('speaks the language of the release', () => {
    const english = sampleEnglish({ n: 2, history: [...sampleEnglish().history, { ...sampleEnglish().history[0]!, n: 2, kind: 'minor' }] });
    const changes = diffContents({ ...english.content, lead: 'It was otherwise.' }, english.content);
    const page = renderChangesPage(english, [{ n: 2, changes }], publisher, english.publishedAt);
    expect(page).toContain('Revision 2, minor change');
    expect(page).toContain('[removed: ');
  });
});
