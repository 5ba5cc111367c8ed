import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPublicBySlug, findRelease, getRelease, loadNewestView, loadView, loadViews } from '../../../src/shared/release/store.ts';
import type { PublicView, RevisionView } from '../../../src/shared/release/view.ts';
import type { Database } from '../../../src/shared/schema/database.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let db: Database;
beforeAll(async () => {
  world = await openWorld();
  db = world.services.database;
});
afterAll(() => world?.close());

function live(view: PublicView | undefined): RevisionView {
  if (!view || view.kind === 'withdrawal') throw new Error('a revision with a text was expected');
  return view;
}

describe('a release', () => {
  it('is found by address and by id', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Arkivet'));
    expect((await findRelease(db, slug))?.id).toBe(release);
    expect((await getRelease(db, release)).slug).toBe(slug);
    expect(await findRelease(db, 'nothing-here')).toBeUndefined();
    await expect(getRelease(db, randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not public while it is a draft', async () => {
    const draft = await approvedDraft(world, plainContent({}, 'Hemligt'));
    expect(await findPublicBySlug(db, draft.slug)).toBeUndefined();
    expect(await loadNewestView(db, draft.release)).toBeUndefined();
    await expect(loadView(db, { release: draft.release, n: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a view', () => {
  it('has the text, its HTML, its times and its history of notes', async () => {
    const first = await publish(world, plainContent({ body: 'Ett **nytt** hus.' }, 'Huset'));
    const minor = await correct(world, first.release, plainContent({ body: 'Ett *nytt* hus.' }, 'Huset'), {
      kind: 'minor',
      note: 'Stavfel.',
    });
    const view = live(await findPublicBySlug(db, first.slug));
    expect(view).toMatchObject({
      id: first.release,
      n: 2,
      kind: 'minor',
      publication: minor.publication,
      changeNote: 'Stavfel.',
      conceal: false,
    });
    expect(view.content.body).toBe('Ett *nytt* hus.');
    expect(view.rendered.body).toBe('<p>Ett <em>nytt</em> hus.</p>\n');
    expect(view.firstPublishedAt).toEqual(first.publishedAt);
    expect(view.significantAt).toEqual(first.publishedAt);
    expect(view.publishedAt).toEqual(minor.publishedAt);
    expect(view.history).toEqual([
      { n: 1, kind: 'first', publishedAt: first.publishedAt, changeNote: null, conceal: false },
      { n: 2, kind: 'minor', publishedAt: minor.publishedAt, changeNote: 'Stavfel.', conceal: false },
    ]);
  });

  it('of an older revision is what it was', async () => {
    const first = await publish(world, plainContent({}, 'Bron'));
    const before = await loadView(db, { release: first.release, n: 1 });
    await correct(world, first.release, plainContent({ title: 'Ny bro' }, 'Bron'), { kind: 'major' });
    expect(await loadView(db, { release: first.release, n: 1 })).toEqual(before);
    expect(live(await loadNewestView(db, first.release)).content.title).toBe('Ny bro');
  });

  it('of a withdrawn release has a reason and neither title nor text', async () => {
    const { release, slug } = await publish(world, plainContent({}, 'Misstaget'));
    const gone = await withdraw(world, release, 'Beslutet var inte justerat.');
    const view = await findPublicBySlug(db, slug);
    expect(view).toEqual({
      id: release,
      slug,
      n: 2,
      kind: 'withdrawal',
      language: 'sv',
      publication: gone.publication,
      publishedAt: gone.publishedAt,
      firstPublishedAt: expect.any(Date),
      reason: 'Beslutet var inte justerat.',
    });
    expect(JSON.stringify(view)).not.toContain('Misstaget får');
  });

  it('keeps a concealed text out, and its note in (promise 9)', async () => {
    const { release, slug } = await publish(world, plainContent({ body: 'Patienten heter Erik Sund.' }, 'Vården'));
    await correct(world, release, plainContent({ body: 'En patient.' }, 'Vården'), {
      kind: 'major',
      note: 'Ett namn togs bort.',
      conceal: true,
    });
    const view = live(await findPublicBySlug(db, slug));
    expect(JSON.stringify({ ...view, assets: [] })).not.toContain('Erik Sund');
    expect(view).toMatchObject({ conceal: true, changeNote: 'Ett namn togs bort.' });
    expect(view.history.map((line) => line.changeNote)).toEqual([null, 'Ett namn togs bort.']);
  });
});

describe('links of a view', () => {
  it('show translations and related releases once they are public, newest titles, in the order written', async () => {
    const related = await publish(world, plainContent({}, 'Bakgrunden'));
    const swedish = await publish(world, plainContent({ related: ['finns-inte', related.slug] }, 'Beslutet'));
    const english = await approvedDraft(world, plainContent({ language: 'en', title: 'The decision', translationOf: swedish.slug }));
    expect(live(await findPublicBySlug(db, swedish.slug)).translations).toEqual([]);

    const { release } = await publish(world, plainContent({ language: 'fi', title: 'Päätös', translationOf: swedish.slug }));
    await correct(world, related.release, plainContent({ title: 'Hela bakgrunden' }), { kind: 'minor' });
    const view = live(await findPublicBySlug(db, swedish.slug));
    expect(view.translations).toMatchObject([{ language: 'fi', title: 'Päätös' }]);
    expect(view.related).toEqual([{ slug: related.slug, language: 'sv', title: 'Hela bakgrunden', publishedAt: related.publishedAt }]);
    expect(live(await loadNewestView(db, release)).translations).toMatchObject([{ language: 'sv', slug: swedish.slug }]);
    expect(english.slug).toBe('the-decision');
  });

  it('are those of the publication asked for', async () => {
    const other = await publish(world, plainContent({}, 'Den ena'));
    const one = await publish(world, plainContent({ related: [other.slug] }, 'Den andra'));
    const gone = await withdraw(world, other.release);
    const at = async (asOf?: number) => live(await loadView(db, { release: one.release, n: 1, asOf })).related.map((link) => link.slug);
    expect(await at(one.publication)).toEqual([other.slug]);
    expect(await at(gone.publication)).toEqual([]);
    expect(await at()).toEqual([]);
    expect(await at(other.publication - 1)).toEqual([]);
  });
});

describe('many views', () => {
  it('come in the order asked for and cost four queries', async () => {
    const published = [];
    for (const mark of ['Ett', 'Två', 'Tre']) published.push(await publish(world, plainContent({}, `Nummer ${mark}`)));
    let queries = 0;
    const counted = db.withPlugin({
      transformQuery({ node }) {
        queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const keys = [published[2]!, published[0]!, published[1]!].map(({ release }) => ({ release, n: 1 }));
    const views = await loadViews(counted, [...keys, { release: randomUUID(), n: 1 }]);
    expect(views.map((view) => view.id)).toEqual(keys.map((key) => key.release));
    expect(queries).toBeLessThanOrEqual(4);
    expect(await loadViews(db, [])).toEqual([]);
  });
});
