import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitDraft } from '../../../src/shared/publishing/approval.ts';
import { createDraft, updateDraft } from '../../../src/shared/publishing/drafts.ts';
import { listReleases, RELEASE_STATES, type ReleaseState } from '../../../src/shared/publishing/releases.ts';
import { loadNewestView } from '../../../src/shared/release/store.ts';
import type { RevisionView } from '../../../src/shared/release/view.ts';
import { approvedCorrection, approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const db = () => world.services.database;

describe('the list of releases', () => {
  it('begins with what changed last, page by page, and finds each state', async () => {
    const old = await publish(world, plainContent({}, 'Ett'));
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Två') });
    const gone = await publish(world, plainContent({}, 'Tre'));
    const approved = await approvedDraft(world, plainContent({}, 'Fyra'));
    await withdraw(world, gone.release);
    await submitDraft(world.services, world.elin, { release: draft.release });
    await approvedCorrection(world, old.release, plainContent({ body: 'Rättat.' }, 'Ett'));
    const pages: string[][] = [];
    for (let before: string | undefined = ''; before !== undefined; ) {
      const page = await listReleases(db(), { limit: 3, before: before || undefined });
      pages.push(page.items.map((line) => line.slug));
      before = page.next;
    }
    expect(pages).toEqual([[old.slug, draft.slug, gone.slug], [approved.slug]]);
    const found = async (state: ReleaseState) => (await listReleases(db(), { limit: 9, state })).items.map((line) => line.slug);
    const states = Object.fromEntries(await Promise.all(RELEASE_STATES.map(async (state) => [state, await found(state)])));
    expect(states).toEqual({
      editing: [],
      submitted: [draft.slug],
      approved: [approved.slug],
      scheduled: [],
      missed: [],
      public: [old.slug],
      withdrawn: [gone.slug],
    });
  });

  it('is read by its index: the plan sorts nothing', async () => {
    await sql`insert into releases (slug, language) select 'fyllnad-' || i, 'sv' from generate_series(1, 5000) i`.execute(db());
    await sql`analyze releases`.execute(db());
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select r.id from releases r order by r.changed_at desc, r.id desc limit 20`.execute(db());
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('releases_changed');
  });
});

describe('a correction being written', () => {
  it('changes nothing that readers see, not even what the release is said to translate', async () => {
    const swedish = await publish(world, plainContent({}, 'Sjöbris'));
    const english = await publish(world, plainContent({ language: 'en', title: 'A breeze' }));
    const linked = plainContent({ language: 'en', title: 'A breeze', translationOf: swedish.slug });
    const translations = async () => ((await loadNewestView(db(), english.release)) as RevisionView).translations.map((link) => link.slug);
    await updateDraft(world.services, world.elin, { release: english.release, content: linked, lockVersion: 0 });
    expect(await translations()).toEqual([]);
    await correct(world, english.release, linked, { kind: 'minor', note: '' });
    expect(await translations()).toEqual([swedish.slug]);
    await correct(world, english.release, plainContent({ language: 'en', title: 'A breeze' }), { kind: 'minor', note: '' });
    expect(await translations()).toEqual([]);
  });
});
