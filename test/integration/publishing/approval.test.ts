import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveDraft, rejectDraft, submitDraft } from '../../../src/shared/publishing/approval.ts';
import { getDraft } from '../../../src/shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../../src/shared/publishing/drafts.ts';
import { publishRelease } from '../../../src/shared/publishing/publish.ts';
import { storeUpload } from '../../../src/shared/publishing/uploads.ts';
import { contentHash } from '../../../src/shared/release/hash.ts';
import { approvedDraft, plainContent } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('approval', () => {
  it('is bound to the hash of the canonical JSON, boilerplate and address included', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Ett') });
    const submitted = await submitDraft(world.services, world.elin, { release: draft.release });
    expect(submitted.content.boilerplate).toContain('Region Älvmark');
    expect(submitted.hash).toBe(contentHash(submitted.content));
    const approved = await approveDraft(world.services, world.jonas, { release: draft.release, hash: submitted.hash });
    expect(approved).toMatchObject({ state: 'approved', approver: 'jonas', approvedHash: submitted.hash });
  });

  it('gives a repeated yes the same answer', async () => {
    const draft = await approvedDraft(world, plainContent({}, 'Två'));
    const again = await approveDraft(world.services, world.jonas, { release: draft.release, hash: draft.hash });
    expect(again.lockVersion).toBe(draft.lockVersion);
  });

  it('is never asked for a picture that lacks its words or its credit: a draft is kept without them, and not submitted', async () => {
    const content = plainContent({ images: [{ asset: 'a'.repeat(64), name: 'hus.jpg' }] }, 'Bild');
    const refusal = {
      problems: [
        expect.objectContaining({ field: 'images[0].alt', remedy: expect.stringContaining('decorative: yes') }),
        expect.objectContaining({ field: 'images[0].credit' }),
      ],
    };
    const draft = await createDraft(world.services, world.elin, { content });
    expect(draft.problems).toEqual(expect.arrayContaining(refusal.problems));
    const notStored = expect.objectContaining({ field: 'images[0]', message: '"hus.jpg" is not stored here.' });
    await expect(submitDraft(world.services, world.elin, { release: draft.release })).rejects.toMatchObject({
      problems: [...refusal.problems, notStored],
    });
    expect((await getDraft(world.services, draft.release))?.state).toBe('editing');
  });

  it('is asked for files as the store has them: what an attachment is, and how large, is not the sender’s to say', async () => {
    const data = Buffer.from('%PDF-1.4 protokoll');
    const { asset } = await storeUpload(world.services, world.elin, { data, name: 'protokoll.pdf', kind: 'attachment' });
    const file = { asset, name: 'protokoll.pdf', title: 'Protokoll', mediaType: 'image/png', bytes: 7 };
    const kept = await createDraft(world.services, world.elin, { content: plainContent({ attachments: [file] }, 'Bilaga') });
    const { content } = await submitDraft(world.services, world.elin, { release: kept.release });
    expect(content.attachments).toEqual([{ ...file, mediaType: 'application/pdf', bytes: data.length }]);
    const lost = plainContent({ attachments: [{ ...file, asset: 'b'.repeat(64) }] }, 'Borta');
    const { release } = await createDraft(world.services, world.elin, { content: lost });
    await expect(submitDraft(world.services, world.elin, { release })).rejects.toMatchObject({
      problems: [{ field: 'attachments[0]', message: '"protokoll.pdf" is not stored here.', remedy: 'Add the file again.' }],
    });
  });

  it('is void after any later change, and publishing names what is missing', async () => {
    const draft = await approvedDraft(world, plainContent({}, 'Tre'));
    const changed = await updateDraft(world.services, world.elin, {
      release: draft.release,
      content: plainContent({ body: 'Nu med en annan text.' }, 'Tre'),
      lockVersion: draft.lockVersion,
    });
    expect(changed).toMatchObject({ state: 'editing', approver: null, approvedHash: null });
    await expect(publishRelease(world.services, world.jonas, { release: draft.release, hash: draft.hash })).rejects.toMatchObject({
      code: 'hash',
    });
    await expect(publishRelease(world.services, world.jonas, { release: draft.release, hash: changed.hash })).rejects.toMatchObject({
      code: 'not_approved',
    });
  });

  it('is refused to everybody who changed the text, with the names of those who may', async () => {
    const both = { ...world.elin, account: 'jonas', name: 'Jonas Lind', roles: ['author', 'approver'] as const };
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Fyra') });
    await updateDraft(world.services, both, {
      release: draft.release,
      content: plainContent({ lead: 'Ny.' }, 'Fyra'),
      lockVersion: draft.lockVersion,
    });
    const { hash } = await submitDraft(world.services, world.elin, { release: draft.release });
    await expect(approveDraft(world.services, both, { release: draft.release, hash })).rejects.toMatchObject({
      code: 'own_approval',
      message: expect.stringContaining('cannot be approved by Jonas Lind, who wrote it. Others who may: Maria Ek'),
      remedy: expect.stringContaining('approval: single'),
    });
  });

  it('takes the approver role', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Fem') });
    const { hash } = await submitDraft(world.services, world.elin, { release: draft.release });
    await expect(approveDraft(world.services, world.elin, { release: draft.release, hash })).rejects.toMatchObject({
      code: 'role_missing',
    });
  });

  it('can be answered with a reason that the author sees', async () => {
    const draft = await approvedDraft(world, plainContent({}, 'Sex'));
    await rejectDraft(world.services, world.jonas, { release: draft.release, reason: 'Beloppet stämmer inte.' });
    expect(await getDraft(world.services, draft.slug)).toMatchObject({
      state: 'editing',
      rejection: 'Beloppet stämmer inte.',
      approvedHash: null,
    });
  });
});

describe('optimistic locking', () => {
  it('names both versions and changes nothing', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Sju') });
    const newer = await updateDraft(world.services, world.elin, {
      release: draft.release,
      content: plainContent({ lead: 'A.' }, 'Sju'),
      lockVersion: 1,
    });
    const late = updateDraft(world.services, world.elin, {
      release: draft.release,
      content: plainContent({ lead: 'B.' }, 'Sju'),
      lockVersion: 1,
    });
    await expect(late).rejects.toMatchObject({ code: 'lock_version', fields: { stored: 2, yours: 1 } });
    expect(await getDraft(world.services, draft.release)).toMatchObject({ hash: newer.hash, lockVersion: 2 });
  });

  it('lets one of two simultaneous changes win', async () => {
    const draft = await createDraft(world.services, world.elin, { content: plainContent({}, 'Åtta') });
    const change = (lead: string) =>
      updateDraft(world.services, world.elin, {
        release: draft.release,
        content: plainContent({ lead }, 'Åtta'),
        lockVersion: draft.lockVersion,
      });
    const results = await Promise.allSettled([change('A.'), change('B.')]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('approval: single', () => {
  it('lets one person with both roles take every step', async () => {
    const alone = await openWorld({ newsroom: sampleNewsroom({ approval: 'single' }) });
    try {
      const person = { ...alone.elin, roles: ['author', 'approver'] as const };
      const draft = await createDraft(alone.services, person, { content: plainContent() });
      const { hash } = await submitDraft(alone.services, person, { release: draft.release });
      await approveDraft(alone.services, person, { release: draft.release, hash });
      expect(await publishRelease(alone.services, person, { release: draft.release, hash })).toMatchObject({ revision: 1 });
    } finally {
      await alone.close();
    }
  });
});

describe('slugs', () => {
  it('come from the title, get the month when it is repeated, then a number', async () => {
    const title = 'Öppet hus på ängen i Älvstad';
    const slugs: string[] = [];
    for (let time = 0; time < 3; time += 1)
      slugs.push((await createDraft(world.services, world.elin, { content: plainContent({ title }) })).slug);
    const month = new Intl.DateTimeFormat('sv', { year: 'numeric', month: '2-digit', timeZone: 'Europe/Stockholm' }).format(new Date());
    expect(slugs).toEqual([
      'oppet-hus-pa-angen-i-alvstad',
      `oppet-hus-pa-angen-i-alvstad-${month}`,
      `oppet-hus-pa-angen-i-alvstad-${month}-2`,
    ]);
  });

  it('are made once each when many drafts come at the same moment', async () => {
    const drafts = await Promise.all(
      Array.from({ length: 8 }, () => createDraft(world.services, world.elin, { content: plainContent({ title: 'Samma rubrik' }) })),
    );
    expect(new Set(drafts.map((draft) => draft.slug)).size).toBe(8);
  });
});
