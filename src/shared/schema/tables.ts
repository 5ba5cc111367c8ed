import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';
import type { Json } from '../platform/canonical.ts';

/** A time column: read as Date, written as Date or ISO text. */
type At = ColumnType<Date, Date | string | undefined, Date | string>;
type OptionalAt = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** A jsonb column: pg parses what is read; what is written goes in as JSON text. */
type JsonColumn<T> = ColumnType<T, string, string>;

export const CHANNELS = ['html', 'feeds', 'email', 'archive'] as const;
export type Channel = (typeof CHANNELS)[number];

export type RevisionKind = 'first' | 'minor' | 'major' | 'withdrawal';
export type DraftState = 'editing' | 'submitted' | 'approved' | 'scheduled' | 'missed';
export type ReceiptState = 'owed' | 'done' | 'failed';
export type MailingState = 'running' | 'paused' | 'stopped';
export const DELIVERY_STATES = ['accepted', 'deferred', 'rejected', 'suppressed', 'cancelled', 'unknown', 'pending', 'claimed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export const ROLES = ['author', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export type Frequency = 'at-once' | 'daily' | 'weekly';
export type SuppressionReason = 'hard-bounce' | 'soft-bounces' | 'complaint' | 'unsubscribed' | 'manual' | 'erased';
export const BOUNCE_STATES = ['new', 'judged', 'unparsed'] as const;
export type BounceState = (typeof BOUNCE_STATES)[number];
export type BounceVerdict =
  | 'hard'
  | 'soft'
  | 'policy'
  | 'delayed'
  | 'delivered'
  | 'relayed'
  | 'complaint'
  | 'auto-reply'
  | 'unsubscribe'
  | 'ignored';

/** The Markdown of a revision as HTML, made once at publication. */
export type Rendered = { readonly body: string; readonly facts: readonly string[] };

/** One size of an image: `path` is below /assets/. */
export type AssetVariant = {
  readonly width: number;
  readonly height: number;
  readonly format: 'avif' | 'webp' | 'jpeg' | 'png';
  readonly path: string;
  readonly bytes: number;
};

export type Tables = {
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
  };
  lists: { list: string; length: number };
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
  rebuilds: { channel: Channel; reason: string; asked_at: At };
  mailings: {
    release: string;
    n: number;
    state: Generated<MailingState>;
    reason: string | null;
    frozen_at: OptionalAt;
    audience: number | null;
    resumed_at: OptionalAt;
  };
  senders: { id: string; host: string; pid: number; boot_id: string; process_start: string; started_at: At; seen_at: At };
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
    evidence: ColumnType<{ [key: string]: Json }, string | undefined, string>;
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
    detail: ColumnType<{ [key: string]: Json }, string | undefined, string>;
    judged_at: OptionalAt;
  };
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
export type SubscriberRow = Selectable<Tables['subscribers']>;
export type NewRow<Name extends keyof Tables> = Insertable<Tables[Name]>;
