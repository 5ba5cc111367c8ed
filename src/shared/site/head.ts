import { html, jsonForScript, type Markup } from '../platform/markup.ts';
import { absolute, feedPath } from '../release/addresses.ts';
import type { Publisher } from '../release/view.ts';
import type { Card } from './card/card.ts';
import { siteCardOf } from './card/site-card.ts';
import { CARD } from './card/size.ts';
import { structuredPage } from './structured-site.ts';

export type PageHead = {
  readonly publisher: Publisher;
  /** The page's own path: canonical address and og:url. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly type?: 'website' | 'article';
  /** Paths of the same content in other languages, this one included; x-default is the first entry's. */
  readonly alternates?: readonly { readonly language: string; readonly path: string }[];
  /** Lists whose feeds a reader may discover here (RFC 8288, rel=alternate), with the title of each. */
  readonly feeds?: readonly { readonly list: string; readonly title: string }[];
  /** The picture that other sites show with a link here; that of the site's own pages when left out. */
  readonly card?: Card;
  /** Further OpenGraph properties, in order. */
  readonly openGraph?: readonly (readonly [property: string, content: string])[];
  /** What schema.org calls it and what it holds; a page of the site when left out. */
  readonly structured?: unknown;
  /** A short address of the page, and its text without markup. */
  readonly shortLink?: string;
  readonly plainText?: string;
};

const FEED_TYPES = [
  ['rss', 'application/rss+xml', 'RSS'],
  ['atom', 'application/atom+xml', 'Atom'],
  ['json', 'application/feed+json', 'JSON Feed'],
] as const;

// OpenGraph wants a territory; newsrooms of these two languages are ours to assume, others keep their tag.
const LOCALES: Record<string, string> = { sv: 'sv_SE', en: 'en_GB' };

/** Metadata of one public page: canonical, hreflang, feeds, OpenGraph and schema.org as JSON-LD. */
export function renderHead(head: PageHead): Markup {
  const { baseUrl } = head.publisher;
  const address = absolute(baseUrl, head.path);
  return html`<meta name="description" content="${head.description}">
<link rel="canonical" href="${address}">
${head.shortLink && html`<link rel="shortlink" href="${absolute(baseUrl, head.shortLink)}">\n`}${
  head.plainText && html`<link rel="alternate" type="text/plain" href="${head.plainText}">\n`
}${alternates(head)}${feeds(head)}${openGraph(head, address)}<script type="application/ld+json">${jsonForScript(head.structured ?? structuredSelf(head))}</script>
`;
}

function structuredSelf({ publisher, language, title, path }: PageHead): unknown {
  return structuredPage(publisher, { language, trail: [{ name: title, path }] });
}

function alternates({ alternates, publisher }: PageHead): Markup[] {
  const [first] = alternates ?? [];
  if (!first || alternates!.length < 2) return [];
  const link = (language: string, path: string) =>
    html`<link rel="alternate" hreflang="${language}" href="${absolute(publisher.baseUrl, path)}">\n`;
  return [...alternates!.map(({ language, path }) => link(language, path)), link('x-default', first.path)];
}

function feeds({ feeds = [] }: PageHead): Markup[] {
  return feeds.flatMap(({ list, title }) =>
    FEED_TYPES.map(
      ([kind, type, name]) => html`<link rel="alternate" type="${type}" title="${`${title} (${name})`}" href="${feedPath(list, kind)}">\n`,
    ),
  );
}

function openGraph(head: PageHead, address: string): Markup[] {
  const { newsroom, baseUrl } = head.publisher;
  const card = head.card ?? siteCardOf(head.path, head.language, head.publisher);
  const properties: (readonly [string, string])[] = [
    ['og:type', head.type ?? 'website'],
    ['og:title', head.title],
    ['og:description', head.description],
    ['og:url', address],
    ['og:site_name', newsroom.name],
    ['og:locale', LOCALES[head.language] ?? head.language.replace('-', '_')],
    ['og:image', absolute(baseUrl, card.path)],
    ['og:image:type', 'image/jpeg'],
    ['og:image:width', String(CARD.width)],
    ['og:image:height', String(CARD.height)],
    ['og:image:alt', card.alt],
    ...(head.openGraph ?? []),
  ];
  return [
    ...properties.map(([property, content]) => html`<meta property="${property}" content="${content}">\n`),
    // Without it some programs show the picture as a stamp; everything else they take from OpenGraph.
    html`<meta name="twitter:card" content="summary_large_image">\n`,
  ];
}

/** Pages that must not stay in search engines: errors and what was taken back. */
export function noIndex(): Markup {
  return html`<meta name="robots" content="noindex">\n`;
}
