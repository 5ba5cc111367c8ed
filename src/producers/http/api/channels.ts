import { z } from 'zod';
import { NotFound } from '../../../shared/platform/failure.ts';
import { loadPreviewed } from '../../../shared/preview/load.ts';
import { type ChannelBytes, renderChannels } from '../../../shared/preview/preview.ts';
import { retryChannel } from '../../../shared/publishing/channels.ts';
import { loadStatus } from '../../../shared/publishing/status.ts';
import { StatusAnswer } from './answers.ts';
import { operation } from './operation.ts';

const status = operation({
  method: 'GET',
  path: '/releases/:release/status',
  summary: 'How far each channel is, and the letters with their equation.',
  status: 200,
  answer: StatusAnswer,
  handle: ({ services, params }) => loadStatus(services, params.release!),
});

const retry = operation({
  method: 'POST',
  path: '/releases/:release/channels/:channel/retry',
  summary: 'Try a channel again at once, also after it failed for good.',
  body: z.strictObject({}),
  status: 202,
  answer: z.looseObject({ revision: z.number() }),
  handle: ({ services, actor, params }) => retryChannel(services, actor, { release: params.release!, channel: params.channel! }),
});

/** Channel and form → what is rendered and its type. The first form of a channel is the one given when none is named. */
const FORMS: Readonly<Record<string, Readonly<Record<string, { name: keyof ChannelBytes; type: string }>>>> = {
  html: { html: { name: 'page', type: 'text/html; charset=utf-8' } },
  feeds: {
    rss: { name: 'rss', type: 'application/rss+xml; charset=utf-8' },
    atom: { name: 'atom', type: 'application/atom+xml; charset=utf-8' },
    json: { name: 'json', type: 'application/feed+json; charset=utf-8' },
    ninjs: { name: 'ninjs', type: 'application/json; charset=utf-8' },
  },
  email: {
    html: { name: 'letterHtml', type: 'text/html; charset=utf-8' },
    text: { name: 'letterText', type: 'text/plain; charset=utf-8' },
  },
};

const preview = operation({
  method: 'GET',
  path: '/releases/:release/preview/:channel',
  summary: 'The exact bytes a channel would write for the draft, or wrote for the newest revision.',
  description: 'Channels: html, feeds (as rss, atom, json or ninjs), email (as html or text).',
  query: z.strictObject({ as: z.enum(['html', 'text', 'rss', 'atom', 'json', 'ninjs']).optional() }),
  status: 200,
  answerType: 'text/html',
  handle: async ({ services, params, query, reply }) => {
    const forms = FORMS[params.channel!];
    const form = forms && (query.as === undefined ? Object.values(forms)[0] : forms[query.as]);
    if (!form) throw new NotFound('preview', query.as ? `${params.channel}?as=${query.as}` : params.channel!);
    const { newsroom } = await services.newsroom();
    const { view, occasion } = await loadPreviewed(services.database, { release: params.release!, newsroom, now: new Date() });
    const body = renderChannels(view, { newsroom, baseUrl: services.config.baseUrl }, occasion)[form.name];
    // Somebody may open this in a browser: then it is looked at, never run.
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    return reply.header('cache-control', 'no-store').type(form.type).send(body);
  },
});

export const channelOperations = [status, retry, preview];
