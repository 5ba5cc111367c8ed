import { canonicalJson } from '../../../src/shared/platform/canonical.ts';

/*
 * A page as what a reader and a program get of it: elements with their attributes, text with its white space collapsed, JSON-LD as data.
 * Enough of HTML for pages that programs wrote: no comments, every attribute quoted or bare, nothing left open that must be closed.
 */

const TOKEN = /<!DOCTYPE html>|<script type="application\/ld\+json">([\s\S]*?)<\/script>|<(\/?)([a-z][\w-]*)((?:[^">]|"[^"]*")*)>|([^<]+)/g;
const ATTRIBUTE = /([\w:-]+)(?:="([^"]*)")?/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' };

/** One token each: `<p class="lead">`, a text, `</p>`. Throws at what it cannot read, rather than compare the half of a page. */
export function pageTokens(page: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  for (const match of page.matchAll(TOKEN)) {
    const [all, json, end, name, attributes, text] = match;
    if (match.index !== at) throw new Error(`cannot read a page at: ${page.slice(at, at + 80)}`);
    at += all.length;
    if (json !== undefined) tokens.push(`ld+json ${canonicalJson(JSON.parse(json))}`);
    else if (name !== undefined) tokens.push(`<${end}${name}${attributesOf(attributes ?? '')}>`);
    else if (text?.trim()) tokens.push(collapsed(decoded(text)));
  }
  if (at < page.length) throw new Error(`cannot read the end of a page: ${page.slice(at, at + 80)}`);
  return tokens;
}

/** The entries of a list, each as one text. */
export function entriesOf(tokens: readonly string[]): string[] {
  const [start, end] = listIn(tokens);
  const entries: string[] = [];
  for (const token of tokens.slice(start + 1, end)) {
    if (token === '<li>') entries.push('');
    entries[entries.length - 1] += `${token}\n`;
  }
  return entries;
}

/** The page around a list: without the entries, their order in JSON-LD, and the links to its other pages. */
export function withoutList(tokens: readonly string[]): string[] {
  const [start, end] = listIn(tokens);
  const pager = tokens.findIndex((token) => token.startsWith('<nav') && token.includes('class="pager"'));
  const after = pager < 0 ? end : tokens.indexOf('</nav>', pager);
  return [...tokens.slice(0, start), ...tokens.slice(after + 1)].map((token) => {
    if (!token.startsWith('ld+json ')) return token;
    return `ld+json ${canonicalJson({ ...JSON.parse(token.slice('ld+json '.length)), mainEntity: null })}`;
  });
}

function listIn(tokens: readonly string[]): [start: number, end: number] {
  const start = tokens.findIndex((token) => token.startsWith('<ul') && token.includes('class="releases"'));
  return start < 0 ? [tokens.length, tokens.length] : [start, tokens.indexOf('</ul>', start)];
}

function attributesOf(text: string): string {
  return [...text.matchAll(ATTRIBUTE)]
    .map(([, name, value]) => (value === undefined ? ` ${name}` : ` ${name}="${addressOf(name!, decoded(value))}"`))
    .sort()
    .join('');
}

/** What is percent-encoded in an address, and in which letters, is each writer's own affair. */
function addressOf(name: string, value: string): string {
  return name === 'href' && value.startsWith('mailto:') ? decodeURIComponent(value) : value;
}

function collapsed(text: string): string {
  return text.replaceAll(/[ \n\r\t]+/g, ' ').trim();
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (all, code, name) => (code ? String.fromCodePoint(Number(code)) : (NAMED[name] ?? all)));
}
