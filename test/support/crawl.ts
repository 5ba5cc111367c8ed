/** One answer of the public site. */
export type Answer = { readonly status: number; readonly type: string; readonly location: string | undefined; readonly body: string };

/** Asks for a path, following no redirect. */
export type Ask = (path: string) => Promise<Answer>;

/** More than any newsroom of a test has: a site whose addresses never end fails instead of going on for ever. */
const MOST_PATHS = 5_000;

/** Asks a site that listens somewhere. The body is read byte for byte, so that hashes of what it holds can be looked for. */
export function askOf(origin: string): Ask {
  return async (path) => {
    const answer = await fetch(origin + path, { redirect: 'manual' });
    const { status, headers } = answer;
    const body = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    return { status, type: headers.get('content-type') ?? '', location: headers.get('location') ?? undefined, body };
  };
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
    for (const [whole] of body.matchAll(/https?:\/\/[^\s"'<>\\)\]]+/g)) named.push(withoutEscapes(whole));
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
