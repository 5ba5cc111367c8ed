import type { Markup } from '../platform/markup.ts';
import { releaseFilePath, releasePath, shortPath } from '../release/addresses.ts';
import { topicName } from '../release/newsroom/newsroom.ts';
import { shortCodeOf } from '../release/short-code.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { orderAlternates } from './alternates.ts';
import { cardOf } from './card/card.ts';
import { feedsOf } from './feeds.ts';
import { renderHead } from './head.ts';
import { newsArticle } from './structured.ts';

/** Metadata of a release's page. */
export function renderReleaseHead(view: RevisionView, publisher: Publisher, at: Date): Markup {
  const { content } = view;
  return renderHead({
    publisher,
    path: releasePath(view.slug),
    title: content.title,
    description: content.lead,
    language: content.language,
    type: 'article',
    alternates: languagesOf(view, publisher),
    feeds: [...feedsOf(content.language, publisher), ...topicFeeds(view, publisher)],
    card: cardOf(view, publisher),
    openGraph: openGraph(view, publisher),
    shortLink: shortPath(shortCodeOf(view.id)),
    plainText: releaseFilePath(view.slug, 'release.txt'),
    structured: newsArticle(view, publisher, at),
  });
}

function languagesOf(view: RevisionView, { newsroom }: Publisher) {
  const others = view.translations.map(({ language, slug }) => ({ language, path: releasePath(slug) }));
  return orderAlternates([{ language: view.content.language, path: releasePath(view.slug) }, ...others], newsroom);
}

function topicFeeds({ content }: RevisionView, { newsroom }: Publisher) {
  return content.topics
    .filter((topic) => newsroom.topics[topic]?.unlisted === false)
    .map((topic) => ({ list: `topic:${topic}`, title: `${newsroom.name}: ${topicName(newsroom, topic, content.language)}` }));
}

function openGraph(view: RevisionView, publisher: Publisher): [string, string][] {
  return [
    ['article:published_time', view.firstPublishedAt.toISOString()],
    ['article:modified_time', view.publishedAt.toISOString()],
    ...view.content.topics
      .filter((topic) => publisher.newsroom.topics[topic]?.unlisted === false)
      .map((topic): [string, string] => ['article:tag', topicName(publisher.newsroom, topic, view.content.language)]),
  ];
}
