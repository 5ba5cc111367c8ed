import { listAccounts } from '../../shared/accounts/accounts.ts';
import type { Actor } from '../../shared/accounts/actor.ts';
import { Forbidden } from '../../shared/platform/failure.ts';
import { approveDraft, submitDraft } from '../../shared/publishing/approval.ts';
import type { DraftView } from '../../shared/publishing/draft-view.ts';
import type { Published } from '../../shared/publishing/publish.ts';
import type { Role } from '../../shared/schema/tables.ts';
import type { Services } from '../../shared/services.ts';

/** Makes an approved draft public: first publication or correction. */
export type Finish = (draft: DraftView) => Promise<Published>;
export type Step = 'submit' | 'approve' | 'publish';

/** Where the steps have led. */
export type Steps =
  | { readonly kind: 'public'; readonly published: Published }
  /** The clock takes the last step. */
  | { readonly kind: 'scheduled'; readonly draft: DraftView }
  /** The next step is somebody else's. */
  | { readonly kind: 'stopped'; readonly step: Step; readonly draft: DraftView; readonly why: string; readonly remedy: string };

type StepsInput = {
  readonly actor: Actor;
  readonly draft: DraftView;
  readonly finish: Finish;
  /** What goes on from here, for whoever takes the next step. */
  readonly command: string;
};

/** Takes a draft as far as this person may: submit, approve, publish. Throws what the use cases throw, but for "you may not". */
export async function takeSteps(services: Services, input: StepsInput): Promise<Steps> {
  const { actor, finish, command } = input;
  let draft = input.draft;
  let step: Step = 'submit';
  try {
    if (draft.state === 'editing') draft = await submitDraft(services, actor, { release: draft.release });
    step = 'approve';
    if (draft.state === 'submitted') draft = await approveDraft(services, actor, { release: draft.release, hash: draft.hash });
    step = 'publish';
    if (draft.state === 'scheduled') return { kind: 'scheduled', draft };
    return { kind: 'public', published: await finish(draft) };
  } catch (error) {
    if (error instanceof Forbidden)
      return { kind: 'stopped', step, draft, ...(await whoMay(services, { error, step, draft, actor, command })) };
    throw error;
  }
}

type Refusal = { error: Forbidden; step: Step; draft: DraftView; actor: Actor; command: string };

/** Why it stops, and by name who goes on. */
async function whoMay(services: Services, { error, step, draft, actor, command }: Refusal): Promise<{ why: string; remedy: string }> {
  if (step !== 'approve') return { why: error.message, remedy: error.remedy };
  const mayApprove = (role: Role) => (other: Actor) =>
    other.account !== actor.account && !draft.editors.includes(other.account) && other.roles.includes(role);
  const accounts = await listAccounts(services.database);
  // Who approves every day is asked before who may do everything.
  const approvers = accounts.filter(mayApprove('approver'));
  const others = [...approvers, ...accounts.filter((other) => mayApprove('admin')(other) && !approvers.includes(other))];
  if (others.length === 0)
    return { why: error.message, remedy: `${error.remedy}\nNobody else may approve yet:  ./depesch account create ID --role approver …` };
  const names = others.map(({ name, account }) => `${name} (${account})`).join(', ');
  return {
    why: `It waits for approval by ${names}.`,
    remedy: `They run:  ${command} --as ${others[0]!.account}`,
  };
}
