import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { momentOf } from '../../shared/release/dates.ts';

export const CONTENT = join(import.meta.dirname, 'content');

const Days = z.coerce.number().int().nonnegative();
const Time = z.string().regex(/^\d{2}\.\d{2}$/);
const Plan = z.strictObject({
  writtenFor: z.iso.date(),
  published: z.array(z.strictObject({ slug: z.string(), file: z.string(), daysBefore: Days, time: Time })),
  corrected: z.array(
    z.strictObject({
      slug: z.string(),
      file: z.string(),
      daysBefore: Days,
      time: Time,
      kind: z.enum(['minor', 'major']),
      conceal: z.enum(['yes', 'no']),
      note: z.string(),
    }),
  ),
  withdrawn: z.array(z.strictObject({ slug: z.string(), daysBefore: Days, time: Time, reason: z.string() })),
  scheduled: z.strictObject({ slug: z.string(), file: z.string(), minutesAhead: z.coerce.number() }),
  oneMore: z.strictObject({ slug: z.string(), file: z.string() }),
});
type Plan = z.infer<typeof Plan>;

/** One thing that happened in the newsroom's past, with the moment it is dated to. */
export type Step =
  | { readonly kind: 'publish'; readonly slug: string; readonly file: string; readonly at: Date }
  | {
      readonly kind: 'correct';
      readonly slug: string;
      readonly file: string;
      readonly at: Date;
      readonly weight: 'minor' | 'major';
      readonly conceal: boolean;
      readonly note: string;
    }
  | { readonly kind: 'withdraw'; readonly slug: string; readonly at: Date; readonly reason: string };

export type DemoPlan = {
  /** Oldest first. */
  readonly steps: readonly Step[];
  readonly scheduled: Plan['scheduled'];
  readonly oneMore: Plan['oneMore'];
  /** Moves the dates written in a release file along, by whole weeks, to where they are right today. */
  moveDates(text: string): string;
};

const DAY_MS = 86_400_000;

/** Reads the plan of the demo's past, counted back from `now` in the newsroom's time zone. */
export async function readPlan(now: Date, timezone: string): Promise<DemoPlan> {
  const plan = Plan.parse(parse(await readFile(join(CONTENT, 'plan.yaml'), 'utf8'), { schema: 'failsafe' }));
  const at = (step: { daysBefore: number; time: string }) =>
    momentOf(`${weekday(now, step.daysBefore)}T${step.time.replace('.', ':')}`, timezone);
  const steps: Step[] = [
    ...plan.published.map((step) => ({ kind: 'publish' as const, slug: step.slug, file: step.file, at: at(step) })),
    ...plan.corrected.map((step) => ({
      ...step,
      kind: 'correct' as const,
      weight: step.kind,
      conceal: step.conceal === 'yes',
      at: at(step),
    })),
    ...plan.withdrawn.map((step) => ({ kind: 'withdraw' as const, slug: step.slug, reason: step.reason, at: at(step) })),
  ];
  steps.sort((a, b) => a.at.getTime() - b.at.getTime());
  const weeks = Math.round((now.getTime() - Date.parse(plan.writtenFor)) / (7 * DAY_MS));
  return { steps, scheduled: plan.scheduled, oneMore: plan.oneMore, moveDates: (text) => moveDates(text, weeks * 7) };
}

/** `YYYY-MM-DD` so many days before; public bodies publish on weekdays, so a weekend becomes the Friday before. */
function weekday(now: Date, daysBefore: number): string {
  const day = new Date(now.getTime() - daysBefore * DAY_MS);
  const overshoot = { 6: 1, 0: 2 }[day.getUTCDay()] ?? 0;
  return new Date(day.getTime() - overshoot * DAY_MS).toISOString().slice(0, 10);
}

function moveDates(text: string, days: number): string {
  return text.replace(/\b(20\d\d-\d\d-\d\d)\b/g, (date) => new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10));
}
