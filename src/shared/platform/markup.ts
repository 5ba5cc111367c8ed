/** Text that is already safe markup. Only `html` and `raw` make it. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const ESCAPED = /[&<>"']/;

/** Escapes text for HTML and XML, element content and quoted attributes alike. */
export function escapeMarkup(text: string): string {
  // Most texts of a page need nothing; asking costs half of replacing.
  return ESCAPED.test(text) ? text.replace(/[&<>"']/g, (character) => ESCAPES[character]!) : text;
}

function piece(value: Piece): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.toString();
  if (Array.isArray(value)) return value.map(piece).join('');
  return escapeMarkup(String(value));
}

/** Template tag for HTML and XML: every inserted value is escaped unless it is Markup; null, undefined and false vanish. */
export function html(strings: TemplateStringsArray, ...values: Piece[]): Markup {
  let text = strings[0]!;
  for (let index = 0; index < values.length; index += 1) text += piece(values[index]) + strings[index + 1]!;
  return new Markup(text);
}

/** Says that this text is safe markup already: sanitized body HTML, our own stylesheet. */
export function raw(text: string): Markup {
  return new Markup(text);
}

const IN_SCRIPT: Record<string, string> = { '<': '\\u003c', '\u2028': '\\u2028', '\u2029': '\\u2029' };

/** JSON for a <script type="application/ld+json"> block: no character sequence can end the block. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replace(/[<\u2028\u2029]/g, (character) => IN_SCRIPT[character]!));
}
