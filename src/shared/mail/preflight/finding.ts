import { Failure } from '../../platform/failure.ts';
import type { DnsRecord } from '../dns-record.ts';

/** One thing that was looked at. `unknown` is neither good nor bad: it cannot be seen from here. */
export type Finding = {
  readonly about: string;
  readonly state: 'right' | 'wrong' | 'unknown';
  /** What was found, as one sentence without a full stop. */
  readonly says: string;
  /** What to do; always there when something is wrong. */
  readonly todo?: string;
  /** The record to add or to put in place of the one found. */
  readonly record?: DnsRecord;
};

export function right(about: string, says: string): Finding {
  return { about, state: 'right', says };
}

export function wrong(about: string, says: string, cure: { todo: string; record?: DnsRecord }): Finding {
  return { about, state: 'wrong', says, ...cure };
}

export function unknown(about: string, says: string, todo: string): Finding {
  return { about, state: 'unknown', says, todo };
}

/** A name server that does not answer is a finding like any other; the rest is looked at all the same. */
export async function finding(about: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'dns') throw error;
    return wrong(about, error.message, { todo: 'Try again; or name another name server with DNS_SERVER.' });
  }
}
