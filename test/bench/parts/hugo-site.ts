import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { localMonth } from '../../../src/shared/release/dates.ts';
import { type Newsroom, topicName } from '../../../src/shared/release/newsroom.ts';
import { LAYOUTS } from './hugo-layouts.ts';

/** A release as Hugo's site has it: its newest text. */
export type HugoRelease = { readonly slug: string; readonly publishedAt: Date; readonly content: ReleaseContent };

/** Writes the source of the same newsroom for Hugo: releases as Markdown with front matter, topics and months as taxonomies, a small theme. */
export function writeHugoSite(folder: string, releases: Iterable<HugoRelease>, newsroom: Newsroom): void {
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('config.json', JSON.stringify(configOf(newsroom)));
  for (const [path, text] of Object.entries(LAYOUTS)) put(`layouts/${path}`, text);
  const listed = Object.entries(newsroom.topics).filter(([, topic]) => !topic.unlisted);
  for (const [topic] of listed) put(`content/topics/${topic}/_index.md`, JSON.stringify({ title: topicName(newsroom, topic, 'sv') }));
  // Its own page would be a list of everything, which the front page and the months are.
  put('content/releases/_index.md', JSON.stringify({ title: 'releases', _build: { render: 'never' } }));
  const months = new Set<string>();
  for (const release of releases) {
    const month = localMonth(release.publishedAt, newsroom.timezone);
    months.add(month);
    const topics = release.content.topics.filter((topic) => newsroom.topics[topic]?.unlisted === false);
    put(
      `content/releases/${release.slug}.md`,
      `${JSON.stringify(frontMatter(release, { month, topics }), null, 1)}\n\n${release.content.body}\n`,
    );
  }
  for (const month of months) put(`content/months/${month}/_index.md`, JSON.stringify({ title: month, outputs: ['HTML'] }));
}

function configOf(newsroom: Newsroom) {
  return {
    baseURL: 'https://press.alvmark.example/',
    title: newsroom.name,
    languageCode: 'sv',
    timeZone: newsroom.timezone,
    paginate: 20,
    rssLimit: 50,
    taxonomies: { topic: 'topics', month: 'months', tongue: 'tongues' },
    permalinks: { releases: '/releases/:slug/' },
    outputs: { home: ['HTML', 'RSS'], taxonomy: ['HTML'], term: ['HTML', 'RSS'], page: ['HTML'] },
    params: {
      address: newsroom.address,
      pressEmail: newsroom.pressEmail,
      publisher: newsroom.publisher,
      boilerplate: newsroom.boilerplate,
      topics: Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted),
      languages: newsroom.languages,
    },
  };
}

function frontMatter({ slug, publishedAt, content }: HugoRelease, { month, topics }: { month: string; topics: readonly string[] }) {
  const { title, lead, language, related, contacts, registration, translationOf, type } = content;
  const kept = { title, slug, lead, language, related, contacts, registration, translationOf, kind: type };
  return { ...kept, date: publishedAt.toISOString(), topics, months: [month], tongues: [language] };
}
