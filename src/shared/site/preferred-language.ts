import { INTERFACE_LANGUAGES, type InterfaceLanguage } from '../release/newsroom/newsroom.ts';

/**
 * The interface language a browser would rather have (Accept-Language, RFC 9110 12.5.4), or `otherwise` when it names none of ours.
 * For pages that answer one person, such as the desk and the page behind an unsubscribe link; public pages have the language of their address.
 */
export function preferredLanguage(header: string | undefined, otherwise: InterfaceLanguage): InterfaceLanguage {
  const wishes = (header ?? '').split(',').map((part, order) => {
    const [tag = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { language: tag.split('-')[0]!, weight: q === undefined ? 1 : Number(q.slice(2)) || 0, order };
  });
  wishes.sort((a, b) => b.weight - a.weight || a.order - b.order);
  const wish = wishes.find(({ language, weight }) => weight > 0 && (INTERFACE_LANGUAGES as readonly string[]).includes(language));
  return (wish?.language as InterfaceLanguage | undefined) ?? otherwise;
}
