import type { z } from 'zod';
import type { Problem } from '../platform/failure.ts';
import { checkContent, type Stage } from '../release/check.ts';
import { Attachment, ReleaseContent, ReleaseImage } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { pathOf } from '../release/problems.ts';
import { Line, LocalMoment, listOf, optional, refuse } from '../release/values.ts';

const times = { publishAt: optional(LocalMoment), publishLatest: optional(LocalMoment) };

/** A release from outside: the one shape, and when it shall become public. */
export const FileRelease = ReleaseContent.extend(times).superRefine(({ publishAt, publishLatest }, context) => {
  // Both on the newsroom's clock, or both with an offset: other pairs are compared when the newsroom is known.
  if (publishAt === undefined || publishLatest === undefined || publishAt.length !== publishLatest.length) return;
  if (publishAt.length === LOCAL_LENGTH ? publishLatest > publishAt : Date.parse(publishLatest) > Date.parse(publishAt)) return;
  const path = ['publishLatest'];
  refuse(
    { addIssue: (issue) => context.addIssue({ ...issue, path }) },
    `${publishLatest.replace('T', ' ')} is not after publishAt, ${publishAt.replace('T', ' ')}.`,
    'Give a later time, or leave it out: then the newsroom’s lateness decides.',
  );
});
const LOCAL_LENGTH = 'YYYY-MM-DDTHH:MM'.length;

/** The fields people see, for near misses: in a file, `file:` stands for asset, name, media type and size. */
export const ShownRelease = ReleaseContent.extend({
  ...times,
  images: listOf(ReleaseImage.omit({ asset: true, name: true }).extend({ file: Line }), 1),
  attachments: listOf(Attachment.pick({ title: true }).extend({ file: Line }), 1),
});

/** What to write where a required field is missing. */
export const RELEASE_REMEDIES: Readonly<Record<string, string>> = {
  title: 'Write it at the top:   title: >-\n                         The headline',
  lead: 'Write the opening paragraph:   lead: >-\n                                 What has happened, where, and who decided it.',
  language: 'Say in which language it is: language: sv',
  body: 'Write the text below the second line of three hyphens.',
  'images[].asset': 'Upload the picture first: POST /api/assets answers with its hash.',
  'images[].name': 'Give the file name readers get when they download it: arena.jpg',
  'speakers[].name': 'Name who speaks: name: Karin Ekholm',
  'contacts[].name': 'Name the person: name: Jon Dahl',
  'pressContacts[].name': 'Name the person: name: Elin Sand',
  'facts[].title': 'Give the box a heading: title: Facts',
  'facts[].text': 'Write the box’s text, indented below:   text: |',
  'attachments[].title': 'Say what the document is: title: Beslut § 84',
  'attachments[].asset': 'Upload the document first: POST /api/assets answers with its hash.',
  'decisions.by': 'Say who decided: by: Regionala utvecklingsnämnden',
  'decisions.date': 'Give the day of the decision: date: 2026-11-18',
  'decisions.items': 'List what was decided, each entry with its title.',
  'decisions.items[].title': 'Say what it is for: title: Arena Storforsa',
  'event.title': 'Name the event: title: Öppet hus',
  'event.start': 'Give day and time: start: 2026-12-03 09:00',
};

const PLACEHOLDERS = { title: '–', lead: '–', body: '–', language: 'sv' };

/** Checks what can be checked of a release that the schema refused: each refused field is left out, the rest held against the newsroom. */
export function salvage(
  value: Record<string, unknown>,
  error: z.ZodError,
  { newsroom, stage }: { readonly newsroom: Newsroom; readonly stage: Stage },
): Problem[] {
  const refused = new Set(
    error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])])),
  );
  const { publishAt: _, publishLatest: __, ...content } = value;
  const rest = Object.fromEntries(Object.entries(content).filter(([key]) => !refused.has(key)));
  const parsed = ReleaseContent.safeParse({ ...PLACEHOLDERS, ...rest });
  if (!parsed.success) return [];
  return checkContent(parsed.data, newsroom, stage).filter(
    (problem) => problem.severity === 'error' && !refused.has(String(pathOf(problem.field)[0])),
  );
}
