import { absolute, assetPath, frontPath, releasePath } from '../release/addresses.ts';
import type { Person } from '../release/content.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import { searchPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { wordsOf } from './words.ts';

/*
 * The newsroom itself as schema.org has it: the organisation, its site with the search, and where a page stands in it.
 */

const CONTEXT = 'https://schema.org';

type Sender = { readonly people: readonly Person[]; readonly name?: string | undefined; readonly address?: string | undefined };

/** Who publishes, and whom the press may ring; `name` and `address` as a release froze them. */
export function structuredOrganisation({ newsroom, baseUrl }: Publisher, { people, name, address }: Sender): unknown {
  const points = people.map((person) => ({ name: person.name, telephone: person.phones[0], email: person.email ?? newsroom.pressEmail }));
  if (points.length === 0) points.push({ name: newsroom.name, telephone: undefined, email: newsroom.pressEmail });
  return {
    '@type': 'Organization',
    name: name ?? newsroom.name,
    url: absolute(baseUrl, frontPath(newsroom.languages[0]!, newsroom)),
    logo: newsroom.logo && { '@type': 'ImageObject', url: absolute(baseUrl, assetPath(newsroom.logo, 'logo')) },
    address: address ?? newsroom.address,
    email: newsroom.pressEmail,
    contactPoint: points.map((point) => ({ '@type': 'ContactPoint', contactType: 'press', ...point })),
  };
}

/** The site a page is part of. */
export function siteOf({ newsroom, baseUrl }: Publisher): { '@id': string } {
  return { '@id': `${absolute(baseUrl, frontPath(newsroom.languages[0]!, newsroom))}#site` };
}

/** A front page: the site with its search and the organisation behind it, and the list of what is newest. */
export function structuredFront(publisher: Publisher, language: string, items: readonly ReleaseSummary[]): unknown {
  const { newsroom, baseUrl } = publisher;
  const words = wordsOf(language);
  const url = absolute(baseUrl, frontPath(language, newsroom));
  const site = {
    '@type': 'WebSite',
    ...siteOf(publisher),
    url,
    name: `${words.newsroom} – ${newsroom.name}`,
    description: words.frontDescription(newsroom.name),
    inLanguage: newsroom.languages,
    publisher: structuredOrganisation(publisher, { people: [] }),
    potentialAction: {
      '@type': 'SearchAction',
      target: {
        '@type': 'EntryPoint',
        urlTemplate: `${absolute(baseUrl, searchPath(language, newsroom))}?q={search_term_string}`,
      },
      'query-input': 'required name=search_term_string',
    },
  };
  const page = {
    '@type': 'CollectionPage',
    url,
    name: words.latest,
    inLanguage: language,
    isPartOf: siteOf(publisher),
    mainEntity: listOf(items, baseUrl),
  };
  return { '@context': CONTEXT, '@graph': [site, page] };
}

/** A step on the way from the front page. */
export type Step = { readonly name: string; readonly path: string };

export type PageInput = {
  readonly language: string;
  /** The way from the front page; the last is the page itself. */
  readonly trail: readonly Step[];
  readonly type?: 'WebPage' | 'CollectionPage' | 'ContactPage' | 'AboutPage' | 'ImageGallery';
  /** What the page is about or holds, as further members. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** A page that no release has for itself, and the way to it. */
export function structuredPage(publisher: Publisher, { language, trail, type = 'WebPage', more }: PageInput): unknown {
  const { newsroom, baseUrl } = publisher;
  const self = trail.at(-1)!;
  const all = [{ name: wordsOf(language).newsroom, path: frontPath(language, newsroom) }, ...trail];
  return {
    '@context': CONTEXT,
    '@type': type,
    url: absolute(baseUrl, self.path),
    name: self.name,
    inLanguage: language,
    isPartOf: siteOf(publisher),
    breadcrumb: {
      '@type': 'BreadcrumbList',
      itemListElement: all.map(({ name, path }, index) => ({
        '@type': 'ListItem',
        position: index + 1,
        name,
        item: { '@id': absolute(baseUrl, path) },
      })),
    },
    ...more,
  };
}

/** The page that says who the organisation is. */
export function aboutPage(publisher: Publisher, self: Step): unknown {
  const more = { mainEntity: structuredOrganisation(publisher, { people: [] }) };
  return structuredPage(publisher, { language: publisher.newsroom.languages[0]!, trail: [self], type: 'AboutPage', more });
}

/** A list of releases; `about` is its topic. */
export function collectionPage(
  publisher: Publisher,
  { language, trail, items, about }: Pick<PageInput, 'language' | 'trail'> & { items?: readonly ReleaseSummary[]; about?: string },
): unknown {
  const more = { about: about && { '@type': 'Thing', name: about }, mainEntity: items && listOf(items, publisher.baseUrl) };
  return structuredPage(publisher, { language, trail, type: 'CollectionPage', more });
}

/** The releases a list shows, in its order, as search engines know them; what was taken back is not repeated. */
function listOf(items: readonly ReleaseSummary[], baseUrl: string): unknown {
  const shown = items.filter(({ withdrawn }) => !withdrawn);
  return {
    '@type': 'ItemList',
    numberOfItems: shown.length,
    itemListElement: shown.map(({ slug }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      url: absolute(baseUrl, releasePath(slug)),
    })),
  };
}
