import type { z } from 'zod';
import { makeAbsolute } from '../../../shared/feeds/article.ts';
import { absolute, assetPath, releasePath, releaseUrn, topicPath } from '../../../shared/release/addresses.ts';
import type { ReleaseContent, ReleaseImage } from '../../../shared/release/content.ts';
import { momentOf } from '../../../shared/release/dates.ts';
import { markdownText } from '../../../shared/release/markdown/markdown.ts';
import { quotesOf } from '../../../shared/release/markdown/quotes.ts';
import { topicName } from '../../../shared/release/newsroom/newsroom.ts';
import { registrationOf, zoneOf } from '../../../shared/release/parts.ts';
import type { PublicView, Publisher, ReleaseLink, RevisionView } from '../../../shared/release/view.ts';
import { pressAt, whoAnswers } from '../../../shared/release/who-answers.ts';
import type { PublicReleaseAnswer, WithdrawnAnswer } from './public-answer.ts';

type Shown = z.infer<typeof PublicReleaseAnswer>;

/** One release as the public API shows it at a moment. Of a withdrawn one only that, when and why: neither title nor address (promise 9). */
export function showPublic(view: PublicView, publisher: Publisher, at: Date): Shown | z.infer<typeof WithdrawnAnswer> {
  if (view.kind !== 'withdrawal') return showRevision(view, publisher, at);
  return { id: view.id, urn: releaseUrn(view.id), withdrawn: true, at: view.publishedAt.toISOString(), reason: view.reason };
}

function showRevision(view: RevisionView, publisher: Publisher, at: Date): Shown {
  const { content } = view;
  const { newsroom, baseUrl } = publisher;
  const link = ({ language, title, slug }: ReleaseLink) => ({ language, title, url: absolute(baseUrl, releasePath(slug)) });
  return {
    id: view.id,
    urn: releaseUrn(view.id),
    slug: view.slug,
    url: absolute(baseUrl, releasePath(view.slug)),
    language: content.language,
    type: content.type,
    title: content.title,
    lead: content.lead,
    html: makeAbsolute(view.rendered.body, baseUrl),
    text: markdownText(content.body, Number.POSITIVE_INFINITY).trim(),
    publishedAt: view.firstPublishedAt.toISOString(),
    updatedAt: view.publishedAt.toISOString(),
    revision: view.n,
    sha256: view.hash,
    registration: registrationOf(view),
    topics: content.topics
      .filter((topic) => newsroom.topics[topic]?.unlisted === false)
      .map((topic) => ({ slug: topic, name: topicName(newsroom, topic, content.language), url: absolute(baseUrl, topicPath(topic)) })),
    images: content.images.flatMap((image) => showImage(image, view, publisher) ?? []),
    attachments: content.attachments.map(({ asset, name, title, mediaType, bytes }) => ({
      url: absolute(baseUrl, assetPath(asset, name)),
      title,
      mediaType,
      bytes,
    })),
    quotes: quotesOf(content).map(({ text, speaker }) => ({ text, speaker })),
    facts: content.facts.map(({ title }, index) => ({ title, html: makeAbsolute(view.rendered.facts[index] ?? '', baseUrl) })),
    decisions: content.decisions,
    event: content.event && showEvent(content.event, zoneOf(view, publisher)),
    contacts: [...whoAnswers(view, publisher, at).contacts],
    pressContacts: [...pressAt(view, publisher, at)],
    translations: view.translations.map(link),
    related: view.related.map(link),
    corrections: correctionsOf(view),
  };
}

function showImage(image: ReleaseImage, view: RevisionView, { newsroom, baseUrl }: Publisher): Shown['images'][number] | undefined {
  const asset = view.assets.get(image.asset);
  if (!asset) return undefined;
  const licence = newsroom.licences[image.licence];
  return {
    url: absolute(baseUrl, assetPath(asset.hash, image.name)),
    sha256: asset.hash,
    mediaType: asset.mediaType,
    bytes: asset.bytes,
    width: asset.width,
    height: asset.height,
    alt: image.decorative ? '' : image.alt,
    caption: image.caption,
    credit: image.credit,
    licence: licence && { name: licence.name, url: licence.url },
    sizes: asset.variants.map((size) => ({
      url: absolute(baseUrl, assetPath(asset.hash, size)),
      mediaType: `image/${size.format}`,
      width: size.width,
      height: size.height,
      bytes: size.bytes,
    })),
  };
}

function showEvent(event: NonNullable<ReleaseContent['event']>, timezone: string): Shown['event'] {
  const moment = (local: string) => momentOf(local, timezone).toISOString();
  return { ...event, start: moment(event.start), end: event.end && moment(event.end), timezone };
}

function correctionsOf({ history }: RevisionView): Shown['corrections'] {
  return history.flatMap(({ n, kind, publishedAt, changeNote }) =>
    kind === 'minor' || kind === 'major' ? [{ revision: n, kind, at: publishedAt.toISOString(), note: changeNote ?? undefined }] : [],
  );
}
