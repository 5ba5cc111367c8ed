import MarkdownIt from 'markdown-it';
import { safeUrl } from '../text.ts';

/*
 * Markdown as releases use it: no HTML, no pictures (they stand under `images`, with alt and credit), no code by indentation (pasted text is
 * often indented), whole addresses become links.
 */

const parser = new MarkdownIt({ html: false, linkify: true }).disable(['code', 'image']);
parser.validateLink = (address) => safeUrl(address) !== undefined;
export type MarkdownToken = ReturnType<typeof parser.parse>[number];

// `alvmark.example` alone may be a name.
parser.linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: true });

// Reads what we refuse as well, with addresses as written, so that check.ts can name it.
const scout = new MarkdownIt({ html: true, linkify: false }).disable(['code']);
scout.validateLink = () => true;
scout.normalizeLink = (address) => address;

/** The tokens of a text: the one reading of Markdown that HTML, plain text and quotes are made from. */
export function parseMarkdown(text: string): MarkdownToken[] {
  return parser.parse(text, {});
}

/** The tokens of a text with everything that we do not let through: HTML, pictures, any address. */
export function scoutMarkdown(text: string): MarkdownToken[] {
  return scout.parse(text, {});
}

/** Tokens as HTML. Not yet sanitized. */
export function tokensAsHtml(tokens: MarkdownToken[]): string {
  return parser.renderer.render(tokens, parser.options, {});
}
