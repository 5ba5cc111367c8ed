import { describe, expect, it } from 'vitest';
import { type AlertFacts, findCauses } from '../../../src/shared/publishing/alert-causes.ts';
import { alertMessage } from '../../../src/shared/publishing/alert-text.ts';

const now = new Date('2026-11-19T01:20:00Z');
const quiet: AlertFacts = {
  now,
  timezone: 'Europe/Stockholm',
  owed: [],
  failed: [],
  paused: [],
  relay: undefined,
  missed: [],
  endpoints: [],
  workers: [
    { queue: 'html', running: 1, lastSeen: now },
    { queue: 'feeds', running: 0, lastSeen: null },
  ],
  diskFree: 0.5,
  open: new Set(),
  justOver: new Set(),
};
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const keys = (facts: Partial<AlertFacts>) => findCauses({ ...quiet, ...facts }).map((cause) => cause.key);
const only = (facts: Partial<AlertFacts>) => {
  const causes = findCauses({ ...quiet, ...facts });
  expect(causes).toHaveLength(1);
  return causes[0]!;
};
const relay = {
  name: 'mail.alvmark.example:587',
  reason: '535 5.7.8 authentication failed to AUTH',
  tries: 3,
  since: ago(360),
  waiting: 1206,
};

it('nothing is told of a house in which all is well, and none of a queue that never had a worker', () => {
  expect(keys({})).toEqual([]);
});

describe('a cause', () => {
  it('is a relay that refuses us, from the third try on until it takes letters again', () => {
    expect(keys({ relay: { ...relay, tries: 2 } })).toEqual([]);
    expect(keys({ relay: { ...relay, tries: 1 }, open: new Set(['relay:mail.alvmark.example:587']) })).toHaveLength(1);
    expect(only({ relay })).toEqual({
      key: 'relay:mail.alvmark.example:587',
      headline: 'letters wait since 02:14, the relay refuses us',
      text: `relay mail.alvmark.example:587: 535 5.7.8 authentication failed to AUTH (3 tries)
lost: nothing. waiting: 1 206 letters. page, feeds, archive: not affected.
do: mend the relay or correct SMTP_URL, then  ./depesch letters resume
details: docs/operations.md#relay-login
`,
    });
  });

  it('is a paused run, with its reason and nobody’s address', () => {
    const paused = [{ slug: 'arena', n: 2, reason: 'by Elin Sand: fel hos <nils@lillan.example>', waiting: 1 }];
    expect(only({ paused })).toEqual({
      key: 'paused:arena:2',
      headline: 'letters of arena paused',
      text: `letters of arena, revision 2, are paused: by Elin Sand: fel hos <address>
lost: nothing. waiting: 1 letter of arena. page, feeds, archive: not affected.
do: ./depesch letters resume arena  or  ./depesch letters stop arena
details: docs/operations.md#paused-letters
`,
    });
  });

  it('is a worker gone for more than a minute, and what it owes is no cause of its own, nor while it catches up', () => {
    const owed = [{ channel: 'html', slug: 'arena', since: ago(86_400), count: 3 }];
    const html = (seconds: number, running = 0) => ({ workers: [{ queue: 'html' as const, running, lastSeen: ago(seconds) }] });
    expect(keys(html(59))).toEqual([]);
    expect(keys({ ...html(61), owed })).toEqual(['worker:html']);
    expect(keys({ ...html(0, 1), owed, justOver: new Set(['worker:html']) })).toEqual([]);
    expect(only(html(3_600)).text).toBe(`nobody works for html; the last worker was seen at 01:20
lost: nothing. waiting: what html owes. the other channels: not affected.
do: read DATA_DIR/log, then  ./depesch work html
details: docs/operations.md#no-worker
`);
  });

  it('is a receipt owed too long though somebody works for it, one for each channel', () => {
    const cause = only({ owed: [{ channel: 'feeds', slug: 'arena', since: ago(86_400), count: 3 }] });
    expect(cause).toEqual({
      key: 'owed:feeds',
      headline: 'feeds owed since 2026-11-18 02:20, arena and 2 more',
      text: `feeds of arena is owed since 2026-11-18 02:20, though a worker runs
lost: nothing. waiting: feeds of 3 releases. the other channels: not affected.
do: ./depesch release status arena  names the reason
details: docs/operations.md#channel-owed
`,
    });
  });

  it('is a channel that failed, and a publication held', () => {
    expect(only({ failed: [{ channel: 'archive', slug: 'arena', since: ago(60), count: 1 }] }).text).toBe(
      `archive of arena, owed since 02:19, cannot be done by trying again
lost: nothing. waiting: archive of 1 release. the other channels: not affected.
do: ./depesch release status arena, mend it, then  ./depesch release retry arena archive
details: docs/operations.md#failed-channel
`,
    );
    expect(only({ missed: [{ slug: 'arena', publishAt: ago(7_200) }] }).text).toBe(
      `arena was due at 00:20 and is held: it was later than its lateness allows
lost: nothing. waiting: the publication of arena, in every channel. other releases: not affected.
do: ./depesch release schedule arena --at TIME  or  ./depesch release unschedule arena
details: docs/operations.md#missed-publication
`,
    );
  });

  it('is a disk below 10 %, and over only above 12 %', () => {
    expect(only({ diskFree: 0.099 }).headline).toBe('the disk has 9 % left');
    expect(keys({ diskFree: 0.11 })).toEqual([]);
    expect(keys({ diskFree: 0.11, open: new Set(['disk']) })).toEqual(['disk']);
    expect(keys({ diskFree: 0.13, open: new Set(['disk']) })).toEqual([]);
  });
});

it('the message at the end says how long it took and what it was', () => {
  const cause = only({ relay });
  const row = { ...cause, opened_at: now, over_at: new Date('2026-11-19T01:46:00Z') };
  expect(alertMessage({ ...row, over_at: null }, 'opened', quiet.timezone)).toEqual({
    subject: 'Depesch: letters wait since 02:14, the relay refuses us',
    text: cause.text,
  });
  expect(alertMessage(row, 'over', quiet.timezone)).toEqual({
    subject: 'Depesch: over: letters wait since 02:14, the relay refuses us',
    text: `over since 02:46; told at 02:20, 26 min before. nothing is left to do.
it was: relay mail.alvmark.example:587: 535 5.7.8 authentication failed to AUTH (3 tries)
`,
  });
});
