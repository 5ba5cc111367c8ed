import { archivePath, frontPath, pathIn } from '../release/addresses.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';

/**
 * Where somebody is led who cut the end off an address to see what lies above: a year is in the archive, all releases are on the front page, and the first
 * language's front page names no language. Undefined for what is no beginning of an address of ours.
 */
export function wayFromCutOff(path: string, newsroom: Newsroom): string | undefined {
  const [first] = newsroom.languages;
  if (path === '/releases/' || path === `/${first}/`) return '/';
  const language = newsroom.languages.find((tag) => path.startsWith(`${frontPath(tag, newsroom)}archive/`));
  if (language === undefined) return undefined;
  return /\/archive\/\d{4}\/$/.test(path) ? pathIn(language, newsroom, archivePath()) : undefined;
}
