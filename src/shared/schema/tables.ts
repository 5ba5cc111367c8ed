import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import type { CallbackTables } from './callback-tables.ts';
import type { At, JsonColumn, OptionalAt } from './columns.ts';
import type { LetterTables } from './letter-tables.ts';
import type { AssetVariant, Channel, DraftState, ReceiptState, Rendered, RevisionKind, Role } from './vocabulary.ts';

export * from './vocabulary.ts';

export type Tables = LetterTables &
  CallbackTables & {
    keys: { name: string; value: Buffer; created_at: At };
    newsroom: { id: Generated<number>; content: JsonColumn<unknown>; hash: string; loaded_at: At };
    accounts: { id: string; name: string; email: string; roles: Role[]; active: Generated<boolean>; created_at: At };
    sign_in_links: { hash: string; account: string; created_at: At; expires_at: At; used_at: OptionalAt };
    sessions: { hash: string; account: string; csrf: string; created_at: At; seen_at: At; expires_at: At };
    api_tokens: { hash: string; account: string; name: string; created_at: At; used_at: OptionalAt; revoked_at: OptionalAt };
    audit: {
      id: Generated<number>;
      at: At;
      account: string | null;
      action: string;
      release: string | null;
      detail: JsonColumn<{ [key: string]: Json }>;
    };
    releases: {
      id: Generated<string>;
      slug: string;
      slug_chosen: Generated<boolean>;
      language: string;
      translation_of: string | null;
      created_at: At;
      newest_n: number | null;
      newest_kind: RevisionKind | null;
      newest_publication: number | null;
      first_publication: number | null;
      first_published_at: OptionalAt;
      significant_publication: number | null;
      changed_at: At;
    };
    drafts: {
      release: string;
      content: JsonColumn<unknown>;
      hash: string;
      author: string;
      editors: string[];
      state: DraftState;
      approved_hash: string | null;
      approver: string | null;
      approved_at: OptionalAt;
      publish_at: OptionalAt;
      publish_latest: OptionalAt;
      rejection: string | null;
      lock_version: Generated<number>;
      updated_at: At;
    };
    revisions: {
      release: string;
      n: number;
      kind: RevisionKind;
      content: ColumnType<unknown, string | null, never>;
      hash: string;
      rendered: ColumnType<Rendered | null, string | null, never>;
      author: string;
      approver: string;
      publication: number;
      published_at: At;
      change_note: string | null;
      conceal: Generated<boolean>;
      /** These five are parts of `content`, null for a withdrawal. */
      title: GeneratedAlways<string | null>;
      lead: GeneratedAlways<string | null>;
      type: GeneratedAlways<string | null>;
      topics: GeneratedAlways<unknown>;
      image: GeneratedAlways<unknown>;
    };
    lists: { list: string; length: number; withdrawn: Generated<number> };
    list_entries: { list: string; ordinal: number; release: string; significant_publication: number; listed: Generated<boolean> };
    receipts: {
      release: string;
      n: number;
      channel: Channel;
      state: Generated<ReceiptState>;
      attempts: Generated<number>;
      due_at: At;
      publication: number;
      detail: ColumnType<Record<string, string>, string | undefined, string>;
      code: string | null;
      error: string | null;
      owed_at: At;
      done_at: OptionalAt;
    };
    rebuilds: { channel: Channel; reason: string; asked_at: At; attempts: Generated<number>; due_at: At; error: string | null };
    workers: {
      id: string;
      channel: string;
      host: string;
      pid: number;
      started_at: At;
      seen_at: At;
      last_job_at: OptionalAt;
      ended_at: OptionalAt;
    };
    alerts: {
      id: Generated<number>;
      cause: string;
      headline: string;
      text: string;
      opened_at: At;
      over_at: OptionalAt;
      told_at: OptionalAt;
      told_over_at: OptionalAt;
      attempts: Generated<number>;
      due_at: At;
      error: string | null;
    };
    assets: {
      hash: string;
      upload_hash: string;
      kind: 'image' | 'attachment';
      media_type: string;
      bytes: number;
      width: number | null;
      height: number | null;
      variants: ColumnType<AssetVariant[], string | undefined, string>;
      created_at: At;
    };
    archive_log: {
      index: number;
      release: string;
      n: number;
      kind: 'entry' | 'closing';
      folder: string;
      manifest_hash: string;
      leaf_hash: string;
      at: At;
    };
  };

export type ReleaseRow = Selectable<Tables['releases']>;
export type DraftRow = Selectable<Tables['drafts']>;
export type RevisionRow = Selectable<Tables['revisions']>;
export type ReceiptRow = Selectable<Tables['receipts']>;
export type MailingRow = Selectable<Tables['mailings']>;
export type DeliveryRow = Selectable<Tables['deliveries']>;
export type BounceRow = Selectable<Tables['bounces']>;
export type AccountRow = Selectable<Tables['accounts']>;
export type AssetRow = Selectable<Tables['assets']>;
export type HubSubscriptionRow = Selectable<Tables['hub_subscriptions']>;
export type EndpointRow = Selectable<Tables['webhook_endpoints']>;
export type SubscriberRow = Selectable<Tables['subscribers']>;
export type NewRow<Name extends keyof Tables> = Insertable<Tables[Name]>;
