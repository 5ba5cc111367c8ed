import { PLACEHOLDER_TOKENS } from '../../src/shared/mail/links.ts';
import {
  aboutPath,
  accessibilityPath,
  archivePath,
  changesPath,
  confirmPath,
  monthPath,
  ownDataPath,
  preferencesPath,
  privacyPath,
  releasePath,
  subscribePath,
  topicPath,
  topicsPath,
  unsubscribePath,
} from '../../src/shared/release/addresses.ts';
import { embedListPath, embedPath } from '../../src/shared/release/reader-addresses.ts';
import { ADDED, type DemoSite } from './demo-site.ts';

/** A type of page that the public meets. */
export type PublicPage = {
  readonly name: string;
  /** Its address in a newsroom with the demo's content. */
  readonly path: (site: DemoSite) => string;
  /** 200 when left out. */
  readonly status?: 404 | 410;
  /** A list for a frame on somebody else's page: without header, menus and footer of ours. */
  readonly framed?: true;
};

const at = (path: string) => () => path;
/** A personal link that no letter of ours ever held, or that holds no longer. */
const FORGED = PLACEHOLDER_TOKENS.unsubscribe;

/**
 * Every type of public page, once. Whatever looks at all of them reads this table: axe and the other tests in the browser (e2e/site-axe.test.ts),
 * the Nu checker (check/html.ts) and the screenshots. A new page gets its line here.
 */
export const PUBLIC_PAGES: readonly PublicPage[] = [
  { name: 'front', path: at('/') },
  { name: 'front-in-english', path: at('/en/') },
  { name: 'release', path: at(releasePath('fyra-motesplatser-i-inlandet')) },
  { name: 'release-in-english', path: at(releasePath('express-bus-to-lillan')) },
  { name: 'release-in-a-language-of-no-interface', path: at(releasePath(ADDED.finnish.slug!)) },
  { name: 'release-corrected', path: at(releasePath('kortare-tandvardsko')) },
  { name: 'release-corrected-and-concealed', path: at(releasePath(ADDED.concealed.slug!)) },
  { name: 'release-of-years-ago', path: at(releasePath('kontor-i-huvudstaden')) },
  { name: 'invitation', path: at(releasePath('invigning-arena-alvdal')) },
  { name: 'event-that-has-been', path: at(releasePath(ADDED.past.slug!)) },
  { name: 'changes', path: at(changesPath('kortare-tandvardsko')) },
  { name: 'withdrawn', path: at(releasePath('ny-landningsplats-granback')), status: 410 },
  { name: 'topics', path: at(topicsPath()) },
  { name: 'topic', path: at(topicPath('regional-utveckling')) },
  { name: 'archive', path: at(archivePath()) },
  { name: 'month', path: ({ month }) => monthPath(month) },
  { name: 'topic-in-english', path: at('/en/topics/kollektivtrafik/') },
  { name: 'archive-in-english', path: at('/en/archive/') },
  { name: 'search', path: at('/search') },
  { name: 'search-found', path: at('/search?q=kommuner') },
  { name: 'search-found-in-english', path: at('/en/search?q=bus&language=en') },
  { name: 'search-nothing-found', path: at('/search?q=regoinal+utveckling') },
  { name: 'contacts', path: at('/contacts/') },
  { name: 'contacts-in-english', path: at('/en/contacts/') },
  { name: 'images', path: at('/images/') },
  { name: 'images-in-english', path: at('/en/images/') },
  { name: 'feeds', path: at('/feeds/') },
  { name: 'feeds-in-english', path: at('/en/feeds/') },
  { name: 'embed', path: at(embedPath()) },
  { name: 'embedded-list', path: at(embedListPath('topic:kultur')), framed: true },
  { name: 'about', path: at(aboutPath()) },
  { name: 'accessibility', path: at(accessibilityPath()) },
  { name: 'privacy', path: at(privacyPath()) },
  { name: 'subscribe', path: at(subscribePath()) },
  { name: 'subscribe-in-english', path: at(subscribePath('en', 'kultur')) },
  { name: 'confirm-too-late', path: at(confirmPath(FORGED)), status: 404 },
  { name: 'preferences', path: ({ tokens }) => preferencesPath(tokens.preferences) },
  { name: 'unsubscribe', path: ({ tokens }) => unsubscribePath(tokens.unsubscribe) },
  { name: 'unsubscribe-forged', path: at(unsubscribePath(FORGED)) },
  { name: 'own-data', path: ({ tokens }) => ownDataPath(tokens['own-data']) },
  { name: 'own-data-before-erasing', path: ({ tokens }) => ownDataPath(tokens['own-data'], 'erase') },
  { name: 'not-found', path: at('/nowhere/'), status: 404 },
];
