import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOCK } from '../../../src/shared/accounts/actor.ts';
import { publishDue } from '../../../src/shared/publishing/due.ts';
import { correctRelease, publishRelease } from '../../../src/shared/publishing/publish.ts';
import { scheduleDraft, unscheduleDraft } from '../../../src/shared/publishing/schedule.ts';
import { loadStatus } from '../../../src/shared/publishing/status.ts';
import { approvedCorrection, approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const receiptsOf = (release: string) =>
  world.services.database
    .selectFrom('receipts')
    .select(['n', 'channel', 'state'])
    .where('release', '=', release)
    .orderBy('n')
    .orderBy('channel')
    .execute();

describe('publishing', () => {
  it('makes revision 1 public with one receipt for each channel and an audit line, in one transaction', async () => {
    const published = await publish(world, plainContent({}, 'Ett'));
    expect(published).toMatchObject({ revision: 1, repeated: false });
    expect(await receiptsOf(published.release)).toEqual(
      ['archive', 'email', 'feeds', 'html', 'webhooks', 'websub'].map((channel) => ({ n: 1, channel, state: 'owed' })),
    );
    const audit = await world.services.database
      .selectFrom('audit')
      .select('action')
      .where('release', '=', published.release)
      .orderBy('id')
      .execute();
    expect(audit.map((line) => line.action)).toEqual(['draft.created', 'draft.submitted', 'draft.approved', 'release.published']);
  });

  it('answers a repeated request the same and publishes nothing twice', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Två'));
    const input = { release, hash };
    const answers = await Promise.all([1, 2, 3].map(() => publishRelease(world.services, world.jonas, input)));
    expect(new Set(answers.map((answer) => answer.publication)).size).toBe(1);
    expect(answers.filter((answer) => !answer.repeated)).toHaveLength(1);
  });

  it('answers a repeated request the same also when a correction is being written meanwhile', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Två och en halv'));
    const first = await publishRelease(world.services, world.jonas, { release, hash });
    await approvedCorrection(world, release, plainContent({ body: 'Rättat.' }, 'Två och en halv'));
    expect(await publishRelease(world.services, world.jonas, { release, hash })).toEqual({ ...first, repeated: true });
  });

  it('gives simultaneous publications numbers without gaps or doubles', async () => {
    const drafts = await Promise.all(Array.from({ length: 10 }, (_, index) => approvedDraft(world, plainContent({}, `Samtidig ${index}`))));
    const all = await Promise.all(drafts.map(({ release, hash }) => publishRelease(world.services, world.jonas, { release, hash })));
    const numbers = all.map((one) => one.publication).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
  });

  it('without letters owes no e-mail', async () => {
    const published = await publish(world, plainContent({ letters: false }, 'Tre'));
    expect((await receiptsOf(published.release)).map((row) => row.channel)).toEqual(['archive', 'feeds', 'html', 'webhooks', 'websub']);
  });

  it('never changes a revision afterwards', async () => {
    const published = await publish(world, plainContent({}, 'Fyra'));
    const change = sql`update revisions set change_note = 'x' where release = ${published.release}`.execute(world.services.database);
    await expect(change).rejects.toThrow('append-only');
  });
});

describe('corrections and withdrawals', () => {
  it('a minor correction owes page, feeds and archive but no letter; a major one owes letters too', async () => {
    const { release } = await publish(world, plainContent({}, 'Fem'));
    await correct(world, release, plainContent({ body: 'Rättat ett.' }, 'Fem'), { kind: 'minor', note: '' });
    await correct(world, release, plainContent({ body: 'Rättat två.' }, 'Fem'), { kind: 'major' });
    const rows = await receiptsOf(release);
    expect(rows.filter((row) => row.n === 2).map((row) => row.channel)).toEqual(['archive', 'feeds', 'html', 'webhooks', 'websub']);
    expect(rows.filter((row) => row.n === 3).map((row) => row.channel)).toEqual([
      'archive',
      'email',
      'feeds',
      'html',
      'webhooks',
      'websub',
    ]);
  });

  it('a major correction without a note is refused', async () => {
    const { release } = await publish(world, plainContent({}, 'Sex'));
    const { hash } = await approvedCorrection(world, release, plainContent({ body: 'Ny.' }, 'Sex'));
    const attempt = correctRelease(world.services, world.jonas, { release, hash, kind: 'major', note: ' ' });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_input', problems: [expect.objectContaining({ field: 'note' })] });
  });

  it('slug and language are fixed since the first publication', async () => {
    const { release } = await publish(world, plainContent({}, 'Sju'));
    const attempt = approvedCorrection(world, release, plainContent({ slug: 'annan', language: 'en' }, 'Sju'));
    await expect(attempt).rejects.toMatchObject({ problems: [{ field: 'slug' }, { field: 'language' }] });
  });

  it('a withdrawn release stays withdrawn, and withdrawing again gets the same answer', async () => {
    const { release } = await publish(world, plainContent({}, 'Åtta'));
    const first = await withdraw(world, release);
    expect(await withdraw(world, release)).toMatchObject({ publication: first.publication, repeated: true });
    await expect(approvedCorrection(world, release, plainContent({ body: 'Ny.' }, 'Åtta'))).rejects.toMatchObject({ code: 'withdrawn' });
    expect(await loadStatus(world.services, release)).toMatchObject({ state: 'withdrawn', revision: 2, kind: 'withdrawal' });
  });

  it('a release keeps its places; a topic it left keeps the place empty and gets it back', async () => {
    const { release } = await publish(world, plainContent({ topics: ['naringsliv', 'kollektivtrafik'] }, 'Nio'));
    const places = () =>
      world.services.database
        .selectFrom('list_entries')
        .select(['list', 'ordinal', 'listed'])
        .where('release', '=', release)
        .orderBy('list')
        .execute();
    const before = await places();
    await correct(world, release, plainContent({ topics: ['naringsliv'] }, 'Nio'), { kind: 'minor', note: '' });
    expect((await places()).map((place) => [place.list, place.listed])).toContainEqual(['topic:kollektivtrafik', false]);
    await correct(world, release, plainContent({ topics: ['naringsliv', 'kollektivtrafik'], body: 'Åter.' }, 'Nio'), {
      kind: 'minor',
      note: '',
    });
    expect(await places()).toEqual(before);
  });
});

describe('schedules', () => {
  it('are kept by PostgreSQL: what is due becomes public once, with two schedulers at work', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Tio'));
    await scheduleDraft(world.services, world.jonas, { release, hash, publishAt: new Date(Date.now() + 3_600_000) });
    expect(await publishDue(world.services)).toEqual({ published: 0, missed: 0, left: 0 });
    await world.services.database
      .updateTable('drafts')
      .set({ publish_at: sql`clock_timestamp()` })
      .where('release', '=', release)
      .execute();
    const passes = await Promise.all([publishDue(world.services), publishDue(world.services)]);
    expect(await loadStatus(world.services, release)).toMatchObject({ state: 'public', revision: 1 });
    expect(passes.reduce((sum, pass) => sum + pass.missed, 0)).toBe(0);
  });

  it.each([
    ['taken away', null],
    ['moved to a later hour', sql<Date>`clock_timestamp() + interval '1 hour'`],
  ] as const)('whose time was %s while the clock had its hand out hold all the same', async (what, publishAt) => {
    const { release, hash } = await approvedDraft(world, plainContent({}, `Hand ${what}`));
    await world.services.database
      .updateTable('drafts')
      .set({ publish_at: publishAt, state: publishAt ? 'scheduled' : 'approved' })
      .where('release', '=', release)
      .execute();
    // What the clock asks for when it saw the draft due a moment before.
    await expect(publishRelease(world.services, CLOCK, { release, hash })).rejects.toMatchObject({ code: 'not_due' });
    expect(await loadStatus(world.services, release)).toMatchObject({ revision: null });
  });

  it('that cannot be kept are told of, and never keep the clock running in circles', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Trasig'));
    await scheduleDraft(world.services, world.jonas, { release, hash, publishAt: new Date(Date.now() + 3_600_000) });
    await sql`update drafts set publish_at = clock_timestamp(), content = '{}' where release = ${release}`.execute(world.services.database);
    expect(await publishDue(world.services)).toEqual({ published: 0, missed: 0, left: 1 });
    await sql`update drafts set state = 'editing' where release = ${release}`.execute(world.services.database);
  });

  it('missed by more than the lateness wait for a person instead of firing', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Elva'));
    await scheduleDraft(world.services, world.jonas, { release, hash, publishAt: new Date(Date.now() + 3_600_000) });
    await world.services.database
      .updateTable('drafts')
      .set({ publish_at: sql`clock_timestamp() - interval '3 hours'` })
      .where('release', '=', release)
      .execute();
    expect(await publishDue(world.services)).toEqual({ published: 0, missed: 1, left: 0 });
    await expect(publishRelease(world.services, world.jonas, { release, hash })).rejects.toMatchObject({ code: 'missed' });
    await unscheduleDraft(world.services, world.jonas, { release });
    expect(await publishRelease(world.services, world.jonas, { release, hash })).toMatchObject({ revision: 1 });
  });

  it('past publishLatest a publication by hand is refused too', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Tolv'));
    await world.services.database
      .updateTable('drafts')
      .set({ publish_latest: sql`clock_timestamp() - interval '1 minute'` })
      .where('release', '=', release)
      .execute();
    await expect(publishRelease(world.services, world.jonas, { release, hash })).rejects.toMatchObject({ code: 'missed' });
    expect(await loadStatus(world.services, release)).toMatchObject({ state: 'missed' });
  });

  it('are not overtaken by hand: an embargo is lifted by taking the time away first', async () => {
    const { release, hash } = await approvedDraft(world, plainContent({}, 'Tretton'));
    await scheduleDraft(world.services, world.jonas, { release, hash, publishAt: new Date(Date.now() + 3_600_000) });
    await expect(publishRelease(world.services, world.jonas, { release, hash })).rejects.toMatchObject({ code: 'scheduled' });
  });
});
