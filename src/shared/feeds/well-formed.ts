import { demandJson, demandXml } from '../platform/well-formed.ts';
import type { FeedFormat } from '../release/addresses.ts';
import type { FeedFrame } from './frame.ts';
import type { FeedMember } from './member.ts';

/*
 * A feed that would not parse never replaces one that does (promise 3). A release stands in dozens of documents, so each member is parsed when it is
 * made and each frame when it is filled, and not the documents. That the sum parses then follows:
 * - XML: a frame is a document whose last element is still open where the members go, and an element holds any number of elements and white space
 *   between them (XML 1.0, production 43). A member that parses as all that an element holds ends every element it begins, and ends no other. There is no
 *   document type, so it can name no entity that the frame would have to declare; the prefixes it may use are tried out in the frame.
 * - JSON: an array holds any number of values parted by commas (RFC 8259 section 5).
 * - UTF-8: each part is encoded by itself, so no character is cut in two.
 */

/** Prefixes of the elements in members; the frame binds them. */
const PREFIXES: Partial<Record<FeedFormat, readonly string[]>> = { rss: ['content', 'dc', 'dcterms', 'media'], atom: ['at'] };

/** Throws unless the member parses in every format, as it will stand in the document. Those in JSON do: JSON.stringify wrote the whole of them. */
export function demandMemberParses(member: FeedMember): void {
  for (const [format, data] of Object.entries(member.bytes)) {
    const prefixes = PREFIXES[format as FeedFormat];
    if (prefixes) demandXml(`the ${format} of ${member.release}`, enclosed(data.toString(), prefixes));
  }
}

/** Throws unless the frame parses and binds the prefixes of its members. */
export function demandFrameParses(format: FeedFormat, { open, close }: FeedFrame): void {
  const prefixes = PREFIXES[format];
  const tried = prefixes?.map((prefix) => `<${prefix}:any/>`).join('');
  if (tried === undefined) demandJson(`the frame of ${format}`, open + close);
  else demandXml(`the frame of ${format}`, open + tried + close);
}

/** A member that ended this element early would leave something behind it, which no document may have. */
function enclosed(member: string, prefixes: readonly string[]): string {
  const bound = prefixes.map((prefix) => ` xmlns:${prefix}="urn:${prefix}"`).join('');
  return `<any${bound}>${member}</any>`;
}
