import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RevisionView } from '../../../src/shared/release/view.ts';
import { feedText } from '../../support/feed-documents.ts';
import { hostileText } from '../../support/hostile-texts.ts';
import { samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';
import { childOf, childrenOf, parseXml, textOf } from '../../support/xml.ts';

function hostileView(text: () => string): RevisionView {
  const view = sampleView();
  const person = { name: text(), title: text(), organisation: text(), phones: [text()], about: text() };
  return {
    ...view,
    changeNote: text(),
    history: view.history.map((line) => ({ ...line, changeNote: text() })),
    rendered: { body: text(), facts: [text()] },
    content: {
      ...view.content,
      title: text(),
      lead: text(),
      body: text(),
      registration: text(),
      organisation: text(),
      boilerplate: text(),
      address: text(),
      facts: [{ title: text(), text: text() }],
      contacts: [person],
      pressContacts: [person],
      images: view.content.images.map((image) => ({
        ...image,
        name: text(),
        alt: text(),
        caption: text(),
        credit: text(),
        licence: text(),
      })),
      attachments: view.content.attachments.map((file) => ({ ...file, name: text(), title: text() })),
      decisions: { by: text(), date: '2026-11-18', items: [{ title: text(), recipient: text(), text: text() }] },
      event: { ...view.content.event!, title: text(), place: text(), programme: [{ time: '09:00', text: text(), points: [text()] }] },
    },
  };
}

test('whatever a release says, every feed parses and holds exactly its items', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 40, maxLength: 40 }), (texts) => {
      let next = 0;
      const text = () => texts[next++ % texts.length]!;
      const view = hostileView(text);
      const publisher = samplePublisher({ name: text(), publisher: text() });
      const feed = { list: 'all', live: [view, sampleView()], gone: [sampleWithdrawn({ reason: text() })] };
      const rss = childrenOf(childOf(parseXml(feedText('rss', feed, publisher)), 'channel'), 'item');
      const atom = childrenOf(parseXml(feedText('atom', feed, publisher)), 'entry');
      const json = JSON.parse(feedText('json', feed, publisher)).items;
      expect([rss.length, atom.length, json.length]).toEqual([2, 2, 2]);
      // A parser reads a carriage return as a line feed (XML 1.0, 2.11).
      const lines = (read: string) => read.replace(/\r\n?/g, '\n');
      expect(textOf(atom[0]!, 'title')).toBe(lines(json[0].title));
      expect(textOf(rss[0]!, 'content:encoded')).toBe(lines(json[0].content_html));
      expect(textOf(atom[0]!, 'content')).toBe(lines(json[0].content_html));
      expect(textOf(atom[0]!, 'summary')).toBe(lines(json[0].summary));
      expect(JSON.parse(feedText('ninjs', feed, publisher)).associations).toHaveLength(3);
      expect(json[0].title.isWellFormed()).toBe(true);
    }),
    { numRuns: 100 },
  );
}, 60_000);
