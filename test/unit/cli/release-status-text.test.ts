import { expect, test } from 'vitest';
import { statusExit, statusText } from '../../../src/producers/cli/release-status-text.ts';
import { type MailingFacts, mailingStatus } from '../../../src/shared/delivery/equation.ts';
import type { ReleaseStatus } from '../../../src/shared/publishing/status.ts';

const scene = {
  now: new Date('2026-11-19T08:30:42Z'),
  timezone: 'Europe/Stockholm',
  columns: 80,
  names: new Map([
    ['elin', 'Elin Sand'],
    ['jonas', 'Jonas Lind'],
  ]),
};

const run: MailingFacts = {
  n: 1,
  state: 'running',
  reason: null,
  frozenAt: new Date('2026-11-19T08:30:01Z'),
  audience: 4_518,
  counts: { accepted: 3_287, deferred: 11, rejected: 9, suppressed: 5, pending: 1_206 },
  firstDueAt: new Date('2026-11-19T08:30:01Z'),
  waiting: 0,
  windowAt: null,
  answeredLately: 880,
  reasons: [
    {
      state: 'deferred',
      code: '450',
      count: 11,
      reply: '450 4.7.1 rate limit',
      domain: 'lillan.example',
      dueAt: '2026-11-19T08:35:00.000Z',
    },
    { state: 'rejected', code: '550', count: 6, reply: '550 5.1.1 unknown address', domain: null, dueAt: null },
    { state: 'rejected', code: '552', count: 3, reply: '552 5.2.2 mailbox full', domain: null, dueAt: null },
  ],
};

const channel = { revision: 1, since: '2026-11-19T08:30:00.000Z', attempts: 0, code: null, error: null, remark: '' } as const;
const worker = { running: 1, lastSeen: '2026-11-19T08:30:40.000Z' };

const status: ReleaseStatus = {
  release: '7929cb25-3413-4bc5-b989-ee7042a09512',
  slug: 'arena-storforsa',
  title: 'Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor',
  language: 'sv',
  registration: 'RUN 2026-0417',
  state: 'public',
  revision: 1,
  kind: 'first',
  hash: '7c1f90ab4d0000000000000000000000000000000000000000000000000000ab',
  publication: 12,
  publishedAt: '2026-11-19T08:30:00.000Z',
  author: 'elin',
  approver: 'jonas',
  draft: null,
  channels: [
    { ...channel, channel: 'html', state: 'done', tookMs: 120, worker },
    { ...channel, channel: 'feeds', state: 'done', tookMs: 210, worker },
    { ...channel, channel: 'email', state: 'owed', tookMs: null, worker, remark: 'letters under way, 3 workers' },
    {
      ...channel,
      channel: 'archive',
      state: 'owed',
      tookMs: null,
      worker: { running: 0, lastSeen: '2026-11-19T08:21:40.000Z' },
      remark: 'no archive worker since 2026-11-19T08:21:40.000Z',
    },
  ],
  letters: [mailingStatus(run)],
  overall: 'behind',
  advice: [{ what: 'archive', command: './depesch work archive', details: 'docs/operations.md#no-worker' }],
};

test('the status of a release in the middle of a run fits a terminal and says what to do', () => {
  const text = statusText(status, scene).replaceAll('\u00a0', ' ');
  expect(text).toBe(
    `Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor
arena-storforsa, revision 1, sv, RUN 2026-0417, sha256 7c1f90ab4d…
public since Thu 19 Nov 2026 09:30:00 (Europe/Stockholm), 42 s ago
written by Elin Sand, approved by Jonas Lind

channel  state  since     took
html     done   09:30:00  0.1 s
feeds    done   09:30:00  0.2 s
email    owed   09:30:00         letters under way, 3 workers
archive  owed   09:30:00         no archive worker since 09:21:40

letters   ███████████████████░░░░░░░  73 %   88 a second, about 14 s left
  accepted    3 287   taken by the mail server
  deferred       11   11 lillan.example: 450 4.7.1 rate limit; again at 09:35
  rejected        9   6 550 5.1.1 unknown address, 3 552 5.2.2 mailbox full
  suppressed      5   left before, or bounced for good
  cancelled       0
  unknown         0
  pending     1 206
  audience    4 518   the sum is right

archive  ./depesch work archive  (docs/operations.md#no-worker)`,
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(scene.columns);
});

test('a stopped run says so in place of its pace', () => {
  const stopped = mailingStatus({
    ...run,
    state: 'stopped',
    reason: 'wrong picture',
    counts: { ...run.counts, pending: 0, cancelled: 1_206 },
  });
  expect(statusText({ ...status, letters: [stopped] }, scene)).toContain('99 %   stopped: wrong picture');
});

test('a run that a limit makes slow says which, how many wait and until when', () => {
  const limits = [
    {
      kind: 'release',
      setting: 'limits.letters.release',
      domain: null,
      rate: '300/min',
      letters: 1_206,
      until: '2026-11-19T08:34:53.000Z',
    },
    {
      kind: 'domain',
      setting: 'limits.letters.domains',
      domain: 'lillan.example',
      rate: '20/h',
      letters: 1,
      until: '2026-11-20T08:34:53.000Z',
    },
  ] as const;
  const slow = mailingStatus({ ...run, limits });
  const text = statusText({ ...status, letters: [slow] }, scene).replaceAll('\u00a0', ' ');
  expect(text).toContain(`
  slow        at most 300/min about one release (limits.letters.release):
              1 206 letters wait for it, the last until about 09:34:53
  slow        at most 20/h to people at lillan.example (limits.letters.domains):
              one letter waits for it, the last until about 20 Nov 09:34
`);
});

test('a draft names its state, its time and its hash', () => {
  const draft = { state: 'scheduled', hash: 'ab'.repeat(32), publishAt: '2026-11-20T08:00:00.000Z' } as const;
  const text = statusText(
    { ...status, state: 'scheduled', revision: null, publishedAt: null, approver: null, channels: [], letters: [], advice: [], draft },
    scene,
  );
  expect(text).toContain('not public');
  expect(text).toContain('draft scheduled, to be public Fri 20 Nov 2026 09:00:00, sha256 ababababab…');
});

test.each([
  ['done', 0],
  ['failed', 1],
  ['under-way', 3],
  ['behind', 3],
  ['draft', 3],
] as const)('%s exits with %i', (overall, exit) => {
  expect(statusExit({ ...status, overall })).toBe(exit);
});

test('a withdrawal is nobody’s text: it names who withdrew', () => {
  const text = statusText({ ...status, state: 'withdrawn', kind: 'withdrawal', author: 'jonas' }, scene);
  expect(text).toContain('withdrawn by Jonas Lind');
  expect(text).not.toContain('written by');
});
