import type { Actor } from '../../shared/accounts/actor.ts';
import type { DraftView } from '../../shared/publishing/draft-view.ts';
import type { ReleaseStatus } from '../../shared/publishing/status.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import type { Role } from '../../shared/schema/tables.ts';

/** What a person can do to a release at the desk. Those in ASKS get a page of their own that says what will happen. */
export const STEPS = [
  'submit',
  'approve',
  'reject',
  'publish',
  'correct',
  'unschedule',
  'withdraw',
  'stop',
  'pause',
  'resume',
  'test',
] as const;
export type Step = (typeof STEPS)[number];
export const ASKS = ['reject', 'publish', 'correct', 'withdraw', 'stop'] as const satisfies readonly Step[];
export type AskingStep = (typeof ASKS)[number];

/** What a release's page offers: a step, or the page where its text is changed. */
export type Offer = Step | 'edit';

/** Why the release stands where it stands, for the sentence above the buttons. */
export type Stand =
  | 'editing'
  | 'submitted'
  | 'submitted-other'
  | 'own-text'
  | 'approved'
  | 'approved-other'
  | 'correct'
  | 'correct-other'
  | 'scheduled'
  | 'missed'
  | 'public'
  | 'public-waiting'
  | 'withdrawn';

/** At most one step is the next thing to do and gets the one clear button; the others stand beside it. */
export type NextStep = { readonly stand: Stand; readonly main: Step | undefined; readonly others: readonly Offer[] };

export type Situation = {
  readonly actor: Actor;
  readonly newsroom: Pick<Newsroom, 'approval'>;
  readonly draft: DraftView | undefined;
  readonly status: Pick<ReleaseStatus, 'state' | 'overall' | 'letters'>;
};

/** Pure: what this person can do now. What they may do is decided once more by the use case. */
export function nextStep(situation: Situation): NextStep {
  const { draft, status } = situation;
  if (status.state === 'withdrawn') return { stand: 'withdrawn', main: undefined, others: letterSteps(situation) };
  if (draft) return ofDraft(situation, draft);
  const waiting = status.overall === 'under-way' || status.overall === 'behind' || status.overall === 'failed';
  const edit: Offer[] = holds(situation.actor, 'author') ? ['edit'] : [];
  return { stand: waiting ? 'public-waiting' : 'public', main: undefined, others: [...edit, ...publicSteps(situation)] };
}

function ofDraft(situation: Situation, draft: DraftView): NextStep {
  const { actor, newsroom } = situation;
  const writes = holds(actor, 'author');
  const approves = holds(actor, 'approver');
  const own = newsroom.approval === 'four-eyes' && draft.editors.includes(actor.account);
  const edit: Offer[] = writes ? ['edit'] : [];
  const after: Offer[] = [...(writes || approves ? (['test'] as const) : []), ...publicSteps(situation)];
  const back: Offer[] = [...(approves ? (['reject'] as const) : []), ...edit];
  switch (draft.state) {
    case 'editing':
      return { stand: 'editing', main: writes ? 'submit' : undefined, others: [...edit, ...after] };
    case 'submitted':
      if (!approves) return { stand: 'submitted-other', main: undefined, others: [...edit, ...after] };
      return { stand: own ? 'own-text' : 'submitted', main: own ? undefined : 'approve', others: [...back, ...after] };
    case 'approved':
      return ofApproved(situation, { back, after });
    case 'scheduled':
      return { stand: 'scheduled', main: undefined, others: [...(writes || approves ? (['unschedule'] as const) : []), ...back, ...after] };
    case 'missed':
      return { stand: 'missed', main: writes || approves ? 'unschedule' : undefined, others: [...back, ...after] };
  }
}

/** A first publication is anybody's of the newsroom; a correction takes an approver. */
function ofApproved({ actor, status }: Situation, steps: { back: Offer[]; after: Offer[] }): NextStep {
  const correction = status.state === 'public';
  const may = correction ? holds(actor, 'approver') : holds(actor, 'author') || holds(actor, 'approver');
  const others = [...steps.back, ...steps.after];
  if (!may) return { stand: correction ? 'correct-other' : 'approved-other', main: undefined, others };
  return correction ? { stand: 'correct', main: 'correct', others } : { stand: 'approved', main: 'publish', others };
}

function publicSteps(situation: Situation): Step[] {
  if (situation.status.state !== 'public') return [];
  return [...letterSteps(situation), ...(holds(situation.actor, 'approver') ? (['withdraw'] as const) : [])];
}

function letterSteps({ actor, status }: Situation): Step[] {
  if (!holds(actor, 'author') && !holds(actor, 'approver')) return [];
  const open = status.letters.filter(isOpen);
  const running = open.some((run) => run.state === 'running');
  const paused = open.some((run) => run.state === 'paused');
  return [
    ...(running ? (['stop', 'pause'] as const) : []),
    ...(paused ? (['resume'] as const) : []),
    ...(paused && !running ? (['stop'] as const) : []),
  ];
}

/** Letters a stop would keep from leaving: everything without an answer that no sender holds. */
export function unsentLetters(letters: ReleaseStatus['letters']): number {
  return letters.filter((run) => run.state !== 'stopped').reduce((sum, run) => sum + run.counts.pending + run.counts.deferred, 0);
}

/** A run goes on while its audience is not counted or a letter has no final answer. */
export function isOpen(run: ReleaseStatus['letters'][number]): boolean {
  return run.frozenAt === null || run.counts.pending + run.counts.claimed + run.counts.deferred > 0;
}

/** Whether a person may take the steps of a role; an administrator may take all. */
export function holds(actor: Actor, role: Role): boolean {
  return actor.roles.includes(role) || actor.roles.includes('admin');
}
