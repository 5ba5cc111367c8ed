import { absolute, releasePath, releaseUrn } from '../release/addresses.ts';
import { renderArticleText } from '../release/beside/article-text.ts';
import { topicName } from '../release/newsroom/newsroom.ts';
import { registrationOf } from '../release/parts.ts';
import { cleanDeep } from '../release/text.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { renderArticle } from './article.ts';
import { type FeedFile, type FeedPicture, feedAttachments, feedPicture } from './feed-files.ts';

/** One release as every feed format says it; only the serializers know how each spells it. Its text is clean of what XML 1.0 cannot carry. */
export type FeedItem = {
  readonly urn: string;
  readonly url: string;
  readonly language: string;
  readonly title: string;
  readonly lead: string;
  readonly html: string;
  readonly text: string;
  readonly author: string;
  readonly publishedAt: Date;
  /** Moves only when a revision is more than a minor correction (RFC 4287 section 4.2.15). */
  readonly updatedAt: Date;
  /** Time of the newest revision, minor ones too. */
  readonly revisedAt: Date;
  /** What was corrected, where the newest revision says so. */
  readonly changeNote: string | undefined;
  readonly urgent: boolean;
  /** Listed topics: slug, and name in the item's language. */
  readonly topics: readonly { readonly slug: string; readonly name: string }[];
  /** Those that show something; an ornament stands in the text alone. */
  readonly pictures: readonly FeedPicture[];
  readonly attachments: readonly FeedFile[];
  readonly type: string;
  readonly registration: string | undefined;
  readonly revision: number;
  readonly hash: string;
};

/** What a feed says about one revision. A function of the view and the publisher alone. */
export function feedItem(given: RevisionView, publisher: Publisher): FeedItem {
  const view = cleanView(given);
  const { content } = view;
  const { newsroom, baseUrl } = publisher;
  return {
    urn: releaseUrn(view.id),
    url: absolute(baseUrl, releasePath(view.slug)),
    language: content.language,
    title: content.title,
    lead: content.lead,
    // Feeds carry it in CDATA sections, which these three characters end; to a reader of HTML the escaped form is the same.
    html: renderArticle(view, publisher).replaceAll(']]>', ']]&gt;'),
    text: renderArticleText(view, publisher),
    author: content.organisation ?? newsroom.name,
    publishedAt: view.firstPublishedAt,
    updatedAt: view.significantAt,
    revisedAt: view.publishedAt,
    changeNote: view.history.at(-1)?.changeNote ?? undefined,
    urgent: content.urgent,
    topics: content.topics
      .filter((slug) => newsroom.topics[slug]?.unlisted === false)
      .map((slug) => ({ slug, name: topicName(newsroom, slug, content.language) })),
    pictures: content.images.flatMap((image) => (image.decorative ? [] : (feedPicture(image, { view, publisher }) ?? []))),
    attachments: feedAttachments(view, publisher),
    type: content.type,
    registration: registrationOf(view),
    revision: view.n,
    hash: view.hash,
  };
}

/** The edges clean what comes in; this is the last look before bytes that a reader's parser must take whole. It changes nothing that is clean. */
function cleanView(view: RevisionView): RevisionView {
  return {
    ...view,
    content: cleanDeep(view.content) as RevisionView['content'],
    rendered: cleanDeep(view.rendered) as RevisionView['rendered'],
    history: view.history.map((line) => ({ ...line, changeNote: cleanDeep(line.changeNote) as string | null })),
  };
}

/** The one file that stands for the item where a format allows only one: the leading picture, else the first attachment. */
export function enclosureOf(item: FeedItem): FeedFile | undefined {
  return item.pictures[0] ?? item.attachments[0];
}
