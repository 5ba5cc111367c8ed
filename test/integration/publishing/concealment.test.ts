import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPublicBySlug, loadView } from '../../../src/shared/release/store.ts';
import type { RevisionView } from '../../../src/shared/release/view.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { handler as html } from '../../../src/workers/html.ts';
import { type ChannelHandler, runChannelJob } from '../../../src/workers/run.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** The word that was taken back. */
const WORD = 'Hemligsson';

async function write(release: string, revision: number): Promise<void> {
  for (const handler of [html, feeds] satisfies ChannelHandler[]) {
    await runChannelJob(handler, { releaseId: release, revision }, { services: world.services, signal: new AbortController().signal });
  }
}

function publicFilesWith(word: string): string[] {
  const root = join(world.dataDir, 'public');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(root, name)).isFile());
  return files.filter((name) => readFileSync(join(root, name), 'utf8').includes(word));
}

describe('what was taken back is not shown again (promise 9)', () => {
  it('a concealed correction leaves no public file and no view with the earlier words', async () => {
    const { release, slug } = await publish(world, plainContent({ body: `Patienten ${WORD} berättar.` }, 'Ett'));
    await write(release, 1);
    expect(publicFilesWith(WORD).length).toBeGreaterThan(0);
    await correct(world, release, plainContent({ body: 'En patient berättar.' }, 'Ett'), { kind: 'minor', note: '', conceal: true });
    await write(release, 2);
    expect(publicFilesWith(WORD)).toEqual([]);
    const view = await findPublicBySlug(world.services.database, slug);
    expect(JSON.stringify(view)).not.toContain(WORD);
    expect(view).toMatchObject({ n: 2, conceal: true });
  });

  it('the notes of earlier corrections go with the texts they may quote; that they were made, and what is noted later, stays', async () => {
    const text = (body: string) => plainContent({ body, slug: 'noterna' }, 'Tre');
    const { release, slug } = await publish(world, text(`Patienten ${WORD} berättar.`));
    await correct(world, release, text('En patient berättar.'), { kind: 'major', note: `Patienten heter inte ${WORD}.` });
    await write(release, 2);
    expect(publicFilesWith(WORD).length).toBeGreaterThan(0);
    await correct(world, release, text('En person berättar.'), { kind: 'minor', note: 'Ett ord är borta.', conceal: true });
    await correct(world, release, text('En person berättar mer.'), { kind: 'minor', note: 'Ett ord till.' });
    await write(release, 4);
    expect(publicFilesWith(WORD)).toEqual([]);
    const { history } = (await findPublicBySlug(world.services.database, slug)) as RevisionView;
    expect(history.map(({ kind, changeNote }) => [kind, changeNote])).toEqual([
      ['first', null],
      ['major', null],
      ['minor', 'Ett ord är borta.'],
      ['minor', 'Ett ord till.'],
    ]);
    const page = readFileSync(join(world.dataDir, 'public/releases/noterna/index.html'), 'utf8');
    expect(page).toMatch(/Rättelse <time[\s\S]*Vad som rättades visas inte, av hänsyn till enskild\.[\s\S]*Revision 2<\/strong>, rättelse/);
    // What was public then is what the archive keeps of that moment.
    expect(await loadView(world.services.database, { release, n: 2 })).toMatchObject({ changeNote: `Patienten heter inte ${WORD}.` });
  });

  it('a withdrawal leaves neither title nor text', async () => {
    const { release, slug } = await publish(world, plainContent({ title: `${WORD} vann priset`, slug: 'priset' }, 'Två'));
    await write(release, 1);
    await withdraw(world, release);
    await write(release, 2);
    expect(publicFilesWith(WORD)).toEqual([]);
    expect(JSON.stringify(await findPublicBySlug(world.services.database, slug))).not.toContain(WORD);
  });
});
