import { html } from '../platform/markup.ts';
import { absolute } from '../release/addresses.ts';
import { searchPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { iconsOf } from './icon.ts';
import { pageWords } from './words-pages.ts';

/** OpenSearch 1.1: "contains 16 or fewer characters". */
const SHORT_NAME = 16;

/** Tells browsers how to search here (OpenSearch 1.1 description document), in the newsroom's first language. */
export function renderOpenSearch({ newsroom, baseUrl }: Publisher): string {
  const [language = 'sv'] = newsroom.languages;
  const short =
    newsroom.name.length <= SHORT_NAME
      ? newsroom.name
      : newsroom.name
          .slice(0, SHORT_NAME)
          .replace(/\s*\S*$/u, '')
          .trim() || newsroom.name.slice(0, SHORT_NAME);
  // The braces are the template's own and must not be encoded.
  return `${html`<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>${short}</ShortName>
<Description>${pageWords(language).searchIn(newsroom.name)}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Language>${language}</Language>
<Image height="16" width="16" type="image/svg+xml">${absolute(baseUrl, iconsOf(newsroom).drawing.path)}</Image>
<Url type="text/html" template="${absolute(baseUrl, searchPath(language, newsroom))}?q={searchTerms}"/>
</OpenSearchDescription>
`}`;
}
