import { Readable, type Transform } from 'node:stream';

/** What may not stand in a letter as it goes onto the line: a bare CR or LF (RFC 5321 2.3.8), or a dot at the beginning of a line. */
const IRREGULAR = /\r(?!\n)|(?<!\r)\n|\n\.|^\./;

const END = Buffer.from('.\r\n');
const LINE_END_AND_END = Buffer.from('\r\n.\r\n');

/**
 * A letter for nodemailer's connection, which would look at every byte of it by itself: an eighth of a sender's time (measured). One search by the
 * engine finds whether there is anything to do; the text goes out as it is, and the final dot after it in a write of its own, as before.
 */
export class WholeText extends Readable {
  readonly #text: Buffer;
  readonly #end: Buffer;

  constructor(raw: Buffer) {
    super();
    this.#text = onTheLine(raw);
    this.#end = this.#text.at(-1) === 0x0a ? END : LINE_END_AND_END;
  }

  /** nodemailer hands over the transform that doubles dots and goes into the socket: what is ready is put behind that work. */
  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    const out = destination as unknown as Transform;
    out.push(this.#text);
    out.push(this.#end);
    out.push(null);
    return destination;
  }
}

/** Line ends are CR LF, and a dot that begins a line is doubled (RFC 5321 4.5.2); a lone CR before a dot hides no end of the text (SMTP smuggling). */
export function onTheLine(raw: Buffer): Buffer {
  const text = raw.toString('latin1');
  if (!IRREGULAR.test(text)) return raw;
  return Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n').replace(/(?<=^|\n)\./g, '..'), 'latin1');
}
