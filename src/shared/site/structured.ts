import { absolute, releasePath, releaseUrn, topicPath } from '../release/addresses.ts';
import { topicName } from '../release/newsroom/newsroom.ts';
import { correctionsSince, registrationOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { pressAt } from '../release/who-answers.ts';
import { structuredEvent } from './structured-event.ts';
import { structuredImage } from './structured-images.ts';
import { siteOf, structuredOrganisation } from './structured-site.ts';
import { wordsOf } from './words.ts';

/*
 * What search engines and news readers are told (schema.org, as JSON-LD): the same as the page says, nothing more. Members that are undefined
 * vanish when written as JSON.
 */

/** A release as NewsArticle. */
export function newsArticle(view: RevisionView, publisher: Publisher, at: Date): unknown {
  const { content } = view;
  const { baseUrl, newsroom } = publisher;
  const url = absolute(baseUrl, releasePath(view.slug));
  const images = imagesOf(view, publisher);
  const number = registrationOf(view);
  const sender = structuredOrganisation(publisher, {
    people: pressAt(view, publisher, at),
    name: content.organisation,
    address: content.address,
  });
  return {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    '@id': releaseUrn(view.id),
    url,
    mainEntityOfPage: url,
    isPartOf: siteOf(publisher),
    headline: content.title,
    description: content.lead,
    articleSection: wordsOf(content.language).types[content.type],
    inLanguage: content.language,
    datePublished: view.firstPublishedAt.toISOString(),
    dateModified: view.publishedAt.toISOString(),
    version: view.n,
    correction: corrections(view),
    image: images.length > 0 ? images : undefined,
    keywords: topicsOf(view, publisher).map((topic) => topicName(newsroom, topic, content.language)),
    author: sender,
    publisher: sender,
    accountablePerson: { '@type': 'Person', name: newsroom.publisher },
    isAccessibleForFree: true,
    about: about(view, publisher),
    identifier: number && { '@type': 'PropertyValue', propertyID: 'registration', value: number },
    ...translations(view, baseUrl),
  };
}

function topicsOf({ content }: RevisionView, { newsroom }: Publisher): string[] {
  return content.topics.filter((topic) => newsroom.topics[topic]?.unlisted === false);
}

function corrections(view: RevisionView): unknown {
  const oldestFirst = correctionsSince(view, 0).toReversed();
  if (oldestFirst.length === 0) return undefined;
  return oldestFirst.map((line) => ({
    '@type': 'CorrectionComment',
    text: line.changeNote,
    datePublished: line.publishedAt.toISOString(),
  }));
}

/** The event first, then the topics. */
function about(view: RevisionView, publisher: Publisher): unknown {
  const { newsroom, baseUrl } = publisher;
  const event = structuredEvent(view, publisher);
  const topics = topicsOf(view, publisher).map((topic) => ({
    '@type': 'Thing',
    name: topicName(newsroom, topic, view.content.language),
    url: absolute(baseUrl, topicPath(topic)),
  }));
  const all = event ? [event, ...topics] : topics;
  return all.length > 0 ? all : undefined;
}

function imagesOf(view: RevisionView, publisher: Publisher): unknown[] {
  return view.content.images.flatMap((image) => {
    const asset = image.decorative ? undefined : view.assets.get(image.asset);
    return asset ? structuredImage({ image, asset }, view.slug, publisher) : [];
  });
}

/** An original names its translations; a translation names its original. */
function translations({ content, translations: links }: RevisionView, baseUrl: string) {
  const article = (link: RevisionView['translations'][number]) => ({
    '@type': 'NewsArticle',
    url: absolute(baseUrl, releasePath(link.slug)),
    headline: link.title,
    inLanguage: link.language,
  });
  const original = links.find(({ slug }) => slug === content.translationOf);
  if (original) return { translationOfWork: article(original) };
  return links.length > 0 ? { workTranslation: links.map(article) } : {};
}
