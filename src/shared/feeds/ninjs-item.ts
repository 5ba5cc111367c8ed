import { releaseUrn } from '../release/addresses.ts';
import { cleanText } from '../release/text.ts';
import type { WithdrawnView } from '../release/view.ts';
import type { FeedFile, FeedPicture } from './feed-files.ts';
import type { FeedItem } from './feed-item.ts';

/*
 * Releases as news desks take them in: IPTC ninjs 3.2. An embargo is never named (`embargoedUntil`): what is not public yet stands in no feed.
 */

/** One release as a ninjs object, named among the associations of the feed around it. The same bytes in every feed. */
export function renderNinjsItem(item: FeedItem): string {
  const pictures = item.pictures.map((picture, index) => pictureOf(picture, { item, name: `picture-${index + 1}` }));
  const files = item.attachments.map((file, index) => fileOf(file, { item, name: `attachment-${index + 1}` }));
  const associated = [...pictures, ...files];
  const value = {
    uri: item.urn,
    name: item.title,
    type: 'text',
    profile: item.type,
    version: String(item.revision),
    firstCreated: item.publishedAt.toISOString(),
    versionCreated: item.revisedAt.toISOString(),
    pubStatus: 'usable',
    urgency: item.urgent ? 2 : undefined,
    language: item.language,
    edNote: item.changeNote,
    headlines: [{ role: 'main', contentType: 'text/plain', value: item.title }],
    descriptions: [{ role: 'summary', contentType: 'text/plain', value: item.lead }],
    bodies: [
      { role: 'main', contentType: 'text/html', value: item.html },
      { role: 'main', contentType: 'text/plain', value: item.text },
    ],
    subjects: filled(item.topics.map(({ slug, name }) => ({ name, literal: slug }))),
    infoSources: [{ name: item.author, role: 'originator' }],
    by: item.author,
    copyrightHolder: item.author,
    associations: filled(associated),
    renditions: [{ name: 'web', href: item.url, contentType: 'text/html' }],
    altIds: [
      ...(item.registration === undefined ? [] : [{ role: 'registration', value: item.registration }]),
      { role: 'sha256', value: item.hash },
    ],
  };
  return JSON.stringify(value, null, 2);
}

/** What a desk must know of a withdrawn release: that it is gone, when and why; neither title nor text. */
export function renderNinjsCancelled(view: WithdrawnView): string {
  const uri = releaseUrn(view.id);
  const value = {
    uri,
    name: uri,
    type: 'text',
    version: String(view.n),
    firstCreated: view.firstPublishedAt.toISOString(),
    versionCreated: view.publishedAt.toISOString(),
    pubStatus: 'canceled',
    language: view.language,
    edNote: cleanText(view.reason),
  };
  return JSON.stringify(value, null, 2);
}

type Place = { readonly item: FeedItem; readonly name: string };

/** Credit and terms stand on the picture itself: a desk that takes it alone takes them along. */
function pictureOf(picture: FeedPicture, { item, name }: Place) {
  const { caption, alt, credit, licence, thumbnail } = picture;
  const descriptions = [
    ...(caption ? [{ role: 'caption', contentType: 'text/plain', value: caption }] : []),
    ...(alt ? [{ role: 'alternative', contentType: 'text/plain', value: alt }] : []),
  ];
  return {
    uri: picture.url,
    name,
    rel: 'picture',
    type: 'picture',
    versionCreated: item.publishedAt.toISOString(),
    pubStatus: 'usable',
    language: item.language,
    by: credit || undefined,
    usageTerms: licence?.name,
    rightsInfo: licence?.url === undefined ? undefined : { linkedRights: licence.url },
    descriptions: filled(descriptions),
    renditions: [
      {
        name: 'main',
        href: picture.url,
        contentType: picture.mediaType,
        width: picture.width ?? undefined,
        height: picture.height ?? undefined,
        sizeInBytes: picture.bytes,
      },
      ...(thumbnail ? [{ name: 'thumbnail', href: thumbnail.url, width: thumbnail.width, height: thumbnail.height }] : []),
    ],
  };
}

function fileOf(file: FeedFile, { item, name }: Place) {
  return {
    uri: file.url,
    name,
    rel: 'attachment',
    type: 'component',
    versionCreated: item.publishedAt.toISOString(),
    title: file.title,
    renditions: [{ name: 'main', href: file.url, contentType: file.mediaType, title: file.title, sizeInBytes: file.bytes }],
  };
}

/** An empty list is left out. */
function filled<Value>(list: readonly Value[]): readonly Value[] | undefined {
  return list.length > 0 ? list : undefined;
}
