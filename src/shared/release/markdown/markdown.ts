import sanitizeHtml from 'sanitize-html';
import type { Rendered } from '../../schema/tables.ts';
import type { ReleaseContent, Speaker } from '../content.ts';
import { type MarkdownToken, parseMarkdown, tokensAsHtml } from './markdown-parser.ts';
import { markdownText } from './markdown-text.ts';
import { quoteFinder } from './quotes.ts';

export { excerpt, markdownPassages, markdownText } from './markdown-text.ts';

/** The release's body and fact boxes as HTML, made once at publication and kept with the revision. */
export function renderContent(content: ReleaseContent): Rendered {
  return {
    body: renderMarkdown(content.body, { headings: 2, speakers: content.speakers, language: content.language }),
    // A fact box has its own h2.
    facts: content.facts.map((fact) => renderMarkdown(fact.text, { headings: 3 })),
  };
}

export type MarkdownOptions = {
  /** Level of the highest heading: 2 on a page, where the title is the h1. */
  readonly headings?: number;
  /** Paragraphs that quote one of them are set off. */
  readonly speakers?: readonly Speaker[];
  readonly language?: string;
};

/** Markdown as safe HTML. */
export function renderMarkdown(text: string, options: MarkdownOptions = {}): string {
  const tokens = setOffQuotes(parseMarkdown(text), options);
  fitHeadings(tokens, options.headings ?? 2);
  for (const token of tokens) {
    if (token.type === 'th_open' || token.type === 'td_open') fitCell(token);
    for (const child of token.children ?? []) if (child.type === 'link_open') fitLink(child);
  }
  // Sanitized although no HTML is let in: a fault in one library is not yet a hole.
  return sanitizeHtml(tokensAsHtml(tokens), ALLOWED);
}

/** A newsroom has one of each language, and again one when it is reworded; more than this are no standing texts. */
const MOST_STANDING = 50;

/** The standing text about the organisation, the same on page after page and so made once; its headings stand below an h2. */
export const renderStandingText = onceForEach((text) => renderMarkdown(text, { headings: 3 }));

/** The same as plain text, in lines that nothing breaks. */
export const standingPlainText = onceForEach((text) => markdownText(text, Number.POSITIVE_INFINITY).trim());

function onceForEach(make: (text: string) => string): (text: string) => string {
  const standing = new Map<string, string>();
  return (text) => {
    const known = standing.get(text);
    if (known !== undefined) return known;
    if (standing.size >= MOST_STANDING) standing.clear();
    const made = make(text);
    standing.set(text, made);
    return made;
  };
}

const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: 'p h2 h3 h4 h5 h6 ul ol li a strong em s code pre blockquote table thead tbody tr th td hr br'.split(' '),
  allowedAttributes: { a: ['href', 'rel'], th: ['scope', 'class'], td: ['class'], ol: ['start'] },
  allowedClasses: { th: ['number'], td: ['number'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
};

/** Words stay as they are; a paragraph that quotes a speaker only gets its place as a quotation. */
function setOffQuotes(tokens: MarkdownToken[], options: MarkdownOptions): MarkdownToken[] {
  const isQuote = quoteFinder(options.speakers ?? [], options.language ?? 'sv');
  let quoting = false;
  return tokens.flatMap((token, index) => {
    if (token.level !== 0 || token.tag !== 'p') return [token];
    if (token.nesting === 1) {
      quoting = isQuote(tokens[index + 1]!.content)?.speaker !== undefined;
      return quoting ? [wrapper(token), token] : [token];
    }
    return quoting ? [token, wrapper(token)] : [token];
  });
}

function wrapper(paragraph: MarkdownToken): MarkdownToken {
  const copy: MarkdownToken = Object.create(paragraph);
  return Object.assign(copy, { type: paragraph.nesting === 1 ? 'blockquote_open' : 'blockquote_close', tag: 'blockquote', attrs: null });
}

/** No heading above `top`, no level skipped (WCAG 1.3.1), no empty one. */
function fitHeadings(tokens: MarkdownToken[], top: number): void {
  let last = top - 1;
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const wanted = Number(token.tag.slice(1)) + top - 2;
    const level = Math.min(6, last + 1, Math.max(top, wanted));
    const close = tokens[index + 2]!;
    if (tokens[index + 1]!.content.trim() === '') {
      token.hidden = true;
      close.hidden = true;
      continue;
    }
    token.tag = `h${level}`;
    close.tag = token.tag;
    last = level;
  }
}

/** A class instead of a style: the pages allow no inline styles. */
function fitCell(token: MarkdownToken): void {
  const right = String(token.attrGet('style') ?? '').includes('right');
  token.attrs = [];
  if (token.tag === 'th') token.attrSet('scope', 'col');
  if (right) token.attrSet('class', 'number');
}

function fitLink(token: MarkdownToken): void {
  if (/^https?:/i.test(String(token.attrGet('href')))) token.attrSet('rel', 'noopener');
}
