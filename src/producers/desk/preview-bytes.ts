import type { FastifyInstance } from 'fastify';
import { NotFound } from '../../shared/platform/failure.ts';
import { loadPreviewed } from '../../shared/preview/load.ts';
import { type ChannelBytes, renderChannels } from '../../shared/preview/preview.ts';
import type { Services } from '../../shared/services.ts';
import { isPart, type Part } from './previews.ts';

/** What a part is called in the rendered channels, and how a browser is to show it: feeds as text, so that nothing in them is followed. */
const KINDS: Readonly<Record<Part, { name: keyof ChannelBytes; type: string }>> = {
  page: { name: 'page', type: 'text/html; charset=utf-8' },
  letter: { name: 'letterHtml', type: 'text/html; charset=utf-8' },
  text: { name: 'letterText', type: 'text/plain; charset=utf-8' },
  rss: { name: 'rss', type: 'text/plain; charset=utf-8' },
  atom: { name: 'atom', type: 'text/plain; charset=utf-8' },
  json: { name: 'json', type: 'text/plain; charset=utf-8' },
  ninjs: { name: 'ninjs', type: 'text/plain; charset=utf-8' },
};

/** The page may load our own pictures and stylesheet; a letter brings its styles in its tags. Neither may run anything, and only the desk may frame them. */
const PAGE_POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
const LETTER_POLICY =
  "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/** A part of a release's preview, byte for byte what goes out (for a draft: what would go out now). Throws NotFound. */
export async function loadPreview(services: Services, release: string, part: Part): Promise<{ body: string; type: string }> {
  const { newsroom } = await services.newsroom();
  const { view, occasion } = await loadPreviewed(services.database, { release, newsroom, now: new Date() });
  const { name, type } = KINDS[part];
  return { body: renderChannels(view, { newsroom, baseUrl: services.config.baseUrl }, occasion)[name], type };
}

/** The addresses that the preview's frames show. */
export function previewRoutes(app: FastifyInstance, services: Services): void {
  app.get<{ Params: { release: string; part: string } }>('/desk/releases/:release/preview/:part', async (request, reply) => {
    const { release, part } = request.params;
    if (!isPart(part)) throw new NotFound('preview', part);
    const { body, type } = await loadPreview(services, release, part);
    return reply
      .header('cache-control', 'no-store')
      .header('content-security-policy', part === 'letter' ? LETTER_POLICY : PAGE_POLICY)
      .removeHeader('x-frame-options')
      .type(type)
      .send(body);
  });
}
