import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LinkPurpose, personalToken } from '../../../src/shared/mail/links.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb, rawRequest, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

/*
 * What mail providers, scanners and forgers send to personal links, byte by byte. letters.test.ts has what the links do for their owner.
 */

type Reader = { readonly id: string; readonly tokenKey: Buffer; readonly token: string };

let world: World;
let web: Web;
let key: Buffer;
let people = 0;
let reader: Reader;
let other: Reader;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
  key = await getKey(world.services.database, 'links');
});
afterAll(async () => {
  await web.close();
  await world.close();
});
beforeEach(async () => {
  reader = await addReader();
  other = await addReader();
});

async function addReader(): Promise<Reader> {
  people += 1;
  const address = `n${people}@lillan.example`;
  const csv = `address,language,topics,legal basis,source,date\n${address},sv,*,consent,test,2026-01-01\n`;
  const db = world.services.database;
  await importSubscribers(db, { csv, newsroom: sampleNewsroom() });
  const { id, token_key } = await db
    .selectFrom('subscribers')
    .select(['id', 'token_key'])
    .where('address', '=', address)
    .executeTakeFirstOrThrow();
  return { id, tokenKey: token_key, token: personalToken({ subscriber: id, tokenKey: token_key, key }, 'unsubscribe') };
}

const stateOf = async ({ id }: Reader) =>
  (await world.services.database.selectFrom('subscribers').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
const leavings = async ({ id }: Reader) =>
  world.services.database.selectFrom('consents').select('detail').where('subscriber', '=', id).where('event', '=', 'left').execute();

const ONE_CLICK = 'List-Unsubscribe=One-Click';
const FORM = 'Content-Type: application/x-www-form-urlencoded';

/** One request on a line of its own; gives the whole answer. */
async function ask(method: string, path: string, { body = '', headers = [] as string[] } = {}): Promise<string> {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: press.alvmark.example', 'Connection: close', ...headers, ...length];
  return rawRequest(await web.port(), `${lines.join('\r\n')}\r\n\r\n${body}`);
}
const press = (token: string, options: { body?: string; headers?: string[] } = {}) =>
  ask('POST', `/unsubscribe/${token}`, { body: ONE_CLICK, headers: [FORM], ...options });

/** The answer without what differs from one request to the next. */
function plain(answer: string, token: string): string {
  return answer
    .replaceAll(token, 'TOKEN')
    .replaceAll(encodeURIComponent(token), 'TOKEN')
    .replace(/^(date|content-length|x-ratelimit-[a-z]+):.*\r\n/gim, '');
}

describe('a one-click request (RFC 8058)', () => {
  it.each([
    ['without a type', []],
    ['with a charset', [`${FORM}; charset=utf-8`]],
    ['as plain text', ['Content-Type: text/plain']],
    ['as JSON by name only', ['Content-Type: application/json']],
  ])('leaves at once, without a redirect or a cookie, %s', async (_name, headers) => {
    const answer = await press(reader.token, { headers });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toMatch(/^(location|set-cookie):/im);
    expect(await stateOf(reader)).toBe('unsubscribed');
  });

  it('needs neither cookie nor referrer, and another site’s Origin is no hindrance: the address alone decides', async () => {
    const headers = [FORM, 'Origin: https://mail.provider.example', 'Sec-Fetch-Site: cross-site', 'Cookie: session=stale'];
    expect(await press(reader.token, { headers })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await stateOf(reader)).toBe('unsubscribed');
  });

  it('that comes twice at the same moment leaves once, and both are told so', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => press(reader.token)));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(new Set(answers.map((answer) => plain(answer, reader.token))).size).toBe(1);
    expect(await leavings(reader)).toEqual([{ detail: expect.objectContaining({ way: 'one-click' }) }]);
  });

  it('touches nobody else', async () => {
    await press(reader.token);
    expect(await stateOf(other)).toBe('active');
  });

  it('that is larger than any form is refused before it is read', async () => {
    const answer = await press(reader.token, { body: `${ONE_CLICK}&x=${'x'.repeat(70_000)}` });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(await stateOf(reader)).toBe('active');
  });
});

describe('a scanner', () => {
  it.each(['GET', 'HEAD'])('may follow every link of a letter by %s as often as it likes', async (method) => {
    for (const path of [`/unsubscribe/${reader.token}`, `/unsubscribe/${reader.token}?utm=1`, `/unsubscribe/${reader.token}/undo`]) {
      for (let time = 0; time < 3; time += 1) {
        const answer = await ask(method, path, { headers: ['Purpose: prefetch', 'User-Agent: LinkScanner/1.0'] });
        expect(answer).toMatch(/^HTTP\/1\.1 (200|404) /);
        expect(answer).not.toMatch(/^set-cookie:/im);
      }
    }
    expect(await stateOf(reader)).toBe('active');
    expect(await leavings(reader)).toEqual([]);
  });

  it('gets no text of the page by HEAD', async () => {
    const answer = await ask('HEAD', `/unsubscribe/${reader.token}`);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('');
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'PROPFIND'])('changes nothing by %s', async (method) => {
    await ask(method, `/unsubscribe/${reader.token}`, { body: ONE_CLICK, headers: [FORM] });
    expect(await stateOf(reader)).toBe('active');
  });
});

describe('a forged token', () => {
  /** Every way to make a token without the installation's key, and every key used for what it was not made for. */
  const forgeries: [string, (one: Reader, two: Reader) => string][] = [
    [
      'signed with another key',
      (one) => personalToken({ subscriber: one.id, tokenKey: one.tokenKey, key: randomBytes(32) }, 'unsubscribe'),
    ],
    [
      'of a token key that was changed since',
      (one) => personalToken({ subscriber: one.id, tokenKey: randomBytes(16), key }, 'unsubscribe'),
    ],
    ['with another person’s signature', (one, two) => one.token.slice(0, 21) + two.token.slice(21)],
    ['of somebody who never was', () => personalToken({ subscriber: randomUUID(), tokenKey: randomBytes(16), key }, 'unsubscribe')],
    ['without a signature', (one) => one.token.slice(0, 22)],
    ['with a signature of zeros', (one) => one.token.slice(0, 22) + 'A'.repeat(21)],
    ['with something after it', (one) => `${one.token}A`],
    [
      'in another case',
      (one) => one.token.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())),
    ],
    ...(['preferences', 'confirm'] satisfies LinkPurpose[]).map((purpose): [string, (one: Reader) => string] => [
      `made for ${purpose}`,
      (one) => personalToken({ subscriber: one.id, tokenKey: one.tokenKey, key }, purpose),
    ]),
  ];

  it.each(forgeries)('%s changes nothing, and is answered like a right one', async (_name, forge) => {
    const forged = forge(reader, other);
    const answers = [await ask('GET', `/unsubscribe/${forged}`), await press(forged), await ask('POST', `/unsubscribe/${forged}/undo`)];
    expect([await stateOf(reader), await stateOf(other)]).toEqual(['active', 'active']);
    const third = await addReader();
    const right = [
      await ask('GET', `/unsubscribe/${third.token}`),
      await press(third.token),
      await ask('POST', `/unsubscribe/${third.token}/undo`),
    ];
    expect(answers.map((answer) => plain(answer, forged))).toEqual(right.map((answer) => plain(answer, third.token)));
  });

  it('that differs from a right one in a single bit changes nothing', async () => {
    const bytes = Buffer.from(reader.token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await press(changed.toString('base64url'))).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect([await stateOf(reader), await stateOf(other)]).toEqual(['active', 'active']);
  });

  it.each(['%00', '..%2f..%2fetc', `${'x'.repeat(900)}`, '%F0%9F%93%B0', "'%20or%20'1'='1"])(
    'that is no token at all is answered calmly: %s',
    async (nonsense) => {
      expect(await ask('GET', `/unsubscribe/${nonsense}`)).toMatch(/^HTTP\/1\.1 (200|400|404) /);
      expect(await press(nonsense)).toMatch(/^HTTP\/1\.1 (200|400|404) /);
    },
  );
});
