-- Keys made at the first start (links, address hashes, message ids); part of every backup.
create table keys (
  name text primary key,
  value bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- The newsroom file as loaded at `up` or `migrate`: one row.
create table newsroom (
  id int primary key default 1 check (id = 1),
  content jsonb not null,
  hash text not null,
  loaded_at timestamptz not null default clock_timestamp()
);

create table accounts (
  id text primary key,
  name text not null,
  email text not null,
  roles text[] not null,
  active boolean not null default true,
  created_at timestamptz not null default clock_timestamp()
);
create table sign_in_links (
  hash text primary key,
  account text not null references accounts,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create table sessions (
  hash text primary key,
  account text not null references accounts,
  csrf text not null,
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create table api_tokens (
  hash text primary key,
  account text not null references accounts,
  name text not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  revoked_at timestamptz
);
-- Append-only; a trigger below holds it.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  account text,
  action text not null,
  release uuid,
  detail jsonb not null default '{}'
);
create index audit_release on audit (release, id);

create table releases (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique,
  -- A slug follows the draft's title until the first publication, unless the author chose it.
  slug_chosen boolean not null default false,
  language text not null,
  translation_of uuid references releases,
  created_at timestamptz not null default clock_timestamp(),
  -- The newest revision, kept here in the publication's own transaction so that lists need no search. Null before the first.
  newest_n int,
  newest_kind text,
  newest_publication bigint,
  first_publication bigint,
  first_published_at timestamptz,
  -- Publication of the newest revision that was not minor: the order of feeds.
  significant_publication bigint
);
create index releases_first_publication on releases (first_publication);
create index releases_translation on releases (translation_of) where translation_of is not null;

create table drafts (
  release uuid primary key references releases,
  content jsonb not null,
  hash text not null,
  author text not null references accounts,
  -- Everybody who changed the text since the last publication: none of them may approve it under four eyes.
  editors text[] not null,
  state text not null check (state in ('editing', 'submitted', 'approved', 'scheduled', 'missed')),
  approved_hash text,
  approver text references accounts,
  approved_at timestamptz,
  publish_at timestamptz,
  publish_latest timestamptz,
  -- Why an approver sent it back; shown to the author until the next submission.
  rejection text,
  lock_version int not null default 1,
  updated_at timestamptz not null default clock_timestamp()
);
create index drafts_due on drafts (publish_at) where state = 'scheduled';

-- Inserted only at publication, never updated: a trigger below holds it.
create table revisions (
  release uuid not null references releases,
  n int not null check (n >= 1),
  kind text not null check (kind in ('first', 'minor', 'major', 'withdrawal')),
  -- Null for a withdrawal.
  content jsonb,
  hash text not null,
  -- The content's Markdown as HTML, made once: {body, facts: []}. Null for a withdrawal.
  rendered jsonb,
  author text not null,
  approver text not null,
  publication bigint not null unique,
  published_at timestamptz not null,
  -- Public: what was corrected, or why it was withdrawn.
  change_note text,
  -- The texts before this one are shown nowhere again (promise 9).
  conceal boolean not null default false,
  primary key (release, n)
);
-- Which revisions name an asset, so that asking whether the public may read a picture costs the same for ever.
create index revisions_assets on revisions using gin (jsonb_path_query_array(content, '$.*[*].asset'));
-- Which releases point to a given one: their pages change when it is published, corrected or withdrawn.
create index revisions_related on revisions using gin ((content -> 'related'));

-- A list is a front page, a topic, a language or a month; a release keeps its place in it for ever, so full pages never change members.
create table lists (
  list text primary key,
  length int not null
);
create table list_entries (
  list text not null references lists,
  ordinal int not null,
  release uuid not null references releases,
  -- Publication of the release's newest significant change: the order of the list's feed.
  significant_publication bigint not null,
  -- False once a correction took the release out of this list; the place stays empty.
  listed boolean not null default true,
  primary key (list, ordinal),
  unique (list, release)
);
create index list_entries_feed on list_entries (list, significant_publication desc);
create index list_entries_release on list_entries (release);

create table receipts (
  release uuid not null,
  n int not null,
  channel text not null,
  state text not null default 'owed' check (state in ('owed', 'done', 'failed')),
  attempts int not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  publication bigint not null,
  -- Hash of what was written, by name: {page: '…', rss: '…'}.
  detail jsonb not null default '{}',
  code text,
  error text,
  owed_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  primary key (release, n, channel),
  foreign key (release, n) references revisions
);
create index receipts_owed on receipts (channel, publication) where state = 'owed';
create index receipts_channel on receipts (channel, publication) where state = 'done';

-- Work that a shared output owes without a revision of its own: a new newsroom file, a rebuild asked for by a person.
create table rebuilds (
  channel text primary key,
  reason text not null,
  asked_at timestamptz not null default clock_timestamp()
);

create table mailings (
  release uuid not null,
  n int not null,
  state text not null default 'running' check (state in ('running', 'paused', 'stopped')),
  -- Why it is paused or stopped, and by whom; null while running.
  reason text,
  frozen_at timestamptz,
  audience int,
  -- A person looked at it and let it go on: the check of the first hundred answers does not pause it again.
  resumed_at timestamptz,
  primary key (release, n),
  foreign key (release, n) references revisions
);

create table senders (
  id uuid primary key,
  host text not null,
  pid int not null,
  boot_id text not null,
  -- Start of the process as its system tells it: a pid given out again is another process.
  process_start text not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);
-- One row per worker process and channel, so that status can say which channel has no worker and since when.
create table workers (
  id uuid not null,
  channel text not null,
  host text not null,
  pid int not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  last_job_at timestamptz,
  ended_at timestamptz,
  primary key (id, channel)
);
create index workers_channel on workers (channel, seen_at);

-- An SMTP server that takes our letters. `paused_until` grows while it refuses us; the reason is the administrator's to mend.
create table relays (
  name text primary key,
  paused_until timestamptz,
  reason text,
  tries int not null default 0,
  since timestamptz
);

create table subscribers (
  id uuid primary key default gen_random_uuid(),
  -- Null once erased.
  address text unique,
  domain text generated always as (lower(split_part(address, '@', 2))) stored,
  name text,
  language text not null,
  state text not null check (state in ('unconfirmed', 'active', 'unsubscribed', 'erased')),
  -- Goes into signed links; changing it voids them all.
  token_key bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp()
);
create index subscribers_domain on subscribers (domain);
create table subscriptions (
  subscriber uuid not null references subscribers on delete cascade,
  -- '*' means every topic.
  topic text not null,
  frequency text not null default 'at-once' check (frequency in ('at-once', 'daily', 'weekly')),
  created_at timestamptz not null default clock_timestamp(),
  primary key (subscriber, topic)
);
create index subscriptions_topic on subscriptions (topic, subscriber);
-- Proof of consent or another legal basis. Append-only; a trigger below holds it.
create table consents (
  id bigint generated always as identity primary key,
  subscriber uuid not null references subscribers on delete cascade,
  at timestamptz not null default clock_timestamp(),
  event text not null check (event in ('imported', 'signed-up', 'confirmed', 'changed', 'left', 'erased')),
  legal_basis text,
  source text,
  wording text,
  wording_version text,
  confirmed_at timestamptz,
  detail jsonb not null default '{}'
);
create index consents_subscriber on consents (subscriber, id);
create table suppressions (
  -- HMAC-SHA-256 of the address in lower case with the key `address`.
  address_hash bytea primary key,
  reason text not null check (reason in ('hard-bounce', 'soft-bounces', 'complaint', 'unsubscribed', 'manual', 'erased')),
  evidence jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp()
);

create table deliveries (
  release uuid not null,
  n int not null,
  subscriber uuid not null references subscribers,
  -- Place in the run, 0-based; batch = floor(seq / 200).
  seq int not null,
  state text not null default 'pending'
    check (state in ('pending', 'claimed', 'accepted', 'deferred', 'rejected', 'suppressed', 'cancelled', 'unknown')),
  attempts int not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  claimed_by uuid,
  -- The revision whose text the newest letter carried.
  carried_n int,
  relay text,
  code text,
  -- The server's answer or our reason, addresses replaced by <recipient>.
  reply text,
  at timestamptz,
  -- When a server first put this letter off; four days later we give up.
  deferred_at timestamptz,
  primary key (release, n, subscriber),
  unique (release, n, seq),
  foreign key (release, n) references mailings
);
create index deliveries_due on deliveries (release, n, seq) where state in ('pending', 'deferred');
create index deliveries_claimed on deliveries (claimed_by) where state = 'claimed';
create index deliveries_unknown on deliveries (release, n) where state = 'unknown';
create index deliveries_subscriber on deliveries (subscriber);

-- Letters to one person (a test letter, later confirmations and invitations): the row first, then its own queue, so that bulk never delays them.
create table notices (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  "to" text not null,
  payload jsonb not null,
  state text not null default 'owed' check (state in ('owed', 'done', 'failed')),
  attempts int not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  error text
);
create index notices_owed on notices (due_at) where state = 'owed';

create table assets (
  -- SHA-256 of the bytes as kept: location data removed.
  hash text primary key,
  -- SHA-256 of the bytes as uploaded, so that the same upload is found again.
  upload_hash text not null,
  kind text not null check (kind in ('image', 'attachment')),
  media_type text not null,
  bytes int not null,
  width int,
  height int,
  -- Sizes made at upload: [{width, height, format, path, bytes}].
  variants jsonb not null default '[]',
  created_at timestamptz not null default clock_timestamp()
);
create index assets_upload on assets (upload_hash);

-- The Merkle log (RFC 6962): one leaf per archive entry and per closing note.
create table archive_log (
  index bigint primary key check (index >= 0),
  release uuid not null,
  n int not null,
  kind text not null check (kind in ('entry', 'closing')),
  folder text not null,
  manifest_hash text not null,
  leaf_hash text not null,
  at timestamptz not null default clock_timestamp(),
  unique (release, n, kind),
  foreign key (release, n) references revisions
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger revisions_fixed before update or delete on revisions for each row execute function refuse_change();
create trigger audit_fixed before update or delete on audit for each row execute function refuse_change();
create trigger archive_log_fixed before update or delete on archive_log for each row execute function refuse_change();
create trigger consents_fixed before update on consents for each row execute function refuse_change();
