-- Mail that came back about our letters: stored before it is judged. `raw` names people: purged after 90 days (delivery/bounces.ts).
create table bounces (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default clock_timestamp(),
  via text not null check (via in ('smtp', 'api')),
  -- SHA-256 of address and bytes: the same mail twice is one bounce.
  hash bytea not null unique,
  -- Local part of the address of ours it came to, when there was one. Believed only after its signature was checked.
  token text,
  -- The beginning of the mail: reports stand before the letter they return.
  raw bytea not null check (octet_length(raw) <= 131072),
  state text not null default 'new' check (state in ('new', 'judged', 'unparsed')),
  verdict text check (verdict in ('hard', 'soft', 'policy', 'delayed', 'delivered', 'relayed', 'complaint', 'auto-reply', 'unsubscribe', 'ignored')),
  release uuid,
  n int,
  subscriber uuid references subscribers on delete set null,
  -- Enhanced status code (RFC 3463), such as 5.1.1.
  class text,
  -- What it said, addresses replaced by <recipient>; of an unparsed one, why.
  detail jsonb not null default '{}',
  judged_at timestamptz,
  check ((state = 'judged') = (verdict is not null))
);
create index bounces_new on bounces (id) where state = 'new';
create index bounces_unparsed on bounces (id) where state = 'unparsed';
create index bounces_subscriber on bounces (subscriber, received_at) where subscriber is not null;
create index bounces_received on bounces (received_at);

-- What a later report said of a letter a server had accepted; the state stays what the server answered.
alter table deliveries
  add column report text check (report in ('delivered', 'failed')),
  add column report_code text,
  add column report_text text,
  add column reported_at timestamptz;

-- Lists of suppressions, newest first.
create index suppressions_newest on suppressions (created_at, address_hash);
