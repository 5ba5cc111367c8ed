import { canonicalJson, sha256Hex } from '../../platform/canonical.ts';
import {
  aboutPath,
  accessibilityPath,
  archivePath,
  cardPath,
  feedsPath,
  frontPath,
  listPath,
  pathIn,
  privacyPath,
  topicPath,
  topicsPath,
} from '../../release/addresses.ts';
import { formatMonth } from '../../release/dates.ts';
import { listedTopics } from '../../release/lists/feed-lists.ts';
import { type Newsroom, topicName } from '../../release/newsroom/newsroom.ts';
import { palettesOf } from '../../release/newsroom/palette.ts';
import { readPagePath } from '../../release/page-path.ts';
import { contactsPath, embedPath, imagesPath } from '../../release/reader-addresses.ts';
import type { Publisher } from '../../release/view.ts';
import { signOf } from '../icon.ts';
import { wordsOf } from '../words.ts';
import { pageWords } from '../words-pages.ts';
import { type Card, DESIGN } from './card.ts';
import type { CardText } from './layout.ts';

/*
 * Cards of the pages that no release has for itself: the page's name beside the newsroom's sign. Only pages named here have one of their own, so that
 * nobody can make the newsroom's card say anything else.
 */

/** The card of the page at a path; of one without a name of its own, such as the search, the card of the front page in that language. */
export function siteCardOf(path: string, language: string, publisher: Publisher): Card {
  return findSiteCard(path, publisher) ?? findSiteCard(frontPath(language, publisher.newsroom), publisher)!;
}

/** The card of the page at a path, a list's numbered pages included; undefined when that page has none of its own. */
export function findSiteCard(path: string, publisher: Publisher): Card | undefined {
  const { newsroom } = publisher;
  const named = readPagePath(path);
  if (named?.kind !== 'list') return cardSaying(titlesOf(newsroom).get(path), path, publisher);
  const [first, ...others] = newsroom.languages;
  const language = named.language === undefined ? first : others.find((tag) => tag === named.language);
  if (language === undefined) return undefined;
  const page = pathIn(language, newsroom, listPath(named.list));
  const month = named.list.startsWith('month:') ? named.list.slice('month:'.length) : undefined;
  return cardSaying(month === undefined ? titlesOf(newsroom).get(page) : monthTitle(month, language), page, publisher);
}

function cardSaying(title: string | undefined, page: string, { newsroom, baseUrl }: Publisher): Card | undefined {
  if (title === undefined) return undefined;
  const { paper, ink, quiet, accent } = palettesOf(newsroom).light;
  const text: CardText = {
    title,
    organisation: newsroom.name,
    dateline: new URL(baseUrl).host,
    typeface: newsroom.typeface,
    colours: { paper, ink, quiet, accent },
    sign: signOf(newsroom),
  };
  const logo = newsroom.logo;
  const hash = sha256Hex(canonicalJson({ design: DESIGN, text, logo: logo ?? null }));
  return { path: cardPath(page, hash), text, picture: undefined, logo, alt: `${title} – ${newsroom.name}` };
}

const found = new WeakMap<Newsroom, ReadonlyMap<string, string>>();

/** What the pages are called, by path. */
function titlesOf(newsroom: Newsroom): ReadonlyMap<string, string> {
  const known = found.get(newsroom);
  if (known) return known;
  const first = newsroom.languages[0]!;
  const words = wordsOf(first);
  const titles = new Map([
    ...newsroom.languages.flatMap((language): [string, string][] => [
      [frontPath(language, newsroom), wordsOf(language).frontDescription(newsroom.name).replace(/\.$/, '')],
      [feedsPath(language, newsroom), wordsOf(language).feeds],
      [contactsPath(language, newsroom), pageWords(language).contacts],
      [imagesPath(language, newsroom), pageWords(language).images],
      [pathIn(language, newsroom, topicsPath()), wordsOf(language).topics],
      ...listedTopics(newsroom).map((topic): [string, string] => [
        pathIn(language, newsroom, topicPath(topic)),
        topicName(newsroom, topic, language),
      ]),
      [pathIn(language, newsroom, archivePath()), wordsOf(language).archive],
    ]),
    [embedPath(), pageWords(first).embed],
    [aboutPath(), words.about(newsroom.name)],
    [accessibilityPath(), words.accessibility],
    [privacyPath(), words.privacy],
  ]);
  found.set(newsroom, titles);
  return titles;
}

/** `November 2026`; undefined when the year has no such month. */
function monthTitle(month: string, language: string): string | undefined {
  if (!/-(0[1-9]|1[0-2])$/.test(month)) return undefined;
  const name = formatMonth(month, language);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
