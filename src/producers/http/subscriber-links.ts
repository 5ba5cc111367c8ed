import { type LinkPurpose, parsePassingToken, parseToken, passingTokenIsGenuine, tokenIsGenuine } from '../../shared/mail/links.ts';
import { getKey } from '../../shared/schema/migrate.ts';
import type { Services } from '../../shared/services.ts';
import { findTokenKey } from '../../shared/subscribers/store.ts';

/** Whose personal link this is; undefined when no letter of ours ever held it. */
export async function subscriberOfToken({ database }: Services, token: string, purpose: LinkPurpose): Promise<string | undefined> {
  const named = parseToken(token);
  if (!named) return undefined;
  const [tokenKey, key] = await Promise.all([findTokenKey(database, named.subscriber), getKey(database, 'links')]);
  if (!tokenKey) return undefined;
  return tokenIsGenuine(token, { subscriber: named.subscriber, tokenKey, key }, purpose) ? named.subscriber : undefined;
}

/** Whose own data the link opens; undefined when it is forged, too old, or its owner was erased. */
export async function subscriberOfOwnDataToken({ database }: Services, token: string): Promise<string | undefined> {
  const named = parsePassingToken(token);
  if (!named || named.until.getTime() < Date.now()) return undefined;
  const [tokenKey, key] = await Promise.all([findTokenKey(database, named.subscriber), getKey(database, 'links')]);
  if (!tokenKey) return undefined;
  return passingTokenIsGenuine(token, { subscriber: named.subscriber, tokenKey, key }, 'own-data') ? named.subscriber : undefined;
}
