import { sql } from 'kysely';
import { CLOCK } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict, messageOf } from '../platform/failure.ts';
import type { Services } from '../services.ts';
import { publishRelease } from './publish.ts';

/** More than a newsroom schedules for one moment; the rest is taken by the next pass. */
const MOST_AT_ONCE = 50;

export type DueReport = {
  readonly published: number;
  readonly missed: number;
  /** Due, but not published by this pass: another was faster, a person changed the draft, or something is wrong with it. */
  readonly left: number;
};

/** Publishes what is due by PostgreSQL's clock; what is later than its limit becomes `missed` instead. Safe with several schedulers: the release's row lock decides. */
export async function publishDue(services: Services): Promise<DueReport> {
  const { newsroom } = await services.newsroom();
  let missed = 0;
  let published = 0;
  let left = 0;
  for (const draft of await findDue(services, newsroom.latenessMs)) {
    if (draft.late) {
      missed += await markMissed(services, draft);
      continue;
    }
    try {
      await publishRelease(services, CLOCK, { release: draft.release, hash: draft.approved_hash! });
      published += 1;
    } catch (error) {
      left += 1;
      // Another scheduler was faster, or a person changed the draft between the two looks.
      if (!(error instanceof Conflict)) services.log.error({ release: draft.release, reason: messageOf(error) }, 'schedule.failed');
    }
  }
  return { published, missed, left };
}

/** Milliseconds until the next scheduled publication; undefined when none is scheduled. */
export async function nextDueInMs(services: Services): Promise<number | undefined> {
  const row = await services.database
    .selectFrom('drafts')
    .select(sql<number>`extract(epoch from min(publish_at) - clock_timestamp()) * 1000`.as('ms'))
    .where('state', '=', 'scheduled')
    .executeTakeFirst();
  return row?.ms === null || row?.ms === undefined ? undefined : Math.max(0, Number(row.ms));
}

type DueDraft = { release: string; approved_hash: string | null; lock_version: number; late: boolean };

async function findDue(services: Services, latenessMs: number): Promise<DueDraft[]> {
  return services.database
    .selectFrom('drafts')
    .select(['release', 'approved_hash', 'lock_version'])
    .select(sql<boolean>`clock_timestamp() > coalesce(publish_latest, publish_at + ${latenessMs} * interval '1 ms')`.as('late'))
    .where('state', '=', 'scheduled')
    .where('publish_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('publish_at')
    .limit(MOST_AT_ONCE)
    .execute();
}

async function markMissed(services: Services, draft: DueDraft): Promise<number> {
  return services.database.transaction().execute(async (tx) => {
    await tx.selectFrom('releases').select('id').where('id', '=', draft.release).forUpdate().execute();
    const row = await tx
      .updateTable('drafts')
      .set({ state: 'missed', lock_version: sql`lock_version + 1` })
      .where('release', '=', draft.release)
      .where('state', '=', 'scheduled')
      .where('lock_version', '=', draft.lock_version)
      .returning('release')
      .executeTakeFirst();
    if (!row) return 0;
    await recordAudit(tx, { account: null, action: 'draft.missed', release: draft.release });
    services.log.warn({ release: draft.release }, 'release.missed');
    return 1;
  });
}
