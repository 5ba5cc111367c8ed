import { html, raw } from '../platform/markup.ts';
import { releaseUrn } from '../release/addresses.ts';
import { cleanText } from '../release/text.ts';
import type { WithdrawnView } from '../release/view.ts';
import { enclosureOf, type FeedItem } from './feed-item.ts';

/**
 * One release as an Atom entry (RFC 4287 section 4.1.2) within the feed's namespace. The same bytes in every feed and in the archive. Written here and not
 * by the package that writes the feed around it: its entries have titles as HTML, media types guessed from file names, and no xml:lang.
 */
export function renderAtomEntry(item: FeedItem): string {
  const enclosure = enclosureOf(item);
  const line = '\n        ';
  return `${html`<entry xml:lang="${item.language}">
        <title type="text">${item.title}</title>
        <id>${item.urn}</id>
        <link href="${item.url}"/>
        <updated>${item.updatedAt.toISOString()}</updated>
        <summary type="text">${item.lead}</summary>
        <content type="html"><![CDATA[${raw(item.html)}]]></content>
        <author>
            <name>${item.author}</name>
        </author>
        <published>${item.publishedAt.toISOString()}</published>${item.topics.map(
          ({ slug, name }) => html`${line}<category term="${slug}" label="${name}"/>`,
        )}${
          enclosure &&
          html`${line}<link rel="enclosure" href="${enclosure.url}" type="${enclosure.mediaType}" length="${enclosure.bytes}" title="${enclosure.title}"/>`
        }
    </entry>`}`;
}

/** Says that the release is gone, when and why (RFC 6721); neither title nor text. */
export function renderTombstone(view: WithdrawnView): string {
  return `${html`<at:deleted-entry ref="${releaseUrn(view.id)}" when="${view.publishedAt.toISOString()}">
        <at:comment xml:lang="${view.language}">${cleanText(view.reason)}</at:comment>
    </at:deleted-entry>`}`;
}
