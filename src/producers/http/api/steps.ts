import { z } from 'zod';
import { approveDraft, rejectDraft, submitDraft } from '../../../shared/publishing/approval.ts';
import { sendTestLetter } from '../../../shared/publishing/letters.ts';
import { correctRelease, type Published, publishRelease, withdrawRelease } from '../../../shared/publishing/publish.ts';
import { scheduleDraft, unscheduleDraft } from '../../../shared/publishing/schedule.ts';
import { momentOf } from '../../../shared/release/dates.ts';
import { LocalMoment } from '../../../shared/release/values.ts';
import { DraftAnswer, PublishedAnswer } from './answers.ts';
import { type Call, operation } from './operation.ts';

/* What people do to a release, one address each. Approve, schedule, publish and correct name the hash they mean. */

const Hash = z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in 64 hex digits') });
const Reason = z.strictObject({ reason: z.string().trim().min(1, 'is empty').max(2_000) });
const Nothing = z.strictObject({});

const submit = operation({
  method: 'POST',
  path: '/releases/:release/submit',
  summary: 'Hand a draft to an approver.',
  body: Nothing,
  status: 200,
  answer: DraftAnswer,
  handle: ({ services, actor, params }) => submitDraft(services, actor, { release: params.release! }),
});

const approve = operation({
  method: 'POST',
  path: '/releases/:release/approve',
  summary: 'Say yes to one hash. A draft with a time to publish at is scheduled by this.',
  body: Hash,
  status: 200,
  answer: DraftAnswer,
  handle: ({ services, actor, params, body }) => approveDraft(services, actor, { release: params.release!, hash: body.hash }),
});

const reject = operation({
  method: 'POST',
  path: '/releases/:release/reject',
  summary: 'Send a draft back to its author with a reason.',
  body: Reason,
  status: 200,
  answer: DraftAnswer,
  handle: ({ services, actor, params, body }) => rejectDraft(services, actor, { release: params.release!, reason: body.reason }),
});

const schedule = operation({
  method: 'POST',
  path: '/releases/:release/schedule',
  summary: 'Set the time at which an approved draft becomes public by itself.',
  body: Hash.extend({ publishAt: LocalMoment.optional(), publishLatest: LocalMoment.optional() }),
  status: 200,
  answer: DraftAnswer,
  handle: async ({ services, actor, params, body }) => {
    const { newsroom } = await services.newsroom();
    const read = (moment: string | undefined) => (moment === undefined ? undefined : momentOf(moment, newsroom.timezone));
    const input = { release: params.release!, hash: body.hash, publishAt: read(body.publishAt), publishLatest: read(body.publishLatest) };
    return scheduleDraft(services, actor, input);
  },
});

const unschedule = operation({
  method: 'POST',
  path: '/releases/:release/unschedule',
  summary: 'Take the time away; the approval stays.',
  body: Nothing,
  status: 200,
  answer: DraftAnswer,
  handle: ({ services, actor, params }) => unscheduleDraft(services, actor, { release: params.release! }),
});

const publish = operation({
  method: 'POST',
  path: '/releases/:release/publish',
  summary: 'Make an approved draft public.',
  body: Hash,
  status: 202,
  answer: PublishedAnswer,
  handle: async (call) =>
    accepted(call, await publishRelease(call.services, call.actor, { release: call.params.release!, hash: call.body.hash })),
});

const correct = operation({
  method: 'POST',
  path: '/releases/:release/correct',
  summary: 'Publish an approved correction.',
  description:
    '`minor`: no letter. `major`: needs a public note and is mailed to those who got the wrong text. `conceal` keeps every earlier text and note out of sight.',
  body: Hash.extend({
    kind: z.enum(['minor', 'major']),
    note: z.string().trim().max(2_000).default(''),
    conceal: z.boolean().default(false),
  }),
  status: 202,
  answer: PublishedAnswer,
  handle: async (call) => accepted(call, await correctRelease(call.services, call.actor, { release: call.params.release!, ...call.body })),
});

const withdraw = operation({
  method: 'POST',
  path: '/releases/:release/withdraw',
  summary: 'Take a release back in every channel, with a public reason.',
  body: Reason,
  status: 202,
  answer: PublishedAnswer,
  handle: async (call) =>
    accepted(call, await withdrawRelease(call.services, call.actor, { release: call.params.release!, reason: call.body.reason })),
});

const test = operation({
  method: 'POST',
  path: '/releases/:release/test',
  summary: 'Mail the exact letter to yourself.',
  body: Nothing,
  status: 202,
  answer: z.looseObject({ notice: z.uuid(), to: z.string() }),
  handle: ({ services, actor, params }) => sendTestLetter(services, actor, { release: params.release! }),
});

export const stepOperations = [submit, approve, reject, schedule, unschedule, publish, correct, withdraw, test];

/** 202: it is public now, the channels follow. Where to look stands in Location and in the answer. */
function accepted(call: Call<unknown, unknown>, published: Published): Published & { status: string } {
  const status = statusPath(published.release);
  call.reply.header('location', status);
  return { ...published, status: `${call.services.config.baseUrl}${status}` };
}

/** Where a release tells how far each channel is. */
function statusPath(release: string): string {
  return `/api/releases/${release}/status`;
}
