import type { Publisher } from '../release/view.ts';

/** The list whose feeds a page in `language` points to: everything for the newsroom's first language, its own list for another. */
export function feedListOf(language: string, { newsroom }: Publisher): string {
  return newsroom.languages.slice(1).includes(language) ? `language:${language}` : 'all';
}

/** The same as discoverable feeds (rel=alternate). */
export function feedsOf(language: string, publisher: Publisher): { list: string; title: string }[] {
  return [{ list: feedListOf(language, publisher), title: publisher.newsroom.name }];
}
