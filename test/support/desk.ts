import type { LightMyRequestResponse } from 'fastify';
import { openWeb, signIn, type Web } from './web.ts';
import { openWorld, type World } from './world.ts';

/** A newsroom with its desk and everybody signed in: pages and forms as a browser gets and sends them, without a socket. */
export type TestDesk = {
  readonly world: World;
  readonly web: Web;
  /** By account. */
  readonly cookies: Readonly<Record<'elin' | 'jonas' | 'maria', string>>;
  /** Sends a form; an empty cookie is somebody who is not signed in. */
  send(path: string, cookie: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Sends a form with files in it, as a browser does. */
  upload(path: string, cookie: string, fields: Record<string, string>, files: readonly SentFile[]): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
};

/** `field` is the name of the field it was chosen in. */
export type SentFile = { readonly field: string; readonly name: string; readonly data: Buffer };

/** Close it in afterAll. */
export async function openDesk(): Promise<TestDesk> {
  const world = await openWorld();
  const web = await openWeb(world);
  const cookieOf = (account: string) => signIn(world, web, account);
  return {
    world,
    web,
    cookies: { elin: await cookieOf('elin'), jonas: await cookieOf('jonas'), maria: await cookieOf('maria') },
    send: (path, cookie, fields, headers = {}) =>
      web.app.inject({
        method: 'POST',
        url: path,
        payload: new URLSearchParams(fields).toString(),
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    async upload(path, cookie, fields, files) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      for (const { field, name, data } of files) form.append(field, new File([new Uint8Array(data)], name));
      const sent = new Response(form);
      const payload = Buffer.from(await sent.arrayBuffer());
      return web.app.inject({ method: 'POST', url: path, payload, headers: { cookie, 'content-type': sent.headers.get('content-type')! } });
    },
    async close() {
      await web.close();
      await world.close();
    },
  };
}

const SIGNS: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
const plain = (markup: string) => markup.replace(/&(lt|gt|quot|#39|amp);/g, (sign) => SIGNS[sign]!);

/** What a browser would send back of a page, or of one form of it: hidden fields, boxes and choices as they stand. */
export function standing(markup: string): Record<string, string> {
  const hidden = [...markup.matchAll(/<input type="hidden" name="([\w-]+)" value="([^"]*)">/g)];
  const boxes = [...markup.matchAll(/<textarea id="[\w-]+" name="([\w-]+)"[^>]*>\n([\s\S]*?)<\/textarea>/g)];
  const ticked = [...markup.matchAll(/<input type="checkbox" name="([\w-]+)" id="[\w-]+" value="([^"]*)" checked/g)];
  const chosen = [...markup.matchAll(/<select id="[\w-]+" name="([\w-]+)">(?:(?!<\/select>).)*?<option value="([^"]*)" selected>/g)];
  return Object.fromEntries([...hidden, ...boxes, ...ticked, ...chosen].map((match) => [match[1]!, plain(match[2]!)]));
}
