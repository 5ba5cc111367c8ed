import type { Restored } from '../../shared/backup/restore.ts';
import { count, moment, table } from './text.ts';

export type RestoreScene = {
  readonly timezone: string;
  readonly addresses: { readonly was: string; readonly is: string };
  /** Newsroom file, its texts, DKIM keys: where they lie now. */
  readonly settings: readonly string[];
};

/** Pure: what came back, what is held and why, and what only a person can know. */
export function restoredText(restored: Restored, scene: RestoreScene): string {
  const at = moment(new Date(restored.madeAt), scene.timezone);
  const came = [
    ['restored', `everything as of ${at} (${scene.timezone})`],
    ['', `${count(restored.rows)} rows, ${count(restored.files)} files`],
    ['archive', archiveText(restored)],
  ];
  if (restored.migrated.length > 0) came.push(['migrated', restored.migrated.join(', ')]);
  for (const path of scene.settings) came.push(['file', path]);
  const { was, is } = scene.addresses;
  if (was !== is) came.push(['address', `BASE_URL was ${was}, is ${is}: pages and feeds are made with the new one`]);
  return [table(came), heldText(restored, scene.timezone), laterText(restored, scene.timezone), nextText(restored, at)]
    .filter(Boolean)
    .join('\n\n');
}

function archiveText({ archive }: Restored): string {
  if (archive.ok) return `whole: ${count(archive.entries)} entries, ${count(archive.closings)} closings, every byte read`;
  return `NOT as it was written. ${archive.difference?.at}: ${archive.difference?.problem}`;
}

/** What the backup cannot know is held, line by line with the command that decides. */
function heldText({ held, notices, missed, scheduled }: Restored, timezone: string): string {
  const rows: string[][] = [];
  for (const run of held.filter((one) => one.letters > 0)) {
    rows.push([`${count(run.letters)} letters of ${run.slug} may have left since: unknown`, `./depesch letters unknown ${run.slug}`]);
    if (run.waiting > 0)
      rows.push([
        `  ${count(run.waiting)} of them wait for a digest that is still to come`,
        '(left only for readers who asked for another frequency since)',
      ]);
  }
  for (const run of held.filter((one) => one.paused))
    rows.push([
      `the letters of ${run.slug} may have left since: paused`,
      `./depesch letters resume ${run.slug}  or  ./depesch letters stop ${run.slug}`,
    ]);
  for (const { slug } of missed) rows.push([`${slug} was to be published since: missed`, `./depesch release status ${slug}`]);
  if (notices > 0) rows.push([`${count(notices)} letters to single persons may have left: not sent`, '']);
  for (const { slug, publishAt } of scheduled)
    rows.push([`${slug} is published by itself ${moment(new Date(publishAt), timezone)}`, `./depesch release unschedule ${slug}`]);
  return rows.length === 0 ? '' : `Held, for a person to decide:\n${table(rows)}`;
}

function laterText({ later }: Restored, timezone: string): string {
  const entries = later.filter((entry) => entry.kind === 'entry');
  if (entries.length === 0) return later.length === 0 ? '' : `${count(later.length)} closing notes newer than the backup were set aside.`;
  const rows = entries.map((entry) => [
    published(entry.publishedAt, timezone),
    entry.slug ?? entry.release,
    `revision ${entry.revision}`,
    entry.folder,
  ]);
  return `Published after the backup, by the archive that was here; set aside, not part of this newsroom any more:\n${table(rows)}`;
}

function published(at: string, timezone: string): string {
  return at === '' ? 'unreadable' : moment(new Date(at), timezone);
}

/** In the words of who has to do it; the house is not started yet. */
function nextText({ held }: Restored, at: string): string {
  const lines = [
    `Not in a backup: what was published, and who signed up, left or was suppressed, after ${at}.`,
    'Pages, feeds and lists are made again at the start:  ./depesch up',
  ];
  if (held.some((run) => run.letters > 0)) {
    lines.push('Compare the letters held with the log of your mail server. Then for each release, one of:');
    lines.push('  ./depesch letters retry RELEASE --settle    they have left: count them as accepted');
    lines.push(
      '  ./depesch letters retry RELEASE --resend    they have not: send them, with the same Message-ID; those of a digest to come wait for it',
    );
  }
  return lines.join('\n');
}
