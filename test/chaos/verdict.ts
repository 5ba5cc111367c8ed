import { DELIVERY_STATES } from '../../src/shared/schema/tables.ts';
import type { Figure } from '../support/check.ts';
import type { Evidence } from './evidence.ts';

/** What must be so after any faults whatever: the ledger's side held against the mail server's, person by person. */
export function judgeEvidence(evidence: Evidence, told: { subscribers: number; kills: number; lines: number }): Figure[] {
  const { counts, ledger, mishaps } = evidence;
  const taken = new Set(evidence.taken);
  const inState = (state: string) => new Set(ledger.flatMap((row) => (row.state === state ? [row.address] : [])));
  const [accepted, rejected, unknown] = [inState('accepted'), inState('rejected'), inState('unknown')];
  const concerned = (kind: string) => new Set(mishaps.flatMap((mishap) => (mishap.kind === kind ? [mishap.to] : [])));
  const [cut, left, refused] = [concerned('cut-after-dot'), concerned('left'), concerned('refused')];
  // A letter of one piece has left with its dot before the server breaks off in the middle of it: its sender cannot tell the two apart.
  const broken = cut.union(concerned('cut-in-body'));
  const open = counts.pending + counts.claimed + counts.deferred;
  const listed = new Set(evidence.listed);
  // A sender writes down each letter before it begins; killed, it leaves at most one a line in doubt.
  const mostInDoubt = broken.size + told.kills * told.lines;
  const sum = DELIVERY_STATES.flatMap((state) => (counts[state] > 0 ? [`${counts[state]} ${state}`] : [])).join(' + ');
  return [
    figure(
      'the equation',
      `${sum} = ${evidence.audience}`,
      `closes at ${told.subscribers}`,
      evidence.sumIsRight && evidence.audience === told.subscribers,
    ),
    none('letters still pending, claimed or deferred', open),
    figure('receipts', evidence.everyReceiptDone ? 'all done' : 'not all done', 'all done', evidence.everyReceiptDone),
    none('people who got two letters', evidence.taken.length - taken.size),
    none('people without a row', told.subscribers - ledger.length),
    none('letters called accepted that the mail server has not', accepted.difference(taken).size),
    none('letters the mail server has that are neither accepted nor unknown', taken.difference(accepted).difference(unknown).size),
    none('letters called rejected that it did not refuse', rejected.difference(refused).size),
    all('lines cut after the final dot whose letter is unknown', cut, unknown),
    all('letters a killed sender left half-way that are unknown', left, unknown),
    all('unknown letters that are listed for a person', unknown, listed),
    figure(
      'unknown letters',
      `${unknown.size} (${byCode(ledger)}), of which ${unknown.intersection(taken).size} were taken`,
      `at most ${mostInDoubt}: one for each line cut, ${told.lines} for each kill`,
      unknown.size <= mostInDoubt,
    ),
  ];
}

function figure(what: string, found: string, wanted: string, right: boolean): Figure {
  return { what, found, wanted, right };
}

function none(what: string, found: number): Figure {
  return figure(what, String(found), '0', found === 0);
}

function all(what: string, these: ReadonlySet<string>, within: ReadonlySet<string>): Figure {
  const found = these.intersection(within).size;
  return figure(what, `${found} of ${these.size}`, 'all', found === these.size);
}

function byCode(ledger: Evidence['ledger']): string {
  const codes = Map.groupBy(
    ledger.filter((row) => row.state === 'unknown'),
    (row) => row.code,
  );
  return [...codes].map(([code, rows]) => `${rows.length} ${code}`).join(', ');
}
