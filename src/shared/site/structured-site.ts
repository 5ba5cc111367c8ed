import { absolute, assetPath, frontPath } from '../release/addresses.ts';
import type { Person } from '../release/content.ts';
import { searchPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { wordsOf } from './words.ts';

/*
 * The newsroom itself as schema.org has it: the organisation, its site with the search, and where a page stands in it.
 */

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

/** The front page: the site with its search, and the organisation behind it. */
export function webSite(publisher: Publisher, language: string): unknown {
  const { newsroom, baseUrl } = publisher;
  const words = wordsOf(language);
  return {
    '@context': 'https://schema.org',
    '@type': 'WebSite',
    ...siteOf(publisher),
    url: absolute(baseUrl, frontPath(language, newsroom)),
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
}

/** A list, and the way to it from the front page; the last of `trail` is the page itself. */
export function collectionPage(
  publisher: Publisher,
  { language, trail }: { language: string; trail: readonly { readonly name: string; readonly path: string }[] },
): unknown {
  const { newsroom, baseUrl } = publisher;
  const self = trail.at(-1)!;
  const all = [{ name: wordsOf(language).newsroom, path: frontPath(language, newsroom) }, ...trail];
  return {
    '@context': 'https://schema.org',
    '@type': 'CollectionPage',
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
        item: absolute(baseUrl, path),
      })),
    },
  };
}
