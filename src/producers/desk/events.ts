import type { FastifyInstance } from 'fastify';
import { sleep } from '../../shared/platform/clock.ts';
import { messageOf } from '../../shared/platform/failure.ts';
import { loadStatus } from '../../shared/publishing/status.ts';
import type { Services } from '../../shared/services.ts';
import type { DeskContext } from './context.ts';
import { contextOf } from './session.ts';
import { renderLiveParts } from './status-panel.ts';
import type { VisitorOf } from './visitors.ts';

/** Often enough to see letters leave, seldom enough for several desks to watch one run: reading the status of 5,000 letters takes a few ms. */
const LOOK_MS = 1_000;
/** Proxies close a silent line after 30 to 60 s. */
const KEEP_ALIVE_LOOKS = 15;
/** Then the browser opens the line again by itself, and the session is asked for again. */
const LONGEST_LOOKS = 600;

type Line = { write(text: string): boolean; signal: AbortSignal };

/** Server-sent events (WHATWG HTML 9.2): the parts of the page that change, whenever they say something new. */
export function eventRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  app.get<{ Params: { release: string } }>('/desk/releases/:release/events', async (request, reply) => {
    const context = await contextOf(services, request, visitorOf(request));
    // A release that does not exist is told before the stream begins.
    await loadStatus(services, request.params.release);
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    reply.hijack();
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    };
    reply.raw.writeHead(200, headers as Record<string, string>);
    const line: Line = { write: (text) => reply.raw.write(text), signal: AbortSignal.any([closing.signal, gone.signal]) };
    await tell(services, context, { release: request.params.release, line }).catch((error) =>
      services.log.warn({ release: request.params.release, reason: messageOf(error) }, 'desk.events_ended'),
    );
    reply.raw.end();
  });
}

async function tell(services: Services, context: DeskContext, watch: { release: string; line: Line }): Promise<void> {
  const { line } = watch;
  let told = '';
  for (let looks = 0; looks < LONGEST_LOOKS && !line.signal.aborted; looks += 1) {
    const status = await loadStatus(services, watch.release);
    const text = JSON.stringify(renderLiveParts(context, status));
    if (text !== told) line.write(`event: status\ndata: ${text}\n\n`);
    else if (looks % KEEP_ALIVE_LOOKS === 0) line.write(': still here\n\n');
    told = text;
    // A failed channel is a person's to mend; until then nothing changes by itself.
    if (status.overall === 'done' || status.overall === 'draft') {
      line.write('event: end\ndata: {}\n\n');
      return;
    }
    await sleep(LOOK_MS, line.signal);
  }
}
