import type { ColumnType, Generated } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import type { At, JsonColumn, JsonObject, OptionalAt } from './columns.ts';
import type { BounceState, BounceVerdict, DeliveryState, Frequency, MailingState, ReceiptState, SuppressionReason } from './vocabulary.ts';

/** Who gets letters, which left, and what came back. */
export type LetterTables = {
  mailings: {
    release: string;
    n: number;
    state: Generated<MailingState>;
    reason: string | null;
    frozen_at: OptionalAt;
    audience: number | null;
    resumed_at: OptionalAt;
    noted_at: OptionalAt;
    final_counts: ColumnType<Record<string, number> | null, string | null | undefined, string | null>;
  };
  senders: { id: string; host: string; pid: number; boot_id: string; process_start: string; started_at: At; seen_at: At };
  relays: { name: string; paused_until: OptionalAt; reason: string | null; tries: Generated<number>; since: OptionalAt };
  subscribers: {
    id: Generated<string>;
    address: string | null;
    domain: ColumnType<string | null, never, never>;
    name: string | null;
    language: string;
    state: 'unconfirmed' | 'active' | 'unsubscribed' | 'erased';
    token_key: Buffer;
    created_at: At;
    changed_at: At;
    paused_until: OptionalAt;
  };
  sign_ups: {
    id: Generated<string>;
    address: string;
    language: string;
    topics: string[];
    frequency: Generated<Frequency>;
    source: string;
    wording: string;
    wording_version: string;
    token_key: Buffer;
    barred: string | null;
    signed_at: At;
    confirmed_at: OptionalAt;
  };
  subscriptions: { subscriber: string; topic: string; frequency: Generated<Frequency>; created_at: At };
  consents: {
    id: Generated<number>;
    subscriber: string;
    at: At;
    event: 'imported' | 'signed-up' | 'confirmed' | 'changed' | 'left' | 'erased';
    legal_basis: string | null;
    source: string | null;
    wording: string | null;
    wording_version: string | null;
    confirmed_at: OptionalAt;
    detail: ColumnType<{ [key: string]: Json }, string | undefined, never>;
  };
  suppressions: {
    address_hash: Buffer;
    reason: SuppressionReason;
    evidence: JsonObject;
    created_at: At;
  };
  deliveries: {
    release: string;
    n: number;
    subscriber: string;
    seq: number;
    state: Generated<DeliveryState>;
    attempts: Generated<number>;
    due_at: At;
    claimed_by: string | null;
    carried_n: number | null;
    relay: string | null;
    code: string | null;
    reply: string | null;
    at: OptionalAt;
    deferred_at: OptionalAt;
    frequency: Generated<Frequency>;
    digest: string | null;
    report: 'delivered' | 'failed' | null;
    report_code: string | null;
    report_text: string | null;
    reported_at: OptionalAt;
  };
  bounces: {
    id: Generated<number>;
    received_at: At;
    via: 'smtp' | 'api';
    hash: Buffer;
    token: string | null;
    raw: Buffer;
    state: Generated<BounceState>;
    verdict: BounceVerdict | null;
    release: string | null;
    n: number | null;
    subscriber: string | null;
    class: string | null;
    detail: JsonObject;
    judged_at: OptionalAt;
  };
  allowances: { scope: string; free_at: At };
  notices: {
    id: Generated<string>;
    kind: string;
    to: string;
    payload: JsonColumn<unknown>;
    state: Generated<ReceiptState>;
    attempts: Generated<number>;
    due_at: At;
    created_at: At;
    done_at: OptionalAt;
    error: string | null;
  };
};
