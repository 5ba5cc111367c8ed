import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { createAccount } from '../../shared/accounts/accounts.ts';
import type { Actor } from '../../shared/accounts/actor.ts';
import { readReleaseText, storingFiles } from '../../shared/intake/release-file.ts';
import { approveDraft, submitDraft } from '../../shared/publishing/approval.ts';
import { type DraftView, getDraft } from '../../shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../shared/publishing/drafts.ts';
import { correctRelease, type Published, publishRelease, withdrawRelease } from '../../shared/publishing/publish.ts';
import { scheduleDraft, unscheduleDraft } from '../../shared/publishing/schedule.ts';
import type { Services } from '../../shared/services.ts';
import { CONTENT, type DemoPlan, type Step } from './plan.ts';

/** The people of the demo at work: elin writes, jonas approves and publishes, through the same use cases as everybody. */
export type Newsdesk = {
  take(step: Step): Promise<Published>;
  /** The release that becomes public by itself. */
  schedule(): Promise<Date>;
  /** One more release; each call makes a new one. */
  publishOneMore(): Promise<Published>;
};

/** Gives the demo's desk its people. */
export async function openNewsdesk(services: Services, plan: DemoPlan): Promise<Newsdesk> {
  const { elin, jonas } = await makeAccounts(services);
  let extra = 0;

  async function write(file: string, change: (text: string) => string = (text) => text): Promise<DraftView> {
    const path = join(CONTENT, file);
    const text = change(plan.moveDates(await readFile(path, 'utf8')));
    const { newsroom } = await services.newsroom();
    const resolveFile = storingFiles(services.database, { dataDir: services.config.dataDir, limits: newsroom.limits });
    const { content } = await readReleaseText(text, {
      name: basename(path),
      resolve: (name, kind) => resolveFile(resolve(dirname(path), name), kind),
    });
    return createOrUpdate(content);
  }

  async function createOrUpdate(content: DraftView['content']): Promise<DraftView> {
    const existing = content.slug && (await findPublic(services, content.slug));
    if (!existing) return createDraft(services, elin, { content });
    const draft = await getDraft(services, existing);
    return updateDraft(services, elin, { release: existing, content, lockVersion: draft?.lockVersion ?? 0 });
  }

  async function approve(draft: DraftView): Promise<DraftView> {
    const submitted = await submitDraft(services, elin, { release: draft.release });
    return approveDraft(services, jonas, { release: draft.release, hash: submitted.hash });
  }

  return {
    async take(step) {
      if (step.kind === 'withdraw')
        return withdrawRelease(services, jonas, { release: step.slug, reason: step.reason, publishedAt: step.at });
      const { release, hash } = await approve(await write(step.file));
      if (step.kind === 'publish') return publishRelease(services, jonas, { release, hash, publishedAt: step.at });
      return correctRelease(services, jonas, {
        release,
        hash,
        kind: step.weight,
        note: step.note,
        conceal: step.conceal,
        publishedAt: step.at,
      });
    },
    async schedule() {
      const draft = await approve(await write(plan.scheduled.file));
      const publishAt = new Date(Date.now() + plan.scheduled.minutesAhead * 60_000);
      if (draft.state === 'scheduled') await unscheduleDraft(services, jonas, { release: draft.release });
      await scheduleDraft(services, jonas, { release: draft.release, hash: draft.hash, publishAt });
      return publishAt;
    },
    async publishOneMore() {
      extra += 1;
      const another = (text: string) => (extra === 1 ? text : text.replace(/^slug: (.*)$/m, `slug: $1-${extra}`));
      const { release, hash } = await approve(await write(plan.oneMore.file, another));
      return publishRelease(services, jonas, { release, hash });
    },
  };
}

async function findPublic(services: Services, slug: string): Promise<string | undefined> {
  const row = await services.database.selectFrom('releases').select('id').where('slug', '=', slug).executeTakeFirst();
  return row?.id;
}

async function makeAccounts(services: Services): Promise<{ elin: Actor; jonas: Actor }> {
  const people = parse(await readFile(join(CONTENT, 'accounts.yaml'), 'utf8')) as Record<
    string,
    { name: string; email: string; roles: string[] }
  >;
  const actors = new Map<string, Actor>();
  for (const [id, person] of Object.entries(people)) actors.set(id, await createAccount(services.database, { id, ...person }));
  return { elin: actors.get('elin')!, jonas: actors.get('jonas')! };
}
