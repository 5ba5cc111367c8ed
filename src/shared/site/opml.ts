import { html, type Markup } from '../platform/markup.ts';
import { absolute, feedPath, opmlPath } from '../release/addresses.ts';
import { feedDescription, feedLanguage, feedLists, feedTitle } from '../release/lists/feed-lists.ts';
import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';

/**
 * Every feed as a subscription list (OPML 2.0), so that a feed reader takes them in with one step. Each list once, as RSS, which every reader understands:
 * all its formats would be the same news several times. Without dates: it changes with the newsroom alone.
 */
export function renderOpml(publisher: Publisher): string {
  const { newsroom, baseUrl } = publisher;
  return `${html`<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head>
    <title>${cleanText(newsroom.name)}</title>
    <ownerName>${cleanText(newsroom.name)}</ownerName>
    <ownerEmail>${newsroom.pressEmail}</ownerEmail>
    <ownerId>${absolute(baseUrl, opmlPath())}</ownerId>
    <docs>http://opml.org/spec2.opml</docs>
  </head>
  <body>
${feedLists(newsroom).map((list) => outline(list, publisher))}  </body>
</opml>`}
`;
}

function outline(list: string, { newsroom, baseUrl }: Publisher): Markup {
  const title = cleanText(feedTitle(list, newsroom));
  return html`    <outline type="rss" version="RSS2" text="${title}" title="${title}" description="${cleanText(feedDescription(list, newsroom))}" language="${feedLanguage(list, newsroom)}" xmlUrl="${absolute(baseUrl, feedPath(list, 'rss'))}"/>
`;
}
