import type { BounceVerdict } from '../schema/tables.ts';
import { classOf, findStatus } from './bounce-class.ts';
import type { DsnRecipient } from './bounce-fields.ts';
import type { BounceReport } from './bounce-report.ts';

/** What a report means; `words` and `mta` may still hold addresses. */
export type Judgement = {
  readonly verdict: BounceVerdict;
  /** Enhanced status code; empty when there was none. */
  readonly code: string;
  readonly words: string;
  readonly mta: string;
};

/** From the mildest to the hardest: when a report speaks of several people and none of them is ours by name, the mildest counts. */
const SEVERITY: readonly BounceVerdict[] = ['delivered', 'relayed', 'delayed', 'policy', 'soft', 'hard'];

/** The judgement on a report about one person's letter; `address` is that person's when known. A sentence when a person has to look. */
export function judgeReport(report: BounceReport, address: string | null): Judgement | { readonly why: string } {
  switch (report.kind) {
    case 'dsn':
      return judgeDsn(report.recipients, address);
    case 'text': {
      const verdict = report.delayed ? 'delayed' : classOf(report.status, report.words);
      return { verdict, code: report.status, words: report.words, mta: '' };
    }
    case 'feedback':
      return judgeFeedback(report.type, report.agent);
    case 'auto-reply':
      return { verdict: 'auto-reply', code: '', words: '', mta: '' };
    case 'unreadable':
      return { why: report.why };
  }
}

function judgeDsn(recipients: readonly DsnRecipient[], address: string | null): Judgement {
  const named = recipients.filter((one) => address !== null && (one.original === address || one.recipient === address));
  // An address that leads to several people has not failed while one of them got the letter.
  const about = (named.length > 0 ? named : recipients).map(judgeRecipient);
  return about.toSorted((one, other) => SEVERITY.indexOf(one.verdict) - SEVERITY.indexOf(other.verdict))[0]!;
}

function judgeRecipient({ action, status, diagnostic, mta }: DsnRecipient): Judgement {
  const verdict = action === 'failed' ? classOf(status, diagnostic) : action === 'expanded' || action === 'relayed' ? 'relayed' : action;
  // `5.0.0` beside a server's own, finer code says less than that code.
  const code = /^\d\.0\.0$/.test(status) || status === '' ? findStatus(diagnostic) || status : status;
  return { verdict, code, words: diagnostic, mta };
}

/** RFC 5965 7.3: what a reader means by pressing "spam". The rest (fraud, virus, authentication) is about us, and for a person. */
function judgeFeedback(type: string, agent: string): Judgement | { why: string } {
  if (['abuse', 'opt-out', 'opt-out-list'].includes(type))
    return { verdict: 'complaint', code: '', words: `feedback report: ${type}`, mta: agent };
  if (type === 'not-spam') return { verdict: 'ignored', code: '', words: 'feedback report: not-spam', mta: agent };
  return { why: `a feedback report of the type ${type.slice(0, 40)}` };
}
