import { SaxesParser } from 'saxes';
import { Failure, messageOf } from './failure.ts';

/** Throws a Failure that names `what` unless this is one well-formed document, names with their namespaces among it (XML 1.0, Namespaces in XML). */
export function demandXml(what: string, data: string | Uint8Array): void {
  demand(`${what} would not parse as XML`, () => {
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(asRead(data)).close();
  });
}

/** Throws a Failure that names `what` unless this is one JSON value (RFC 8259). */
export function demandJson(what: string, data: string | Uint8Array): void {
  demand(`${what} would not parse as JSON`, () => JSON.parse(asRead(data)));
}

/** As it will be read from a file: there a lone surrogate has become another character, and bytes that are no UTF-8 are none of ours. */
function asRead(data: string | Uint8Array): string {
  return typeof data === 'string' ? data.toWellFormed() : new TextDecoder('utf-8', { fatal: true }).decode(data);
}

function demand(fault: string, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    throw new Failure('does_not_parse', `${fault}: ${messageOf(error)}`, { cause: error });
  }
}
