import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { txtStrings } from '../../src/shared/mail/dns-record.ts';
import { reverseName } from '../../src/shared/mail/preflight/sending-address.ts';

/** What a name has. Texts longer than 255 bytes go out in several strings. */
export type Records = {
  readonly txt?: readonly string[];
  /** Hosts, best first. */
  readonly mx?: readonly string[];
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly ptr?: readonly string[];
  /** The server fails when asked for this name. */
  readonly fails?: boolean;
};

/** By name, in small letters; of an address the names it has, under `reverseName(address)`. */
export type Zone = Record<string, Records>;

const TYPES = { a: 1, ptr: 12, mx: 15, txt: 16, aaaa: 28 } as const;
const RCODES = { noError: 0, serverFailure: 2, nameError: 3 } as const;

/** A name server on 127.0.0.1 (RFC 1035 over UDP) that knows one zone. */
export class DnsServer {
  /** May be changed between questions. */
  zone: Zone;
  readonly #socket: Socket = createSocket('udp4');

  constructor(zone: Zone) {
    this.zone = zone;
    this.#socket.on('message', (message, { port, address }) => {
      this.#socket.send(answerTo(message, this.zone), port, address);
    });
  }

  async listen(): Promise<void> {
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
  }

  /** As DNS_SERVER wants it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

export async function openDnsServer(zone: Zone): Promise<DnsServer> {
  const server = new DnsServer(zone);
  await server.listen();
  return server;
}

/** The zone of an address and the host that has it. */
export function hostZone(host: string, address: string): Zone {
  return { [host]: { a: [address] }, [reverseName(address)]: { ptr: [host] } };
}

const HEADER_BYTES = 12;
/** A compressed name: the one in the question. */
const SAME_NAME = Buffer.from([0xc0, HEADER_BYTES]);

function answerTo(message: Buffer, zone: Zone): Buffer {
  let at = HEADER_BYTES;
  const labels: string[] = [];
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = message.readUInt16BE(at + 1);
  const question = message.subarray(HEADER_BYTES, at + 5);
  const found = zone[labels.join('.').toLowerCase()];
  const code = found === undefined ? RCODES.nameError : found.fails ? RCODES.serverFailure : RCODES.noError;
  const answers = code === RCODES.noError ? dataOf(found!, type) : [];
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  // An answer, with authority, recursion as asked and there.
  header.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100) | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, question, ...answers.map((data) => resourceRecord(type, data))]);
}

function resourceRecord(type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([SAME_NAME, fixed, data]);
}

function dataOf({ txt = [], mx = [], a = [], aaaa = [], ptr = [] }: Records, type: number): Buffer[] {
  switch (type) {
    case TYPES.txt:
      return txt.map((text) => Buffer.concat(txtStrings(text).map(shortString)));
    case TYPES.mx:
      return mx.map((host, index) => Buffer.concat([Buffer.from([0, (index + 1) * 10]), nameBytes(host)]));
    case TYPES.a:
      return a.map((address) => Buffer.from(address.split('.').map(Number)));
    case TYPES.aaaa:
      return aaaa.map((address) => Buffer.from(reverseName(address).replace('.ip6.arpa', '').split('.').reverse().join(''), 'hex'));
    case TYPES.ptr:
      return ptr.map(nameBytes);
    default:
      return [];
  }
}

function shortString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function nameBytes(name: string): Buffer {
  return Buffer.concat([...name.split('.').filter(Boolean).map(shortString), Buffer.from([0])]);
}
