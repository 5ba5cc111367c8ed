import { describe, expect, it } from 'vitest';
import { isTurnOf } from '../../../src/producers/desk/list.ts';
import { nextStep, type Situation, unsentLetters } from '../../../src/producers/desk/next-step.ts';
import type { Actor } from '../../../src/shared/accounts/actor.ts';
import { mailingStatus } from '../../../src/shared/delivery/equation.ts';
import type { DraftView } from '../../../src/shared/publishing/draft-view.ts';
import type { DraftState, MailingState, Role } from '../../../src/shared/schema/tables.ts';

function person(account: string, ...roles: Role[]): Actor {
  return { account, name: account, email: `${account}@alvmark.example`, roles };
}
const elin = person('elin', 'author');
const jonas = person('jonas', 'approver');

function draft(state: DraftState, editors: string[] = ['elin']): DraftView {
  return { state, author: 'elin', editors } as unknown as DraftView;
}
function run(state: MailingState, counts: object, frozen = true) {
  const facts = {
    n: 1,
    state,
    reason: null,
    frozenAt: frozen ? new Date(0) : null,
    audience: 10,
    firstDueAt: null,
    waiting: 0,
    windowAt: null,
    answeredLately: 0,
    reasons: [],
  };
  return mailingStatus({ ...facts, counts });
}
function stand(
  actor: Actor,
  situation: Partial<Situation> & { draft?: DraftView | undefined },
  approval: 'four-eyes' | 'single' = 'four-eyes',
) {
  const status = { state: situation.draft?.state ?? 'public', overall: 'draft', letters: [] } as Situation['status'];
  return nextStep({ actor, newsroom: { approval }, draft: undefined, status, ...situation });
}

describe('the next step', () => {
  it('is the author’s while the text is written', () => {
    expect(stand(elin, { draft: draft('editing') })).toMatchObject({ stand: 'editing', main: 'submit' });
    expect(stand(jonas, { draft: draft('editing') }).main).toBeUndefined();
  });

  it('is an approver’s once it is submitted, but under four eyes nobody’s who wrote in it', () => {
    expect(stand(jonas, { draft: draft('submitted') })).toMatchObject({ stand: 'submitted', main: 'approve' });
    expect(stand(jonas, { draft: draft('submitted', ['elin', 'jonas']) })).toMatchObject({ stand: 'own-text', main: undefined });
    expect(stand(jonas, { draft: draft('submitted', ['jonas']) }, 'single').main).toBe('approve');
    expect(stand(elin, { draft: draft('submitted') })).toMatchObject({ stand: 'submitted-other', main: undefined });
  });

  it('is to publish what is approved; a correction only for approvers', () => {
    expect(stand(elin, { draft: draft('approved') }).main).toBe('publish');
    const correction = { draft: draft('approved'), status: { state: 'public', overall: 'done', letters: [] } } as Partial<Situation>;
    expect(stand(jonas, correction)).toMatchObject({ stand: 'correct', main: 'correct' });
    expect(stand(elin, correction)).toMatchObject({ stand: 'correct-other', main: undefined });
  });

  it('is a person’s decision when the time has passed', () => {
    expect(stand(jonas, { draft: draft('missed') }).main).toBe('unschedule');
    expect(stand(jonas, { draft: draft('scheduled') })).toMatchObject({ main: undefined, others: ['unschedule', 'reject', 'test'] });
  });

  it('offers to stop letters while some have not left, to resume a pause, and nothing of it afterwards', () => {
    const letters = (...runs: ReturnType<typeof run>[]) =>
      ({ status: { state: 'public', overall: 'under-way', letters: runs } }) as Partial<Situation>;
    expect(stand(jonas, letters(run('running', { pending: 4, accepted: 6 }))).others).toEqual(['stop', 'pause', 'withdraw']);
    expect(stand(jonas, letters(run('running', {}, false))).others).toContain('stop');
    expect(stand(jonas, letters(run('paused', { pending: 4 }))).others).toEqual(['resume', 'stop', 'withdraw']);
    expect(stand(jonas, letters(run('running', { accepted: 10 }))).others).toEqual(['withdraw']);
    expect(stand(jonas, letters(run('paused', { accepted: 10 }))).others).toEqual(['withdraw']);
    expect(stand(elin, letters(run('stopped', { cancelled: 10 }))).others).toEqual(['edit']);
  });

  it('offers whoever writes to change the text, and to correct what is public; nobody else, and nothing withdrawn', () => {
    expect(stand(elin, { draft: draft('editing') }).others).toEqual(['edit', 'test']);
    expect(stand(elin, { draft: draft('scheduled') }).others).toContain('edit');
    expect(stand(elin, {}).others).toEqual(['edit']);
    expect(stand(jonas, {}).others).toEqual(['withdraw']);
    expect(stand(elin, { status: { state: 'withdrawn', overall: 'done', letters: [] } }).others).toEqual([]);
  });

  it('is nobody’s once a release is withdrawn', () => {
    expect(stand(jonas, { status: { state: 'withdrawn', overall: 'done', letters: [] } })).toEqual({
      stand: 'withdrawn',
      main: undefined,
      others: [],
    });
  });
});

describe('letters not yet sent', () => {
  it('are those without an answer that no sender holds and that no stop has taken', () => {
    expect(unsentLetters([run('running', { pending: 3, deferred: 2, claimed: 5, accepted: 9 }), run('stopped', { pending: 7 })])).toBe(5);
  });
});

describe('whose turn it is', () => {
  it('never is the author’s own to approve', () => {
    const both = person('elin', 'author', 'approver');
    expect(isTurnOf(both, { waitsFor: 'approver', author: 'elin' })).toBe(false);
    expect(isTurnOf(jonas, { waitsFor: 'approver', author: 'elin' })).toBe(true);
    expect(isTurnOf(person('maria', 'admin'), { waitsFor: 'publisher', author: 'elin' })).toBe(true);
    expect(isTurnOf(jonas, { waitsFor: 'clock', author: 'elin' })).toBe(false);
  });
});
