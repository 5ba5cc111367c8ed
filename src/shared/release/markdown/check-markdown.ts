import type { Problem } from '../../platform/failure.ts';
import { safeUrl } from '../text.ts';
import { type MarkdownToken, scoutMarkdown } from './markdown-parser.ts';

type Finding = { readonly line: number; readonly message: string; readonly remedy: string };

/** What a Markdown text holds that we do not publish: first-level headings, HTML, pictures, links a reader may not be sent to. `at` is `line N`. */
export function checkMarkdown(field: string, text: string): Problem[] {
  const found: Finding[] = [];
  const tokens = scoutMarkdown(text);
  for (const [index, token] of tokens.entries()) {
    const line = (token.map?.[0] ?? 0) + 1;
    if (token.type === 'heading_open' && token.tag === 'h1') found.push(firstLevel(line, tokens[index + 1]!.content));
    if (token.type === 'html_block') found.push(htmlFound(line, token.content));
    if (token.type === 'inline') found.push(...checkInline(token.children ?? [], line));
  }
  return found.map(({ line, message, remedy }) => ({ at: `line ${line}`, field, message, remedy, severity: 'error' }));
}

function firstLevel(line: number, heading: string): Finding {
  return {
    line,
    message: `the heading "${heading}" is of the first level, which is the title's.`,
    remedy: `Write it with two signs: ## ${heading}`,
  };
}

function htmlFound(line: number, markup: string): Finding {
  const shown = markup.trim().split('\n')[0]!.slice(0, 40);
  if (markup.trim().startsWith('<!--'))
    return { line, message: `the remark ${shown} would be read by everybody.`, remedy: 'Take it out of the text.' };
  return {
    line,
    message: `${shown} is HTML, which is shown as text.`,
    remedy: 'Use Markdown: **bold**, *italic*, [text](https://…). For a plain < write \\<',
  };
}

function checkInline(children: readonly MarkdownToken[], firstLine: number): Finding[] {
  const found: Finding[] = [];
  let line = firstLine;
  for (const [index, token] of children.entries()) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') line += 1;
    if (token.type === 'html_inline' && !token.content.startsWith('</')) found.push(htmlFound(line, token.content));
    if (token.type === 'image') {
      const message = `the picture ${String(token.attrGet('src'))} stands in the text.`;
      found.push({ line, message, remedy: 'Put it under images:, with file, alt and credit.' });
    }
    if (token.type !== 'link_open') continue;
    if (children[index + 1]?.type === 'link_close') {
      found.push({ line, message: 'a link has no text.', remedy: 'Say where it leads: [the decision](https://…)' });
    }
    const href = String(token.attrGet('href') ?? '');
    if (safeUrl(href) === undefined) found.push(unsafe(line, href));
  }
  return found;
}

function unsafe(line: number, href: string): Finding {
  const message = `the link "${href.slice(0, 80)}" cannot be followed from a page, a feed and a letter alike.`;
  const relative = !/^[a-z][a-z0-9+.-]*:/i.test(href);
  const remedy = relative ? 'Write the whole address, beginning with https://' : 'Links begin with https://, http://, mailto: or tel:';
  return { line, message, remedy };
}
