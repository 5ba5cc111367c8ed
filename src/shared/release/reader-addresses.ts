import { frontPath } from './addresses.ts';
import type { Newsroom } from './newsroom/newsroom.ts';

/*
 * Paths of what the clock, a register or the reader's own words decide: rendered on request, no files. Pages for people exist in every language that
 * has a front page, and begin with its path. Everything else is in addresses.ts.
 */

/** The search page; with words, what it finds. */
export function searchPath(language: string, newsroom: Newsroom, words?: string): string {
  return `${frontPath(language, newsroom)}search${words === undefined ? '' : `?q=${encodeURIComponent(words)}`}`;
}

export const openSearchPath = () => '/opensearch.xml';

/** Who answers the press, this week and the coming ones. */
export function contactsPath(language: string, newsroom: Newsroom): string {
  return `${frontPath(language, newsroom)}contacts/`;
}

/** A contact of the newsroom file as a vCard. */
export function contactCardPath(contact: string): string {
  return `/contacts/${contact}.vcf`;
}

/** The image bank; with `before` its pictures that are older than that one. */
export function imagesPath(language: string, newsroom: Newsroom, before?: string): string {
  return `${frontPath(language, newsroom)}images/${before === undefined ? '' : `?before=${before}`}`;
}

/** What other sites may show of ours, with the markup to copy. */
export const embedPath = () => '/embed/';

/** A list for a frame on another site: `language:sv` or `topic:naringsliv`. */
export function embedListPath(list: string): string {
  const [kind, name] = list.split(':');
  return kind === 'topic' ? `/embed/topics/${name}/` : `/embed/${name}/`;
}

/** The stylesheet of that frame, named after its bytes. */
export function embedStylesheetPath(hash: string): string {
  return `/embed.${hash.slice(0, 16)}.css`;
}

/** The public releases as JSON, newest first, or one of them. */
export function publicApiPath(slug?: string): string {
  return `/api/public/releases${slug === undefined ? '' : `/${slug}`}`;
}

/** What the API takes and answers, for programs and those who write them. */
export const apiDescriptionPath = () => '/api/openapi.json';
