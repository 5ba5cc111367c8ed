import { describe, expect, it } from 'vitest';
import { mailingStatus } from '../../../src/shared/delivery/equation.ts';
import { waitsFor } from '../../../src/shared/publishing/releases.ts';
import { releaseStatus, type StatusRows } from '../../../src/shared/publishing/status.ts';
import type { Channel, ReceiptRow } from '../../../src/shared/schema/tables.ts';

const OWED_AT = new Date('2026-11-19T08:30:00Z');
const RELEASE = '6f0a4a0e-6f0f-4c5e-9d55-2b8a3a0c1d11';

function receipt(channel: Channel, overrides: Partial<ReceiptRow> = {}): ReceiptRow {
  return {
    release: RELEASE,
    n: 1,
    channel,
    state: 'done',
    attempts: 0,
    due_at: OWED_AT,
    publication: 1,
    detail: {},
    code: null,
    error: null,
    owed_at: OWED_AT,
    done_at: new Date(OWED_AT.getTime() + 120),
    ...overrides,
  };
}

function rows(overrides: Partial<StatusRows> = {}): StatusRows {
  return {
    release: { id: RELEASE, slug: 'arena', language: 'sv', newest_n: 1, newest_kind: 'first' },
    revision: { hash: 'ab', publication: 1, published_at: OWED_AT, author: 'elin', approver: 'jonas', title: 'Arena', registration: null },
    draft: undefined,
    receipts: [receipt('html'), receipt('feeds'), receipt('archive')],
    workers: new Map(
      ['html', 'feeds', 'archive', 'email', 'delivery'].map((name) => [name, { running: 1, lastSeen: OWED_AT.toISOString() }]),
    ),
    letters: [],
    ...overrides,
  };
}

describe('the status of a release', () => {
  it('is done when nothing is owed, with the time each channel took', () => {
    const status = releaseStatus(rows());
    expect(status.overall).toBe('done');
    expect(status.channels.map((line) => [line.channel, line.tookMs])).toEqual([
      ['html', 120],
      ['feeds', 120],
      ['archive', 120],
    ]);
    expect(status.advice).toEqual([]);
  });

  it('is behind when a channel has no worker, and says which, since when, and the command', () => {
    const receipts = [receipt('html'), receipt('archive', { state: 'owed', done_at: null })];
    const workers = new Map([
      ['html', { running: 1, lastSeen: OWED_AT.toISOString() }],
      ['archive', { running: 0, lastSeen: '2026-11-19T08:21:40.000Z' }],
    ]);
    const status = releaseStatus(rows({ receipts, workers }));
    expect(status.overall).toBe('behind');
    expect(status.channels[1]!.remark).toBe('no archive worker since 2026-11-19T08:21:40.000Z');
    expect(status.advice).toContainEqual(expect.objectContaining({ command: './depesch work archive' }));
  });

  it('is failed when any receipt failed, also an older revision’s, and gives the reason', () => {
    const receipts = [
      receipt('html', { state: 'failed', done_at: null, code: 'cannot_render', error: 'no title' }),
      receipt('html', { n: 2 }),
    ];
    const status = releaseStatus(rows({ receipts }));
    expect(status.overall).toBe('failed');
    expect(status.channels[0]).toMatchObject({ revision: 1, remark: 'no title' });
  });

  it('shows the oldest owed revision of a channel while a newer one is done', () => {
    const receipts = [receipt('archive', { n: 1, state: 'owed', done_at: null }), receipt('archive', { n: 2 })];
    expect(releaseStatus(rows({ receipts })).channels[0]).toMatchObject({ revision: 1, state: 'owed' });
  });

  it('says that letters are paused, and how to go on', () => {
    const letters = [
      mailingStatus({
        n: 1,
        state: 'paused',
        reason: '21 of 100 rejected',
        frozenAt: OWED_AT,
        audience: 100,
        counts: { rejected: 21, accepted: 29, pending: 50 },
        firstDueAt: OWED_AT,
        waiting: 0,
        windowAt: null,
        answeredLately: 0,
        reasons: [],
      }),
    ];
    const status = releaseStatus(rows({ receipts: [receipt('email', { state: 'owed', done_at: null })], letters }));
    expect(status.channels[0]!.remark).toBe('letters paused: 21 of 100 rejected');
    expect(status.advice).toContainEqual(expect.objectContaining({ command: './depesch letters resume arena' }));
  });

  it('is done, and says until when, while only digests wait; a correction under way beside them is not', () => {
    const run = (n: number, waiting: number) =>
      mailingStatus({
        n,
        state: 'running',
        reason: null,
        frozenAt: OWED_AT,
        audience: 300,
        counts: { accepted: 86, pending: 214 },
        firstDueAt: OWED_AT,
        waiting,
        windowAt: waiting > 0 ? new Date('2026-11-24T06:00:00Z') : null,
        answeredLately: 0,
        reasons: [],
      });
    const owed = (n: number) => receipt('email', { n, state: 'owed', done_at: null });
    const waits = releaseStatus(rows({ receipts: [owed(1)], letters: [run(1, 214)], workers: new Map() }));
    expect(waits).toMatchObject({ overall: 'done', advice: [{ command: './depesch letters stop arena' }] });
    expect(waits.channels[0]).toMatchObject({ state: 'owed', remark: '214 wait for the digest of 2026-11-24T06:00:00.000Z' });
    const both = releaseStatus(rows({ receipts: [owed(1), owed(2)], letters: [run(1, 214), run(2, 0)] }));
    expect(both).toMatchObject({ overall: 'under-way', channels: [{ revision: 2 }] });
  });

  it('of a draft is draft, with the draft’s state', () => {
    const draft = { state: 'submitted' as const, hash: 'cd', publish_at: null, author: 'elin', title: 'Arena' };
    const status = releaseStatus(
      rows({
        release: { id: RELEASE, slug: 'arena', language: 'sv', newest_n: null, newest_kind: null },
        revision: undefined,
        receipts: [],
        draft,
      }),
    );
    expect(status).toMatchObject({ overall: 'draft', state: 'submitted', title: 'Arena', channels: [] });
  });
});

describe('who has to act', () => {
  it.each([
    ['editing', 'author'],
    ['submitted', 'approver'],
    ['approved', 'publisher'],
    ['missed', 'publisher'],
    ['scheduled', 'clock'],
  ] as const)('on a draft that is %s it is the %s', (state, who) => expect(waitsFor(state, false)).toBe(who));

  it('on a public release it is the workers while anything is owed, then nobody', () => {
    expect([waitsFor(null, true), waitsFor(null, false)]).toEqual(['workers', 'nobody']);
  });
});
