import type { ColumnType, Generated } from 'kysely';
import type { At, OptionalAt } from './columns.ts';
import type { EndpointState } from './vocabulary.ts';

/** What a callback was asked to confirm. */
export type HubWish = {
  readonly id: string;
  readonly mode: 'subscribe' | 'unsubscribe';
  readonly secret: string | null;
  readonly leaseSeconds: number;
};

/** Other machines that asked to be told of publications. */
export type CallbackTables = {
  hub_subscriptions: {
    id: Generated<string>;
    callback: string;
    host: string;
    feed: string;
    secret: string | null;
    expires_at: OptionalAt;
    wish: ColumnType<HubWish | null, string | null | undefined, string | null>;
    owed: number | null;
    told: number | null;
    told_at: OptionalAt;
    attempts: Generated<number>;
    failing_since: OptionalAt;
    error: string | null;
    due_at: At;
    held_until: OptionalAt;
    created_at: At;
  };
  webhook_endpoints: {
    id: Generated<number>;
    url: string;
    state: Generated<EndpointState>;
    secret: Buffer;
    old_secret: Buffer | null;
    old_secret_until: OptionalAt;
    told: number;
    told_at: OptionalAt;
    attempts: Generated<number>;
    failing_since: OptionalAt;
    error: string | null;
    due_at: At;
    held_until: OptionalAt;
    created_by: string;
    created_at: At;
  };
};
