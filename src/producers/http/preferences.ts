import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { setPreferences, takeBack } from '../../shared/delivery/change-preferences.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import type { Services } from '../../shared/services.ts';
import { leave } from '../../shared/subscribers/leave.ts';
import { askForOwnData } from '../../shared/subscribers/own-data.ts';
import { FREQUENCIES, findPreferences, type PreferencesNow, type PreferencesWish } from '../../shared/subscribers/preferences.ts';
import { OWN_DATA, UNSUBSCRIBES } from './limits.ts';
import { languageFor, sendNotice } from './notice-page.ts';
import { type PreferencesView, renderAsked, renderPreferences } from './preferences-page.ts';
import { PAUSES, type PauseSpan } from './preferences-words.ts';
import { subscriberOfToken } from './subscriber-links.ts';
import { renderLeft } from './subscriber-pages.ts';

type Params = { token: string };
type Request = FastifyRequest<{ Params: Params }>;

/** A field that is absent, twice there or no text says nothing. */
const Text = z.string().catch('');
const Fields = z.object({
  topics: z.union([z.array(z.string()), z.string().transform((one) => [one])]).catch([]),
  language: Text,
  frequency: Text,
  pause: Text,
  save: Text,
  leave: Text,
});
type Fields = z.infer<typeof Fields>;

/**
 * /preferences/<token>: what a subscriber gets, one form to change it, leaving, and asking for the own data. It shows no address, so a forwarded
 * letter gives nothing away. GET changes nothing. A token that is nobody's, and that of somebody who gets nothing, show the same.
 */
export function preferenceRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;
  const show = async (request: Request, reply: FastifyReply, view: Omit<PreferencesView, 'token' | 'preferences'> = {}) => {
    const { token } = request.params;
    const now = await standing(await subscriberOfToken(services, token, 'preferences'));
    const page = await renderPreferences(services, await languageFor(services, request), { token, preferences: now, ...view });
    return sendNotice(reply, view.problem ? 422 : 200, page);
  };
  async function standing(subscriber: string | undefined): Promise<PreferencesNow | undefined> {
    const now = subscriber === undefined ? undefined : await findPreferences(database, subscriber);
    return now?.state === 'active' ? now : undefined;
  }

  app.get<{ Params: Params }>('/preferences/:token', async (request, reply) => show(request, reply));

  app.post<{ Params: Params }>('/preferences/:token', { config: { rateLimit: UNSUBSCRIBES } }, async (request, reply) => {
    const subscriber = await subscriberOfToken(services, request.params.token, 'preferences');
    const fields = Fields.parse(request.body ?? {});
    if (fields.leave !== '') return leaveAll(services, { request, reply, subscriber });
    const now = await standing(subscriber);
    if (fields.save === '' || subscriber === undefined || now === undefined) return show(request, reply);
    const { newsroom } = await services.newsroom();
    const wish = readWish(fields, { now, newsroom, at: new Date() });
    if (typeof wish === 'string') return show(request, reply, { problem: wish, chosen: fields });
    await setPreferences(services, { subscriber, wish, newsroom });
    return show(request, reply, { saved: 'changed' });
  });

  app.post<{ Params: Params }>('/preferences/:token/undo', { config: { rateLimit: UNSUBSCRIBES } }, async (request, reply) => {
    const subscriber = await subscriberOfToken(services, request.params.token, 'preferences');
    if (subscriber !== undefined) await takeBack(services, subscriber);
    return show(request, reply, { saved: 'taken-back' });
  });

  app.post<{ Params: Params }>('/preferences/:token/own-data', { config: { rateLimit: OWN_DATA } }, async (request, reply) => {
    const subscriber = await subscriberOfToken(services, request.params.token, 'preferences');
    if (subscriber !== undefined) await askForOwnData(services, subscriber);
    return sendNotice(reply, 200, await renderAsked(services, await languageFor(services, request)));
  });
}

type Leaving = { request: Request; reply: FastifyReply; subscriber: string | undefined };

async function leaveAll(services: Services, { request, reply, subscriber }: Leaving): Promise<FastifyReply> {
  if (subscriber !== undefined) await leave(services.database, { subscriber, way: 'page' });
  const undo = `/preferences/${encodeURIComponent(request.params.token)}/undo`;
  return sendNotice(reply, 200, await renderLeft(services, await languageFor(services, request), undo));
}

/** The form as a wish, or what is wrong with it. Unlisted topics pass only for those who have them. */
function readWish(
  fields: Fields,
  { now, newsroom, at }: { now: PreferencesNow; newsroom: Newsroom; at: Date },
): PreferencesWish | 'topics' | 'stale' {
  const may = (topic: string) => topic in now.topics || topic === '*' || newsroom.topics[topic]?.unlisted === false;
  if (!fields.topics.every(may) || (fields.language !== now.language && !newsroom.languages.includes(fields.language))) return 'stale';
  if (fields.topics.length === 0) return 'topics';
  // Who gets every topic needs only the unlisted ones beside it.
  const everything = fields.topics.includes('*');
  const topics = everything ? fields.topics.filter((topic) => newsroom.topics[topic]?.unlisted !== false) : fields.topics;
  const pause = PAUSES.find((span) => span === fields.pause);
  return {
    language: fields.language,
    topics: [...new Set(topics)],
    frequency: FREQUENCIES.find((frequency) => frequency === fields.frequency),
    pausedUntil: pause ? endOfPause(pause, at) : fields.pause === 'resume' ? null : undefined,
  };
}

const MONTHS: Readonly<Record<Exclude<PauseSpan, 'week'>, number>> = { month: 1, 'three-months': 3 };

function endOfPause(span: PauseSpan, from: Date): Date {
  const end = new Date(from);
  if (span === 'week') end.setUTCDate(end.getUTCDate() + 7);
  else end.setUTCMonth(end.getUTCMonth() + MONTHS[span]);
  return end;
}
