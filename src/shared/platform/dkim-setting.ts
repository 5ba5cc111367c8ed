import { resolve } from 'node:path';

/** One entry of DKIM_KEY: the file of a private key and the selector its public half is published under. */
export type DkimKeyFile = { readonly selector: string; readonly path: string };

/** RFC 6376 3.1: names of hosts with dots between. What stands before a colon and is not one belongs to the path. */
const SELECTOR = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** Can this stand before `._domainkey.`? */
export function isSelector(text: string): boolean {
  return SELECTOR.test(text);
}

/** Makes the paths of DKIM_KEY absolute. It is a path, or several with commas between, each with a selector of its own before a colon or without. */
export function resolveDkimKey(text: string, folder: string): string {
  return entriesOf(text)
    .map(({ selector, path }) => `${selector === undefined ? '' : `${selector}:`}${resolve(folder, path)}`)
    .join(',');
}

/** Does DKIM_KEY hold a key without a selector of its own, so that DKIM_SELECTOR must give one? */
export function needsSelector(text: string): boolean {
  return entriesOf(text).some(({ selector }) => selector === undefined);
}

/**
 * The keys of DKIM_KEY, `general` being DKIM_SELECTOR for those without one. Gives a sentence about what is wrong instead when a selector
 * is none, or two keys have the same: one name in DNS holds one key (RFC 6376 3.6.2.2).
 */
export function readDkimKeys(text: string, general = ''): DkimKeyFile[] | string {
  const keys: DkimKeyFile[] = [];
  for (const { selector = general, path } of entriesOf(text)) {
    if (!isSelector(selector)) return `"${selector}" cannot be a selector: letters, digits and hyphens only.`;
    if (keys.some((key) => key.selector === selector)) return `two keys have the selector ${selector}.`;
    keys.push({ selector, path });
  }
  return keys.length > 0 ? keys : 'names no key.';
}

function entriesOf(text: string): { selector?: string; path: string }[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const colon = entry.indexOf(':');
      const selector = entry.slice(0, colon);
      return colon > 0 && isSelector(selector) ? { selector, path: entry.slice(colon + 1).trim() } : { path: entry };
    });
}
