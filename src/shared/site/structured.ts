import { absolute, assetPath, frontPath, releasePath, releaseUrn } from '../release/addresses.ts';
import { momentOf } from '../release/dates.ts';
import { topicName } from '../release/newsroom.ts';
import { correctionOf, registrationOf, zoneOf } from '../release/parts.ts';
import type { AssetView, Publisher, RevisionView } from '../release/view.ts';
import { pressAt } from '../release/who-answers.ts';

export type SharedImage = {
  url: string;
  width: number | null;
  height: number | null;
  alt: string;
  credit: string;
  caption: string | undefined;
};

/** Images as other sites fetch them: the largest JPEG or PNG, which every one of them reads. */
export function sharedImages(view: RevisionView, { baseUrl }: Publisher): SharedImage[] {
  return view.content.images.flatMap((image) => {
    const asset = view.assets.get(image.asset);
    if (!asset) return [];
    const plain = largestPlain(asset);
    const size = plain ?? asset;
    const url = absolute(baseUrl, assetPath(asset.hash, plain ?? image.name));
    return [{ url, width: size.width, height: size.height, alt: image.alt, credit: image.credit, caption: image.caption }];
  });
}

function largestPlain(asset: AssetView) {
  return asset.variants.filter(({ format }) => format === 'jpeg' || format === 'png').at(-1);
}

/** schema.org NewsArticle. Undefined members vanish when written as JSON. */
export function newsArticle(view: RevisionView, publisher: Publisher, at: Date): unknown {
  const { content } = view;
  const { baseUrl, newsroom } = publisher;
  const url = absolute(baseUrl, releasePath(view.slug));
  const images = sharedImages(view, publisher);
  const number = registrationOf(view);
  return {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    '@id': releaseUrn(view.id),
    url,
    mainEntityOfPage: url,
    headline: content.title,
    description: content.lead,
    inLanguage: content.language,
    datePublished: view.firstPublishedAt.toISOString(),
    dateModified: view.publishedAt.toISOString(),
    correction: corrections(view),
    image: images.length > 0 ? images.map(imageObject) : undefined,
    keywords: content.topics
      .filter((topic) => newsroom.topics[topic]?.unlisted === false)
      .map((topic) => topicName(newsroom, topic, content.language)),
    author: organisation(view, publisher, at),
    publisher: organisation(view, publisher, at),
    isAccessibleForFree: true,
    about: content.event && event(view, publisher),
    identifier: number && { '@type': 'PropertyValue', propertyID: 'registration', value: number },
    workTranslation: view.translations.length > 0 ? view.translations.map((link) => translation(link, baseUrl)) : undefined,
  };
}

function corrections(view: RevisionView): unknown {
  if (!correctionOf(view)) return undefined;
  return view.history
    .filter((line) => line.kind === 'major' && line.changeNote)
    .map((line) => ({ '@type': 'CorrectionComment', text: line.changeNote, datePublished: line.publishedAt.toISOString() }));
}

function imageObject({ url, width, height, caption, credit }: SharedImage): unknown {
  return { '@type': 'ImageObject', url, width: width ?? undefined, height: height ?? undefined, caption, creditText: credit || undefined };
}

function organisation(view: RevisionView, publisher: Publisher, at: Date): unknown {
  const { newsroom, baseUrl } = publisher;
  const people = pressAt(view, publisher, at);
  const points = people.map(({ name, phones, email }) => ({ name, telephone: phones[0], email: email ?? newsroom.pressEmail }));
  if (points.length === 0) points.push({ name: newsroom.name, telephone: undefined, email: newsroom.pressEmail });
  return {
    '@type': 'Organization',
    name: view.content.organisation ?? newsroom.name,
    url: absolute(baseUrl, frontPath(newsroom.languages[0]!, newsroom)),
    logo: newsroom.logo && absolute(baseUrl, assetPath(newsroom.logo, 'logo')),
    address: view.content.address ?? newsroom.address,
    contactPoint: points.map((point) => ({ '@type': 'ContactPoint', contactType: 'press', ...point })),
  };
}

function event(view: RevisionView, publisher: Publisher): unknown {
  const { event } = view.content;
  const zone = zoneOf(view, publisher);
  return (
    event && {
      '@type': 'Event',
      name: event.title,
      startDate: momentOf(event.start, zone).toISOString(),
      endDate: event.end && momentOf(event.end, zone).toISOString(),
      location: [
        event.place && { '@type': 'Place', name: event.place, address: event.place },
        event.stream && { '@type': 'VirtualLocation', url: event.stream },
      ].filter(Boolean),
    }
  );
}

function translation(link: RevisionView['translations'][number], baseUrl: string): unknown {
  return { '@type': 'NewsArticle', url: absolute(baseUrl, releasePath(link.slug)), headline: link.title, inLanguage: link.language };
}
