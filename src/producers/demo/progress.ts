import {
  CHANNELS,
  type Channel,
  DELIVERY_STATES,
  type DeliveryState,
  type ReceiptState,
  type RevisionKind,
} from '../../shared/schema/tables.ts';
import type { Services } from '../../shared/services.ts';

/** One receipt with its time from publication to done. */
export type ChannelResult = {
  readonly channel: Channel;
  readonly state: ReceiptState;
  readonly ms: number | null;
  readonly error: string | null;
};
export type RevisionResult = {
  readonly slug: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly channels: readonly ChannelResult[];
};
export type Equation = Record<DeliveryState, number> & { readonly audience: number; readonly sumIsRight: boolean };

export type Progress = {
  readonly revisions: readonly RevisionResult[];
  readonly equation: Equation;
  /** True when no receipt is owed. */
  readonly finished: boolean;
};

/** Reads how far everything published so far has come. */
export async function loadProgress(services: Services): Promise<Progress> {
  const receipts = await services.database
    .selectFrom('receipts')
    .innerJoin('releases', 'releases.id', 'receipts.release')
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'receipts.release').onRef('revisions.n', '=', 'receipts.n'))
    .select([
      'releases.slug',
      'receipts.n',
      'revisions.kind',
      'receipts.channel',
      'receipts.state',
      'receipts.owed_at',
      'receipts.done_at',
      'receipts.error',
    ])
    .orderBy('receipts.publication')
    .execute();
  const revisions = [...Map.groupBy(receipts, (row) => `${row.slug} ${row.n}`).values()].map((rows) => ({
    slug: rows[0]!.slug,
    revision: rows[0]!.n,
    kind: rows[0]!.kind,
    channels: CHANNELS.flatMap((channel) => {
      const row = rows.find((receipt) => receipt.channel === channel);
      return row
        ? [{ channel, state: row.state, ms: row.done_at ? row.done_at.getTime() - row.owed_at.getTime() : null, error: row.error }]
        : [];
    }),
  }));
  return { revisions, equation: await loadEquation(services), finished: receipts.every((row) => row.state !== 'owed') };
}

async function loadEquation(services: Services): Promise<Equation> {
  const rows = await services.database
    .selectFrom('deliveries')
    .select((row) => ['state', row.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const { audience } = await services.database
    .selectFrom('mailings')
    .select((row) => row.fn.sum<number>('audience').as('audience'))
    .executeTakeFirstOrThrow();
  const counts = Object.fromEntries(
    DELIVERY_STATES.map((state) => [state, Number(rows.find((row) => row.state === state)?.count ?? 0)]),
  ) as Record<DeliveryState, number>;
  const sum = DELIVERY_STATES.reduce((total, state) => total + counts[state], 0);
  return { ...counts, audience: Number(audience ?? 0), sumIsRight: sum === Number(audience ?? 0) };
}
