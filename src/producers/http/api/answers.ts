import { z } from 'zod';
import { ReleaseContent } from '../../../shared/release/content.ts';
import { CHANNELS, DELIVERY_STATES } from '../../../shared/schema/tables.ts';

/*
 * What the API answers with, for the OpenAPI document. The values come from the use cases; these only describe them.
 * Answers may grow: a client has to bear with members it does not know.
 */

export const ProblemAnswer = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  remedy: z.string().optional(),
  problems: z
    .array(
      z.looseObject({ at: z.string(), field: z.string(), message: z.string(), remedy: z.string(), severity: z.enum(['error', 'advice']) }),
    )
    .optional(),
});

const DRAFT_STATES = ['editing', 'submitted', 'approved', 'scheduled', 'missed'] as const;

export const DraftAnswer = z.looseObject({
  release: z.uuid(),
  slug: z.string(),
  state: z.enum(DRAFT_STATES),
  content: ReleaseContent,
  hash: z.string().describe('SHA-256 of the canonical JSON (RFC 8785) of content. Approve and publish name it.'),
  author: z.string(),
  editors: z.array(z.string()).describe('Everybody who changed the text; under four eyes none of them approves it.'),
  approver: z.string().nullable(),
  approvedHash: z.string().nullable(),
  publishAt: z.date().nullable(),
  publishLatest: z.date().nullable(),
  rejection: z.string().nullable(),
  lockVersion: z.number().describe('Send it back with a change; another one gives 409 with both.'),
  updatedAt: z.date(),
  problems: ProblemAnswer.shape.problems,
});

export const ReleaseLineAnswer = z.looseObject({
  release: z.uuid(),
  slug: z.string(),
  language: z.string(),
  title: z.string(),
  state: z.enum([...DRAFT_STATES, 'public', 'withdrawn']),
  draftState: z.enum(DRAFT_STATES).nullable(),
  revision: z.number().nullable(),
  author: z.string(),
  waitsFor: z.enum(['author', 'approver', 'publisher', 'clock', 'workers', 'nobody']),
  publishedAt: z.date().nullable(),
  publishAt: z.date().nullable(),
  updatedAt: z.date(),
});

/** A page of a list; `next` goes into `before` of the next request. */
export function pageOf(item: z.ZodType) {
  return z.looseObject({ items: z.array(item), next: z.string().optional() });
}

export const ReleaseAnswer = z.looseObject({
  release: z.uuid(),
  slug: z.string(),
  language: z.string(),
  draft: DraftAnswer.nullable(),
  public: z
    .object({
      revision: z.number(),
      kind: z.string(),
      hash: z.string(),
      publishedAt: z.date(),
      url: z.string(),
      content: ReleaseContent.optional(),
      reason: z.string().optional(),
    })
    .nullable()
    .describe('The newest public revision; a withdrawn one has a reason in place of content.'),
});

export const PublishedAnswer = z.looseObject({
  release: z.uuid(),
  slug: z.string(),
  revision: z.number(),
  publication: z.number(),
  publishedAt: z.date(),
  repeated: z.boolean().describe('True when this was already so: the request changed nothing.'),
  status: z.string().describe('Address of the status, as in Location.'),
});

const MailingAnswer = z.looseObject({
  n: z.number(),
  state: z.enum(['running', 'paused', 'stopped']),
  reason: z.string().nullable(),
  audience: z.number().nullable(),
  counts: z.record(z.enum(DELIVERY_STATES), z.number()),
  sumIsRight: z.boolean(),
  waiting: z
    .strictObject({ count: z.number(), dueAt: z.string() })
    .nullable()
    .describe('Letters that wait for the window of their digest, and when the first of them leaves; nothing is late.'),
  limits: z
    .array(
      z.looseObject({
        kind: z.enum(['total', 'relay', 'release', 'domain']),
        setting: z.string().describe('As the newsroom file calls it.'),
        domain: z.string().nullable(),
        rate: z.string(),
        letters: z.number(),
        until: z.string(),
      }),
    )
    .describe('Limits of letters that make it slow, how many wait for each, and until about when the last of them does.'),
});

export const StatusAnswer = z.looseObject({
  release: z.uuid(),
  slug: z.string(),
  title: z.string().nullable(),
  state: ReleaseLineAnswer.shape.state,
  revision: z.number().nullable(),
  hash: z.string().nullable(),
  publishedAt: z.string().nullable(),
  channels: z.array(
    z.looseObject({
      channel: z.enum(CHANNELS),
      revision: z.number(),
      state: z.enum(['owed', 'done', 'failed']),
      since: z.string(),
      tookMs: z.number().nullable(),
      attempts: z.number(),
      error: z.string().nullable(),
      remark: z.string(),
    }),
  ),
  letters: z
    .array(MailingAnswer)
    .describe('accepted + deferred + rejected + suppressed + cancelled + unknown + pending + claimed = audience, always.'),
  overall: z.enum(['done', 'under-way', 'behind', 'failed', 'draft']),
  advice: z.array(z.looseObject({ what: z.string(), command: z.string(), details: z.string() })),
});

export const DeliveryAnswer = z.looseObject({
  n: z.number(),
  seq: z.number(),
  subscriber: z.uuid(),
  domain: z.string().nullable(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.number(),
  carried: z.number().nullable().describe('The revision whose text the newest letter carried.'),
  relay: z.string().nullable(),
  code: z.string().nullable(),
  reply: z.string().nullable(),
  dueAt: z.date().nullable(),
  at: z.date().nullable(),
  report: z.enum(['delivered', 'failed']).nullable().describe('What a later report said of a letter that was accepted; the state stays.'),
  reportCode: z.string().nullable(),
  reportText: z.string().nullable(),
  reportedAt: z.date().nullable(),
});

export const AssetAnswer = z.looseObject({
  asset: z.string().describe('SHA-256: what `images[].asset` and `attachments[].asset` name.'),
  name: z.string(),
  kind: z.enum(['image', 'attachment']),
  mediaType: z.string(),
  bytes: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
});
