import { type MarkdownToken, parseMarkdown } from './markdown-parser.ts';

type Node = { readonly token: MarkdownToken; readonly children: Node[] };

/**
 * Markdown as plain text for letters, terminals and JSON Feed: made from the tokens the HTML is made from, never stripped HTML.
 * Paragraphs are wrapped at `width` characters (Infinity: not at all); a link's address stands behind its text in angle brackets (RFC 3986 appendix C).
 */
export function markdownText(markdown: string, width: number): string {
  return blocks(treeOf(parseMarkdown(markdown)), width, false).join('\n');
}

/** The same text as the passages a reader sees: paragraphs, headings and list items, none of them wrapped. */
export function markdownPassages(markdown: string): string[] {
  return treeOf(parseMarkdown(markdown)).flatMap((node) => {
    const lists = node.token.type === 'bullet_list_open' || node.token.type === 'ordered_list_open';
    const items = lists
      ? node.children.map((item) => blocks(item.children, Number.POSITIVE_INFINITY, true))
      : [block(node, Number.POSITIVE_INFINITY)];
    return items.map((lines) => lines.join('\n')).filter(Boolean);
  });
}

/** The text's beginning on one line, cut at a word with … when it is longer than `most` characters. */
export function excerpt(markdown: string, most: number): string {
  const text = inlineTexts(parseMarkdown(markdown)).join(' ').replace(/\s+/gu, ' ').trim();
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const end = cut.lastIndexOf(' ');
  return `${(end > 0 ? cut.slice(0, end) : cut.slice(0, -1).toWellFormed()).replace(/[\s,.;:–-]+$/u, '')}…`;
}

function inlineTexts(tokens: readonly MarkdownToken[]): string[] {
  return tokens.filter((token) => token.type === 'inline').map((token) => inlineText(token.children ?? [], false));
}

function treeOf(tokens: readonly MarkdownToken[]): Node[] {
  const root: Node[] = [];
  const open: Node[][] = [root];
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop();
      continue;
    }
    const node = { token, children: [] };
    open.at(-1)!.push(node);
    if (token.nesting === 1) open.push(node.children);
  }
  return root;
}

function blocks(nodes: readonly Node[], width: number, tight: boolean): string[] {
  const written = nodes.map((node) => block(node, width)).filter((lines) => lines.length > 0);
  return written.flatMap((lines, index) => (index === 0 || tight ? lines : ['', ...lines]));
}

function block(node: Node, width: number): string[] {
  switch (node.token.type) {
    case 'paragraph_open':
    case 'heading_open':
      return wrap(inlineText(node.children[0]?.token.children ?? [], true), width);
    case 'bullet_list_open':
    case 'ordered_list_open':
      return list(node, width);
    case 'blockquote_open':
      return indented(blocks(node.children, width - 2, false), '> ', '> ');
    case 'table_open':
      return rowsOf(node).flatMap((row) =>
        wrap(row.children.map((cell) => inlineTexts(cell.children.map((child) => child.token)).join(' ')).join(' | '), width),
      );
    case 'fence':
      return node.token.content.trimEnd().split('\n');
    case 'hr':
      return ['* * *'];
    default:
      return [];
  }
}

function list(node: Node, width: number): string[] {
  const tight = node.children.some((item) => item.children.some((child) => child.token.hidden));
  const first = Number(node.token.attrGet('start') ?? 1);
  const items = node.children.map((item, index) => {
    const mark = node.token.type === 'bullet_list_open' ? '- ' : `${first + index}. `;
    return indented(blocks(item.children, width - mark.length, tight), mark, ' '.repeat(mark.length));
  });
  return items.flatMap((lines, index) => (index === 0 || tight ? lines : ['', ...lines]));
}

function rowsOf(table: Node): Node[] {
  return table.children.flatMap((part) => part.children);
}

function indented(lines: readonly string[], first: string, rest: string): string[] {
  return lines.map((line, index) => `${index === 0 ? first : rest}${line}`.trimEnd());
}

function inlineText(tokens: readonly MarkdownToken[], addresses: boolean): string {
  let text = '';
  let link: { href: string; from: number } | undefined;
  for (const token of tokens) {
    if (token.type === 'softbreak') text += ' ';
    else if (token.type === 'hardbreak') text += '\n';
    else if (token.type === 'link_open') link = { href: String(token.attrGet('href') ?? ''), from: text.length };
    else if (token.type === 'link_close' && link) {
      const shown = text.slice(link.from);
      if (addresses && !sameAddress(shown, link.href)) text += ` <${link.href}>`;
      link = undefined;
    } else text += token.content;
  }
  return text;
}

function sameAddress(shown: string, href: string): boolean {
  const bare = (address: string) => address.replace(/^(mailto|tel):/i, '').replace(/\/$/, '');
  if (bare(shown) === bare(href)) return true;
  return URL.canParse(shown) && URL.canParse(href) && new URL(shown).href === new URL(href).href;
}

/** Breaks at plain spaces only: what no-break spaces hold together stays together. A word longer than the line stands alone. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    // Word by word costs as much as parsing; every feed item asks for lines that nothing breaks.
    if (width === Number.POSITIVE_INFINITY) return line.replace(/ [ \t]+|\t[ \t]*/g, ' ').replace(/^ | $/g, '') || [];
    const lines: string[] = [];
    let current = '';
    for (const word of line.split(/[ \t]+/).filter(Boolean)) {
      const longer = current === '' ? word : `${current} ${word}`;
      if (current !== '' && longer.length > width && [...longer].length > width) {
        lines.push(current);
        current = word;
      } else current = longer;
    }
    return current === '' ? lines : [...lines, current];
  });
}
