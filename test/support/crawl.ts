import { sha256Hex } from '../../src/shared/platform/canonical.ts';
import type { Web } from './web.ts';

/** One answer of the public site; `hash` is that of its bytes. */
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly location: string | undefined;
  readonly body: string;
  readonly hash: string;
};

/** Asks for a path, following no redirect. */
export type Ask = (path: string) => Promise<Answer>;

/** More than any newsroom of a test has: a site whose addresses never end fails instead of going on for ever. */
const MOST_PATHS = 5_000;

/** Asks a site that listens somewhere. */
export function askOf(origin: string): Ask {
  return async (path) => {
    const answer = await fetch(origin + path, { redirect: 'manual' });
    return answerOf(answer.status, (name) => answer.headers.get(name), Buffer.from(await answer.arrayBuffer()));
  };
}

/** Asks the web side of a world, without a socket. */
export function askWeb(web: Web): Ask {
  return async (path) => {
    const { statusCode, headers, rawPayload } = await web.get(path);
    return answerOf(statusCode, (name) => headers[name]?.toString(), rawPayload);
  };
}

function answerOf(status: number, header: (name: string) => string | null | undefined, bytes: Buffer): Answer {
  const body = bytes.toString('utf8');
  return { status, type: header('content-type') ?? '', location: header('location') ?? undefined, body, hash: sha256Hex(bytes) };
}

/** Everything that can be reached from some paths by any address written in any answer, page, feed or list: by path. */
export async function crawl(ask: Ask, { from, baseUrl }: { from: readonly string[]; baseUrl: string }): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const waiting = [...from];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (answers.has(path)) continue;
    if (answers.size >= MOST_PATHS) throw new Error(`more than ${MOST_PATHS} addresses, the last of them ${path}`);
    const answer = await ask(path);
    answers.set(path, answer);
    waiting.push(...pathsIn(answer, { path, baseUrl }));
  }
  return answers;
}

/** Paths of the same site that an answer names: in attributes, in text, in JSON. */
function pathsIn({ type, location, body }: Answer, { path, baseUrl }: { path: string; baseUrl: string }): string[] {
  const named = location === undefined ? [] : [location];
  if (/^text\/|json|xml|javascript/.test(type)) {
    for (const [, value] of body.matchAll(/\b(?:href|src|action|poster|data)="([^"]*)"/g)) named.push(withoutEscapes(value!));
    for (const [, set] of body.matchAll(/\bsrcset="([^"]*)"/g))
      named.push(
        ...withoutEscapes(set!)
          .split(',')
          .map((one) => one.trim().split(/\s/)[0]!),
      );
    for (const [whole] of body.matchAll(/https?:\/\/[^\s"'<>\\)\]]+/g))
      named.push(withoutEscapes(whole.split(/&(?:quot|lt|gt|#39);/, 1)[0]!));
  }
  const site = new URL(baseUrl).origin;
  return named.flatMap((address) => {
    const url = URL.canParse(address, baseUrl + path) ? new URL(address, baseUrl + path) : undefined;
    return url?.origin === site ? [url.pathname + url.search] : [];
  });
}

function withoutEscapes(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
