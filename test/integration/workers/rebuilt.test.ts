import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askForRebuild } from '../../../src/shared/publishing/rebuilds.ts';
import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { handler as html } from '../../../src/workers/html.ts';
import { inventPublications } from '../../support/invented-releases.ts';
import { loadReleases } from '../../support/load-releases.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWorld, type World } from '../../support/world.ts';

const HANDLERS = { html, feeds };
type Output = keyof typeof HANDLERS;

/** What a newsroom does next; the numbers choose among the releases that are public, over and over when there are fewer. */
const Step = fc.record({
  does: fc.constantFrom('first', 'first', 'first', 'translation', 'minor', 'major', 'withdrawal'),
  which: fc.nat(30),
  topics: fc.subarray(Object.keys(sampleNewsroom().topics), { maxLength: 3 }),
  related: fc.array(fc.nat(30), { maxLength: 2 }),
  conceal: fc.boolean(),
  /** Which outputs catch up now: the others find several publications at once later. */
  writes: fc.subarray<Output>(['html', 'feeds']),
});
type Step = { does: string; which: number; topics: string[]; related: number[]; conceal: boolean; writes: Output[] };

type Standing = { release: string; slug: string; content: ReleaseContent };

async function write(world: World, output: Output): Promise<void> {
  await HANDLERS[output].handle({ rebuild: true }, { services: world.services, signal: new AbortController().signal });
}

async function rebuild(world: World): Promise<void> {
  for (const channel of ['html', 'feeds'] as const) {
    await askForRebuild(world.services.database, { channel, reason: 'test' });
    await write(world, channel);
  }
}

/** Every public file by its path; what begins with a dot is nobody's but the workers'. */
function files(world: World): Record<string, string> {
  const root = join(world.dataDir, 'public');
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !/\/\./.test(path.slice(root.length)));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]));
}

async function take(world: World, step: Step, { number, live }: { number: number; live: Standing[] }): Promise<void> {
  const chosen = live[step.which % Math.max(1, live.length)];
  const related = step.related.flatMap((at) => live[at % Math.max(1, live.length)]?.slug ?? []);
  const texts = { topics: step.topics, related: [...new Set(related)] };
  if (step.does === 'first' || (step.does === 'translation' && chosen) || !chosen) {
    const translation = step.does === 'translation' && chosen ? { language: 'en', translationOf: chosen.slug } : {};
    const content = plainContent({ ...texts, ...translation, slug: `nyhet-${number}` }, `Nyhet ${number}`);
    const { release, slug } = await publish(world, content);
    live.push({ release, slug, content });
  } else if (step.does === 'withdrawal') {
    await withdraw(world, chosen.release);
    live.splice(live.indexOf(chosen), 1);
  } else {
    chosen.content = {
      ...chosen.content,
      ...texts,
      related: texts.related.filter((slug) => slug !== chosen.slug),
      title: `Rättad ${number}`,
    };
    await correct(world, chosen.release, chosen.content, { kind: step.does as 'minor' | 'major', conceal: step.conceal });
  }
}

/** A newsroom that had so many releases when it began, and what it did then; gives its files, and what a rebuild makes of them in both manners. */
async function live(had: number, steps: readonly Step[]) {
  const world = await openWorld();
  try {
    const newsroom = sampleNewsroom();
    const publications = inventPublications({ count: had, seed: had, newsroom, until: new Date() });
    await loadReleases(world.services.database, publications, { newsroom, account: 'jonas' });
    await rebuild(world);
    const live: Standing[] = [];
    for (const [number, step] of steps.entries()) {
      await take(world, step, { number, live });
      for (const output of step.writes) await write(world, output);
    }
    for (const output of ['html', 'feeds'] as const) await write(world, output);
    const grown = files(world);
    await rebuild(world);
    const inPlace = files(world);
    rmSync(join(world.dataDir, 'public'), { recursive: true });
    await rebuild(world);
    return { grown, inPlace, anew: files(world) };
  } finally {
    await world.close();
  }
}

describe('a rebuild', () => {
  it('gives byte for byte what publishing one by one had made, whatever happened in whichever order', async () => {
    await fc.assert(
      // Around the ends of list pages and archive documents, where one more release changes several files.
      fc.asyncProperty(fc.integer({ min: 37, max: 52 }), fc.array(Step, { minLength: 8, maxLength: 14 }), async (had, steps) => {
        const { grown, inPlace, anew } = await live(had, steps);
        expect(Object.keys(grown).length).toBeGreaterThan(had);
        expect(inPlace).toEqual(grown);
        expect(anew).toEqual(grown);
      }),
      // Each case is a newsroom of its own, in two seconds; smaller ones would say no more of a fault.
      { numRuns: 4, endOnFailure: true },
    );
  }, 120_000);
});
