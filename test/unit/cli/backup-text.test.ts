import { describe, expect, test } from 'vitest';
import { restoredText } from '../../../src/producers/cli/backup-text.ts';
import type { Restored } from '../../../src/shared/backup/restore.ts';

const WHOLE: Restored['archive'] = {
  ok: true,
  entries: 14,
  closings: 12,
  files: 150,
  bytes: 1_000,
  head: { size: 26, hash: 'a'.repeat(64) },
  difference: undefined,
};

function restored(parts: Partial<Restored> = {}): Restored {
  return {
    madeAt: '2026-11-22T01:17:00.000Z',
    rows: 12_345,
    files: 210,
    migrated: [],
    held: [],
    notices: 0,
    missed: [],
    scheduled: [],
    later: [],
    archive: WHOLE,
    ...parts,
  };
}

const scene = { timezone: 'Europe/Stockholm', addresses: { was: 'https://a.example', is: 'https://a.example' }, settings: [] };

describe('what a restore says', () => {
  test('is short when nothing was open, and still says what no backup can hold', () => {
    const text = restoredText(restored(), scene);
    expect(text).toContain('everything as of Sun 22 Nov 2026 02:17:00 (Europe/Stockholm)');
    expect(text).toContain('who signed up, left or was suppressed, after Sun 22 Nov 2026 02:17:00');
    expect(text).not.toContain('Held');
    expect(text).not.toContain('letters retry');
  });

  test('names each thing held with the command that decides', () => {
    const run = { release: 'x', n: 1 };
    const text = restoredText(
      restored({
        held: [
          { ...run, slug: 'brofastet', letters: 1_206, waiting: 1_100, paused: false },
          { ...run, slug: 'kvarnen', letters: 0, waiting: 0, paused: true },
        ],
        notices: 2,
        missed: [{ release: 'y', slug: 'alvsalen' }],
        scheduled: [{ release: 'z', slug: 'biblioteket', publishAt: '2026-11-23T08:30:00.000Z' }],
      }),
      scene,
    );
    expect(text).toMatch(/1.206 letters of brofastet may have left since: unknown +\.\/depesch letters unknown brofastet/);
    expect(text).toMatch(
      /letters of kvarnen may have left since: paused +\.\/depesch letters resume kvarnen +or +\.\/depesch letters stop kvarnen/,
    );
    expect(text).toMatch(/1.100 of them wait for a digest that is still to come/);
    expect(text).toMatch(/alvsalen was to be published since: missed/);
    expect(text).toMatch(/biblioteket is published by itself Mon 23 Nov 2026 09:30:00/);
    expect(text).toContain('2 letters to single persons may have left: not sent');
    expect(text).toContain('./depesch letters retry RELEASE --settle');
  });

  test('names what a surviving archive knows of the time after the backup, and another address', () => {
    const later = [
      {
        folder: 'archive-after-backup/2026/ab/cd',
        kind: 'entry',
        release: 'x',
        revision: 1,
        publishedAt: '2026-11-22T09:00:00.000Z',
        slug: 'stationen',
      },
      {
        folder: 'archive-after-backup/2026/ab/ce',
        kind: 'closing',
        release: 'x',
        revision: 1,
        publishedAt: '2026-11-22T09:00:00.000Z',
        slug: null,
      },
    ] as const;
    const text = restoredText(restored({ later }), { ...scene, addresses: { was: 'https://a.example', is: 'https://b.example' } });
    expect(text).toContain('Sun 22 Nov 2026 10:00:00  stationen  revision 1');
    expect(text.match(/archive-after-backup\/2026/g)).toHaveLength(1);
    expect(text).toContain('BASE_URL was https://a.example, is https://b.example');
  });

  test('says loudly when the archive did not come back whole', () => {
    const archive = { ...WHOLE, ok: false, difference: { at: 'archive/2026/ab', problem: 'is missing' } };
    expect(restoredText(restored({ archive }), scene)).toContain('archive   NOT as it was written. archive/2026/ab: is missing');
  });
});
