import { lookup as resolve } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Failure } from './failure.ts';
import { isPublicAddress } from './public-address.ts';

/* Requests to addresses that somebody else named: our hub's callbacks, other hubs, webhooks. */

/** A server that does not take the line within this time is not there. */
const CONNECT_MS = 5_000;
/** From the look-up of the name to the last byte of the answer. */
const WHOLE_MS = 10_000;

export type OutgoingRequest = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Also loopback, private and link-local addresses: a setting of the house, for intranets and tests. */
  readonly allowPrivate: boolean;
  /** So much of the answer is read; of more than that nobody here wants to know. */
  readonly mostAnswerBytes?: number;
  readonly signal?: AbortSignal;
};

export type OutgoingAnswer = { readonly status: number; readonly body: string };

/**
 * One request on a line of its own. The name is resolved here, once, and the line goes to the address that was looked at: a name that answers
 * differently the second time (DNS rebinding) leads nowhere. Redirects are not followed. Throws a passing Failure `not_reached` or `address_refused`.
 */
export async function sendOutside(request: OutgoingRequest): Promise<OutgoingAnswer> {
  const url = new URL(request.url);
  refuseLiteral(url, request.allowPrivate);
  const limit = AbortSignal.timeout(WHOLE_MS);
  const signal = request.signal ? AbortSignal.any([limit, request.signal]) : limit;
  try {
    return await exchange(url, request, signal);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = limit.aborted ? `no answer within ${WHOLE_MS / 1_000} s` : reasonOf(error);
    throw new Failure('not_reached', reason, { cause: error });
  }
}

/** The refusal of an address that stands in the URL itself: no name is looked up for it. Throws Failure `address_refused`. */
export function refuseLiteral(url: URL, allowPrivate: boolean): void {
  const address = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !allowPrivate && !isPublicAddress(address)) throw refused(address);
}

function refused(what: string): Failure {
  return new Failure('address_refused', `${what} is not a public address`);
}

function exchange(url: URL, request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
  return new Promise((settle, fail) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const body = request.body === undefined ? undefined : Buffer.from(request.body as Uint8Array);
    const outgoing = send(url, {
      method: request.method,
      // No line is kept: the next one must be looked at again.
      agent: false,
      lookup: lookingAtAddresses(request.allowPrivate),
      headers: { 'user-agent': 'Depesch', ...request.headers, ...(body ? { 'content-length': body.length } : {}) },
      signal,
    });
    limitConnecting(outgoing, url.protocol === 'https:' ? 'secureConnect' : 'connect');
    outgoing.once('error', fail);
    outgoing.once('response', (response) => readAnswer(response, request.mostAnswerBytes ?? 0).then(settle, fail));
    outgoing.end(body);
  });
}

/** Resolves the name and hands on only addresses that may be called. */
function lookingAtAddresses(allowPrivate: boolean): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, '', 0);
      const allowed = addresses.filter(({ address }) => allowPrivate || isPublicAddress(address));
      const first = allowed[0];
      if (!first) return answer(refused(hostname), '', 0);
      if (options.all) answer(null, allowed);
      else answer(null, first.address, first.family);
    });
  };
}

function limitConnecting(outgoing: ClientRequest, connected: 'connect' | 'secureConnect'): void {
  const timer = setTimeout(() => outgoing.destroy(new Failure('not_reached', `no connection within ${CONNECT_MS / 1_000} s`)), CONNECT_MS);
  outgoing.once('socket', (socket) => socket.once(connected, () => clearTimeout(timer)));
  outgoing.once('close', () => clearTimeout(timer));
}

async function readAnswer(response: IncomingMessage, most: number): Promise<OutgoingAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop closes the line.
    if (length > most) break;
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).subarray(0, most).toString('utf8') };
}

/** A connection tried at several addresses fails with a bundle that says nothing itself. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: unknown[] };
  if (message) return message;
  return errors?.length ? reasonOf(errors[0]) : (code ?? 'failed');
}
