import { at } from './alert-causes.ts';

/** A row of `alerts`, as far as its messages need it. */
export type AlertRow = { readonly headline: string; readonly text: string; readonly opened_at: Date; readonly over_at: Date | null };
export type AlertMessage = { readonly subject: string; readonly text: string };

/** What is told when it begins and when it is over. */
export type AlertMoment = 'opened' | 'over';

/** Pure: the message about a cause. The one at the end repeats what it was, for whoever reads that one first. */
export function alertMessage(alert: AlertRow, moment: AlertMoment, timezone: string): AlertMessage {
  if (moment === 'opened' || alert.over_at === null) return { subject: `Depesch: ${alert.headline}`, text: alert.text };
  const minutes = Math.max(1, Math.round((alert.over_at.getTime() - alert.opened_at.getTime()) / 60_000));
  const since = at(alert.opened_at, { now: alert.over_at, timezone });
  return {
    subject: `Depesch: over: ${alert.headline}`,
    text: `over since ${at(alert.over_at, { now: alert.over_at, timezone })}; told at ${since}, ${lasted(minutes)} before. nothing is left to do.\nit was: ${alert.text.split('\n')[0]}\n`,
  };
}

function lasted(minutes: number): string {
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
