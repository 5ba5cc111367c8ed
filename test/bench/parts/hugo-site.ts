import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listedTopics } from '../../../src/shared/release/lists/feed-lists.ts';
import type { PublicView, Publisher } from '../../../src/shared/release/view.ts';
import { iconsOf } from '../../../src/shared/site/icon.ts';
import { renderRobots } from '../../../src/shared/site/machines.ts';
import { renderManifest } from '../../../src/shared/site/manifest.ts';
import { renderOpml } from '../../../src/shared/site/opml.ts';
import { pageScript } from '../../../src/shared/site/script.ts';
import { stylesheetOf } from '../../../src/shared/site/stylesheet.ts';
import { type Put, putPages } from './hugo-pages.ts';
import { pageOfRelease } from './hugo-release.ts';
import { hugoWords } from './hugo-words.ts';

/**
 * Writes the source of the same newsroom for Hugo: releases as Markdown with front matter, topics and months as taxonomies, words as data, and
 * the theme beside this file. The newsroom speaks Swedish and English; its releases are those of invented-releases.ts, which have no pictures,
 * files, decisions or events, and so the theme knows none.
 *
 * Hugo writes what our worker of pages writes and no more: feeds are another worker's, and so Hugo has none. What never changes with a release
 * (stylesheet, script, robots.txt, manifests, OPML) lies ready in its folder of static files.
 */
export function writeHugoSite(folder: string, views: readonly PublicView[], publisher: Publisher): void {
  const put: Put = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const { newsroom } = publisher;
  cpSync(join(import.meta.dirname, 'hugo-theme'), join(folder, 'layouts'), { recursive: true });
  put('config.json', JSON.stringify(configOf(publisher)));
  for (const language of ['sv', 'en'] as const) put(`data/words/${language}.json`, JSON.stringify(hugoWords(language, newsroom)));
  putStatic(put, publisher);
  putPages(put, publisher, views);
  for (const view of views) put(`content/releases/${view.slug}.md`, pageOfRelease(view, publisher));
}

function configOf({ newsroom, baseUrl }: Publisher) {
  return {
    baseURL: `${baseUrl}/`,
    title: newsroom.name,
    languageCode: 'sv',
    defaultContentLanguage: 'sv',
    timeZone: newsroom.timezone,
    paginate: 20,
    disableAliases: true,
    disableHugoGeneratorInject: true,
    taxonomies: { topic: 'topics', month: 'archive' },
    outputs: { home: ['HTML'], section: ['HTML'], taxonomy: ['HTML'], term: ['HTML'], page: ['HTML'] },
    markup: { goldmark: { parser: { autoHeadingID: false }, extensions: { typographer: false } } },
    params: {
      address: newsroom.address,
      pressEmail: newsroom.pressEmail,
      publisher: newsroom.publisher,
      officer: newsroom.privacy.officer,
      boilerplate: newsroom.boilerplate,
      topics: listedTopics(newsroom),
      host: new URL(baseUrl).host,
      siteid: `${baseUrl}/#site`,
      stylesheet: stylesheetOf(newsroom).path,
      icon: iconsOf(newsroom).drawing.path,
      script: pageScript.path,
      // Of the sitemap: pages in both languages, and those that one address holds.
      spoken: [
        '/',
        '/feeds/',
        '/contacts/',
        '/images/',
        '/topics/',
        ...listedTopics(newsroom).map((topic) => `/topics/${topic}/`),
        '/archive/',
      ],
      own: ['/about/', '/accessibility/', '/privacy/'],
    },
  };
}

function putStatic(put: Put, publisher: Publisher): void {
  const { newsroom } = publisher;
  const sheet = stylesheetOf(newsroom);
  put(`static${sheet.path}`, sheet.css);
  put(`static${pageScript.path}`, pageScript.text);
  put('static/robots.txt', renderRobots(publisher));
  put('static/feeds.opml', renderOpml(publisher));
  put('static/site.webmanifest', renderManifest(publisher, 'sv'));
  put('static/en/site.webmanifest', renderManifest(publisher, 'en'));
}
