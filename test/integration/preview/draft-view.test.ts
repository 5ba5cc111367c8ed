import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadDraftView } from '../../../src/shared/preview/draft-view.ts';
import { renderChannels } from '../../../src/shared/preview/preview.ts';
import { publishRelease } from '../../../src/shared/publishing/publish.ts';
import { handler as html } from '../../../src/workers/html.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { approvedCorrection, approvedDraft, plainContent, publish } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const publisher = async () => ({ newsroom: (await world.services.newsroom()).newsroom, baseUrl: world.config.baseUrl });

it('the preview of an approved draft is the page that is published, byte for byte', async () => {
  const related = await publish(world, plainContent({}, 'Badhuset'));
  const draft = await approvedDraft(world, plainContent({ related: [related.slug], letters: false }));
  const at = new Date('2026-11-19T08:30:00Z');
  const view = await loadDraftView(world.services.database, { draft, newsroom: (await publisher()).newsroom, at });
  const preview = renderChannels(view, await publisher()).page;
  const published = await publishRelease(world.services, world.jonas, { release: draft.release, hash: draft.hash, publishedAt: at });
  await runChannelJob(html, { releaseId: draft.release, revision: 1 }, { services: world.services, signal: new AbortController().signal });
  const page = readFileSync(join(world.dataDir, `public/releases/${published.slug}/index.html`), 'utf8');
  expect(preview).toBe(page);
  expect(page).toContain('Badhuset');
});

it('the draft of a correction is shown as the next revision of what is public', async () => {
  const { release, publishedAt } = await publish(world, plainContent());
  const draft = await approvedCorrection(world, release, plainContent({ body: 'Rättat.' }));
  const { newsroom } = await publisher();
  const at = new Date(publishedAt.getTime() + 60_000);
  const view = await loadDraftView(world.services.database, { draft, newsroom, at, correction: { kind: 'major', note: 'Tiden var fel.' } });
  expect(view).toMatchObject({ n: 2, kind: 'major', firstPublishedAt: publishedAt, significantAt: at });
  expect(view.history.map((line) => line.kind)).toEqual(['first', 'major']);
});
