import { Document, isScalar, isSeq, visit } from 'yaml';
import type { ReleaseContent } from '../release/content.ts';
import { formatAmount } from '../release/dates.ts';
import type { LocalMoment } from '../release/values.ts';
import type { FormEntry, ReleaseForm } from './raw-release.ts';

export type ReleaseTimes = { readonly publishAt?: LocalMoment | undefined; readonly publishLatest?: LocalMoment | undefined };

/** What a release file need not say, because it is so without a word. */
const UNSAID: Readonly<Record<string, unknown>> = { type: 'press-release', letters: true, urgent: false, decorative: false };
/** Kronor and times are written as people read them. */
const AMOUNTS = ['amount', 'total'];
const MOMENTS = ['start', 'end', 'publishAt', 'publishLatest'];

/** A release as a form has it: what parseReleaseForm reads. */
export function releaseForm(content: ReleaseContent, times: ReleaseTimes = {}): ReleaseForm {
  const { title, lead, body, images, attachments } = content;
  const entries = (files: readonly object[]) => files.map((file) => written(file) as FormEntry);
  return { title, lead, body, images: entries(images), attachments: entries(attachments), fields: releaseFields(content, times) };
}

/** What has no box of its own, as the YAML of a release file. What the newsroom file fills in at each submission is left out. */
function releaseFields(content: ReleaseContent, times: ReleaseTimes): string {
  const { title, lead, body, images, attachments, organisation, boilerplate, address, ...fields } = content;
  const document = new Document(written({ ...fields, ...times }), { schema: 'failsafe' });
  // Short lists of words stand on one line, as in the template.
  visit(document, {
    Seq(_, list) {
      if (isSeq(list) && list.items.every((item) => isScalar(item))) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The values as the failsafe schema has them: texts, groups and lists. */
function written(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => written(item));
  if (typeof value === 'object' && value !== null) {
    const said = Object.entries(value).filter(([key, inner]) => !isUnsaid(key, inner));
    return Object.fromEntries(said.map(([key, inner]) => [key, written(inner, key)]));
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && AMOUNTS.includes(name)) return formatAmount(value, 'sv');
  return MOMENTS.includes(name) ? String(value).replace('T', ' ') : String(value);
}

function isUnsaid(name: string, value: unknown): boolean {
  return value === undefined || value === '' || value === UNSAID[name] || (Array.isArray(value) && value.length === 0);
}
