import fc from 'fast-check';
import { previewView } from '../../src/shared/preview/draft-view.ts';
import { diffContents } from '../../src/shared/release/changes/diff.ts';
import { LEAD_MOST, ReleaseContent, TITLE_MOST } from '../../src/shared/release/content.ts';
import { freezeContent } from '../../src/shared/release/freeze.ts';
import { contentHash } from '../../src/shared/release/hash.ts';
import type { Publisher, RevisionView } from '../../src/shared/release/view.ts';
import { renderChangesPage } from '../../src/shared/site/changes-page.ts';
import { renderFrontPage } from '../../src/shared/site/front.ts';
import { renderReleasePage } from '../../src/shared/site/page.ts';
import { renderTopicPage } from '../../src/shared/site/topic.ts';
import { hostileText } from './hostile-texts.ts';
import { DECISION, MAP, PICTURE, SAMPLE_ASSETS } from './sample-parts.ts';
import { samplePublisher, summaryOf } from './views.ts';

const publisher = samplePublisher();
const PUBLISHED = new Date('2026-11-19T08:30:00.123Z');

/** A release whose every text is hostile, read as the API reads one: what that refuses is made acceptable by as little as it takes. */
function contentOf(texts: readonly string[]): ReleaseContent {
  let next = 0;
  const text = (most = 500) => `x${texts[next++ % texts.length]!}`.slice(0, most - 50);
  const person = () => ({ name: text(), title: text(), organisation: text(), phones: ['070-174 06 05'], about: text() });
  const image = (asset: string) => ({ asset, name: text(), alt: text(1_000), caption: text(1_000), credit: text(), licence: text() });
  return freezeContent(
    ReleaseContent.parse({
      type: 'invitation',
      language: 'sv',
      title: text(TITLE_MOST),
      lead: text(LEAD_MOST),
      body: [text(10_000), text(10_000), text(10_000)].join('\n\n'),
      topics: ['naringsliv'],
      registration: text(),
      images: [image(PICTURE), image(MAP)],
      speakers: [{ name: text(), title: text(), party: text() }],
      decisions: { by: text(), date: '2026-11-18', items: [{ title: text(), recipient: text(), text: text(2_000), amount: '1 200' }] },
      event: {
        title: text(),
        start: '2026-12-01T10:00',
        place: text(),
        stream: 'https://example.org/"><script>window.pwned=30</script>',
        programme: [{ time: '10:00', text: text(), points: [text()] }],
      },
      facts: [{ title: text(), text: text(10_000) }],
      contacts: [person(), person()],
      pressContacts: [person()],
      attachments: [{ asset: DECISION, name: text(), title: text(), mediaType: 'application/pdf', bytes: 12 }],
      organisation: text(),
      boilerplate: text(10_000),
      address: text(),
    }),
    publisher.newsroom,
  );
}

/** A release as long as it may be, of one word where it can. */
export const LONGEST = contentOf(['Å'.repeat(9_000), '👩‍👩‍👧'.repeat(600), 'W'.repeat(9_000), 'lång '.repeat(1_500)]);

/** What somebody tries to make the newsroom publish. */
export const hostileContent: fc.Arbitrary<ReleaseContent> = fc.array(hostileText, { minLength: 40, maxLength: 40 }).map(contentOf);

/** The view of a release that says it, corrected with a note that is a text of it too. */
export function viewOfContent(content: ReleaseContent): RevisionView {
  return previewView({
    draft: { release: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01', slug: 'provet', content, hash: contentHash(content) },
    newsroom: publisher.newsroom,
    at: PUBLISHED,
    correction: { kind: 'major', note: content.lead },
    history: [{ n: 1, kind: 'first', publishedAt: PUBLISHED, changeNote: null, conceal: false }],
    assets: SAMPLE_ASSETS,
  });
}

/** Every page that shows a release's words, by what it is. */
export function pagesOfContent(
  content: ReleaseContent,
  from: Publisher = publisher,
): Record<'release' | 'changes' | 'front' | 'topic', string> {
  const view = viewOfContent(content);
  const items = [summaryOf(view)];
  const earlier = { ...content, title: content.lead.slice(0, TITLE_MOST), lead: content.title, facts: [] };
  return {
    release: renderReleasePage(view, from),
    changes: renderChangesPage(view, [{ n: 2, changes: diffContents(earlier, content) }], from, PUBLISHED),
    front: renderFrontPage(items, from, 'sv'),
    topic: renderTopicPage({ list: 'topic:naringsliv', page: 1, pages: 1, from: 1, items }, from),
  };
}

/** Pages of so many hostile releases, by a path that names seed and number, for checks that judge many at once. */
export function hostilePages(count: number, seed: number): Map<string, string> {
  const contents = [LONGEST, ...fc.sample(hostileContent, { numRuns: count - 1, seed })];
  return new Map(
    contents.flatMap((content, index) =>
      Object.entries(pagesOfContent(content)).map(([name, page]) => [`/${seed}/${index}/${name}`, page] as const),
    ),
  );
}
