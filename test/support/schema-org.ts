import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * schema.org's own definitions of the types our pages use: their properties and what each may hold, as the npm package schema-dts 2.1.0 has them.
 * A type that is not there is added from there.
 */
type Definition = { readonly above: readonly string[]; readonly properties: Readonly<Record<string, string>> };
const DEFINITIONS = JSON.parse(readFileSync(join(import.meta.dirname, 'schema-org.json'), 'utf8')) as Readonly<Record<string, Definition>>;

type Node = Readonly<Record<string, unknown>>;

/** Every JSON-LD block of a page, as data. */
export function structuredDataOf(page: string): Node[] {
  return [...page.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map(([, text]) => JSON.parse(text!));
}

/** What in a block is not as schema.org defines it, each with its place. */
export function schemaProblems(block: Node): string[] {
  const { '@context': context, '@graph': graph, ...node } = block;
  const wrong = context === 'https://schema.org' ? [] : ['@context'];
  return [...wrong, ...(Array.isArray(graph) ? graph : [node]).flatMap((one: Node) => nodeProblems(one, ''))];
}

function nodeProblems(node: Node, place: string): string[] {
  const type = String(node['@type']);
  if (!DEFINITIONS[type]) return [`${place}: there is no type ${type}`];
  return Object.entries(node).flatMap(([name, value]) => {
    if (name.startsWith('@')) return [];
    const at = `${place}/${type}.${name}`;
    // How an action says what has to be filled in (schema.org/docs/actions.html).
    if (name.endsWith('-input')) return isOf(type, 'Action') ? [] : [at];
    const range = rangeOf(type, name);
    if (!range) return [`${at}: ${type} has no such property`];
    return [value].flat().flatMap((one) => valueProblems(one, range, at));
  });
}

function valueProblems(value: unknown, range: readonly string[], at: string): string[] {
  const may = (...types: string[]) => types.some((type) => range.includes(type));
  const wrong = [`${at}: ${JSON.stringify(value)} is none of ${range.join(', ')}`];
  switch (typeof value) {
    case 'string':
      if (value === '') return wrong;
      if (/^https:\/\/schema\.org\/\w+$/.test(value) || may('Text')) return [];
      if (may('URL')) return URL.canParse(value) ? [] : wrong;
      return may('DateTime', 'Date') && !Number.isNaN(Date.parse(value)) ? [] : wrong;
    case 'number':
      return may('Number', 'Integer', 'Text', 'Distance') ? [] : wrong;
    case 'boolean':
      return may('Boolean') ? [] : wrong;
    default: {
      const node = value as Node;
      if (node['@type'] === undefined) return typeof node['@id'] === 'string' ? [] : wrong;
      const type = String(node['@type']);
      return range.some((one) => isOf(type, one)) ? nodeProblems(node, at) : [...wrong, ...nodeProblems(node, at)];
    }
  }
}

function rangeOf(type: string, property: string): readonly string[] | undefined {
  const { above, properties } = DEFINITIONS[type]!;
  return properties[property]?.split(' ') ?? above.map((one) => rangeOf(one, property)).find((range) => range !== undefined);
}

function isOf(type: string, other: string): boolean {
  return type === other || (DEFINITIONS[type]?.above ?? []).some((one) => isOf(one, other));
}
