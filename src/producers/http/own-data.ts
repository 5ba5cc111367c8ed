import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { erase } from '../../shared/delivery/erasure.ts';
import { listLetters } from '../../shared/delivery/history.ts';
import { exportOwnData, findOwnData } from '../../shared/delivery/own-data.ts';
import { ownDataPath } from '../../shared/release/addresses.ts';
import type { Services } from '../../shared/services.ts';
import { LONG_ANSWER_MS, OWN_DATA, USUAL_ROWS } from './limits.ts';
import { languageFor, sendNotice } from './notice-page.ts';
import { renderErased, renderEraseQuestion, renderExpired, renderOwnData } from './own-data-page.ts';
import { subscriberOfOwnDataToken } from './subscriber-links.ts';

type Request = FastifyRequest<{ Params: { token: string } }>;
type Params = { Params: { token: string } };

const Before = z.object({ before: z.coerce.number().int().positive().optional().catch(undefined) });

/**
 * /my-data/<token>: what is kept about one person, by the link that was mailed to the address itself and holds for an hour. GET changes nothing;
 * erasing takes a button, and afterwards the link is nobody's. Forged, expired and used-up links get one answer.
 */
export function ownDataRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;
  const expired = async (request: FastifyRequest, reply: FastifyReply) =>
    sendNotice(reply, 404, await renderExpired(services, await languageFor(services, request)));
  const whose = (request: Request) => subscriberOfOwnDataToken(services, request.params.token);

  app.get<Params>(ownDataPath(':token'), async (request, reply) => {
    const subscriber = await whose(request);
    const data = subscriber === undefined ? undefined : await findOwnData(database, subscriber);
    if (subscriber === undefined || data === undefined) return expired(request, reply);
    const { before } = Before.parse(request.query);
    const rows = await listLetters(database, { subscriber, before, limit: USUAL_ROWS + 1 });
    const letters = rows.slice(0, USUAL_ROWS);
    const older = rows.length > USUAL_ROWS ? letters.at(-1)!.publication : undefined;
    const view = { token: request.params.token, data, letters, older, firstPage: before === undefined };
    return sendNotice(reply, 200, await renderOwnData(services, await languageFor(services, request), view));
  });

  app.get<Params>(ownDataPath(':token', 'data.json'), async (request, reply) => {
    const subscriber = await whose(request);
    const data = subscriber === undefined ? undefined : await exportOwnData(database, subscriber);
    if (data === undefined) return expired(request, reply);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="data.json"')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(data, null, 2));
  });

  app.get<Params>(ownDataPath(':token', 'erase'), async (request, reply) => {
    if ((await whose(request)) === undefined) return expired(request, reply);
    return sendNotice(reply, 200, await renderEraseQuestion(services, await languageFor(services, request), request.params.token));
  });

  // Every bounce of 90 days is read for the address.
  const limits = { config: { rateLimit: OWN_DATA }, handlerTimeout: LONG_ANSWER_MS };
  app.post<Params>(ownDataPath(':token', 'erase'), limits, async (request, reply) => {
    const subscriber = await whose(request);
    if (subscriber === undefined) return expired(request, reply);
    await erase(services, { person: { subscriber }, way: 'page', account: null });
    return sendNotice(reply, 200, await renderErased(services, await languageFor(services, request)));
  });
}
