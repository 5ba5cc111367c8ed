/* The words that columns hold: closed sets, each also a check in the schema, and the shapes of stored JSON. */

export const CHANNELS = ['html', 'feeds', 'email', 'archive', 'websub', 'webhooks'] as const;
export type Channel = (typeof CHANNELS)[number];

export type RevisionKind = 'first' | 'minor' | 'major' | 'withdrawal';
export type DraftState = 'editing' | 'submitted' | 'approved' | 'scheduled' | 'missed';
export type ReceiptState = 'owed' | 'done' | 'failed';
export type MailingState = 'running' | 'paused' | 'stopped';
export const DELIVERY_STATES = ['accepted', 'deferred', 'rejected', 'suppressed', 'cancelled', 'unknown', 'pending', 'claimed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export const ROLES = ['author', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];
/** From the quickest to the slowest. */
export const FREQUENCIES = ['at-once', 'daily', 'weekly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];
export const SUPPRESSION_REASONS = ['hard-bounce', 'soft-bounces', 'complaint', 'unsubscribed', 'manual', 'erased'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];
export const BOUNCE_STATES = ['new', 'judged', 'unparsed'] as const;
export type BounceState = (typeof BOUNCE_STATES)[number];
export type EndpointState = 'active' | 'failing' | 'disabled';
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
