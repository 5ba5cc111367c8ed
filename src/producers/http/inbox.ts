import type { FastifyInstance } from 'fastify';
import { isInboxShown, listInbox, readInboxLetter } from '../../shared/mail/inbox-reader.ts';
import { Forbidden, NotFound } from '../../shared/platform/failure.ts';
import type { Services } from '../../shared/services.ts';
import { renderInbox, renderLetter } from './inbox-pages.ts';
import { isLocalPeer } from './peers.ts';
import { LETTER_POLICY } from './security.ts';

/** A screen of letters. */
const LETTERS = 40;

type Params = { id: string };

/**
 * /dev/inbox: the letters of the local inbox, for trying the program out. Only where it may be shown, and to programs of this machine: it shows what
 * was sent to whom.
 */
export async function inboxRoutes(app: FastifyInstance, { services }: { services: Services }): Promise<void> {
  const { config } = services;
  if (!isInboxShown(config)) return;
  app.addHook('onRequest', async (request, reply) => {
    if (!isLocalPeer(request)) throw new Forbidden('inbox_local', 'the inbox is for this machine', 'Open it on the machine itself.');
    reply.header('x-robots-tag', 'noindex').header('referrer-policy', 'no-referrer').header('cross-origin-resource-policy', 'same-origin');
  });
  const find = async (id: string) => {
    const letter = await readInboxLetter(config.dataDir, id);
    if (!letter) throw new NotFound('letter', id);
    return letter;
  };

  app.get<{ Querystring: { before?: string } }>('/dev/inbox', async (request, reply) => {
    const { before } = request.query;
    const page = await listInbox(config.dataDir, { limit: LETTERS, ...(before === undefined ? {} : { before }) });
    const { newsroom } = await services.newsroom();
    return sendHtml(reply, renderInbox({ newsroom, baseUrl: config.baseUrl }, { ...page, first: before === undefined }));
  });

  app.get<{ Params: Params; Querystring: { as?: string } }>('/dev/inbox/:id', async (request, reply) => {
    const letter = await find(request.params.id);
    const { newsroom } = await services.newsroom();
    return sendHtml(reply, renderLetter({ newsroom, baseUrl: config.baseUrl }, { letter, as: request.query.as ?? 'html' }));
  });

  app.get<{ Params: Params }>('/dev/inbox/:id/html', async (request, reply) => {
    const letter = await find(request.params.id);
    reply.header('content-security-policy', LETTER_POLICY).removeHeader('x-frame-options');
    return sendHtml(reply, letter.html ?? '');
  });

  app.get<{ Params: Params }>('/dev/inbox/:id/source', async (request, reply) => {
    const letter = await find(request.params.id);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${letter.id}.eml"`)
      .type('message/rfc822')
      .send(letter.raw);
  });
}

function sendHtml(
  reply: { header(name: string, value: string): { type(type: string): { send(body: string): unknown } } },
  body: string,
): unknown {
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(body);
}
