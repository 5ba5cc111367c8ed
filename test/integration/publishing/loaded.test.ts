import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventPublications } from '../../support/invented-releases.ts';
import { loadReleases } from '../../support/load-releases.ts';
import { publishInvented } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWorld, type World } from '../../support/world.ts';

/*
 * The benches load 100,000 releases straight into SQL; what they measure counts only if publishing would have left the same rows.
 */

const COUNT = 60;
/** Among the first sixty of this seed are all kinds of corrections, a withdrawal and translations. */
const SEED = 8;

let [loaded, published]: [World | undefined, World | undefined] = [undefined, undefined];
beforeAll(async () => {
  [loaded, published] = [await openWorld(), await openWorld()];
  const invention = { count: COUNT, seed: SEED, newsroom: sampleNewsroom(), until: new Date('2026-11-02T09:00Z') };
  await loadReleases(loaded.services.database, inventPublications(invention), { newsroom: sampleNewsroom(), account: 'jonas' });
  for (const publication of inventPublications(invention)) await publishInvented(published, publication);
});
afterAll(async () => {
  await loaded?.close();
  await published?.close();
});

/** The rows of a table as text, releases by their address: ids differ. */
async function rowsOf(world: World, columns: string, from: string, order: string): Promise<unknown[]> {
  const { rows } = await sql.raw(`select ${columns} from ${from} order by ${order}`).execute(world.services.database);
  return rows;
}

async function bothOf(columns: string, from: string, order: string): Promise<[unknown[], unknown[]]> {
  return [await rowsOf(loaded!, columns, from, order), await rowsOf(published!, columns, from, order)];
}

describe('releases loaded straight into SQL are what publishing makes', () => {
  const cases: Record<string, [columns: string, from: string, order: string]> = {
    releases: [
      `r.slug, r.slug_chosen, r.language, o.slug as origin, r.newest_n, r.newest_kind, r.newest_publication, r.first_publication,
       r.first_published_at, r.significant_publication, r.changed_at`,
      'releases r left join releases o on o.id = r.translation_of',
      'r.slug',
    ],
    revisions: [
      'r.slug, v.n, v.kind, v.content, v.hash, v.rendered, v.publication, v.published_at, v.change_note, v.conceal',
      'revisions v join releases r on r.id = v.release',
      'v.publication',
    ],
    lists: ['list, length, withdrawn', 'lists', 'list'],
    'places in lists': [
      'e.list, e.ordinal, r.slug, e.significant_publication, e.listed',
      'list_entries e join releases r on r.id = e.release',
      'e.list, e.ordinal',
    ],
    receipts: ['r.slug, c.n, c.channel, c.publication', 'receipts c join releases r on r.id = c.release', 'c.publication, c.channel'],
    'the audit of publications': [
      'r.slug, a.action, a.detail',
      `audit a join releases r on r.id = a.release where a.action in ('release.published', 'release.corrected', 'release.withdrawn')`,
      'a.id',
    ],
  };
  it.each(Object.entries(cases))('%s', async (_name, [columns, from, order]) => {
    const [ours, theirs] = await bothOf(columns, from, order);
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
  });

  it('and hold every kind of revision, so that the comparison means something', async () => {
    const kinds = await rowsOf(loaded!, `distinct kind || case when conceal then ', concealing' else '' end as kind`, 'revisions', '1');
    expect(kinds.map((row) => (row as { kind: string }).kind)).toEqual([
      'first',
      'major',
      'major, concealing',
      'minor',
      'minor, concealing',
      'withdrawal, concealing',
    ]);
    const gaps = await rowsOf(loaded!, 'count(*)::int as gaps', 'list_entries where not listed', '1');
    expect(gaps).not.toEqual([{ gaps: 0 }]);
  });
});
