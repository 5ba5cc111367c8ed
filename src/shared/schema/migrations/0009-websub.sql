-- Who asked our hub for pushes of one feed (WebSub, W3C 2018). A row holds once its callback has confirmed it, until its lease ends.
create table hub_subscriptions (
  id uuid primary key default gen_random_uuid(),
  callback text not null,
  -- Its host, whatever the port: limits count by it.
  host text not null,
  -- Path of the feed, such as /topics/kultur/atom.xml.
  feed text not null,
  -- What signs the pushes; null when none was given.
  secret text,
  -- Null until the callback has confirmed it.
  expires_at timestamptz,
  -- What was asked for and is not confirmed yet: {id, mode, secret, leaseSeconds}.
  wish jsonb,
  -- The newest publication it has yet to be told of, and the newest it was told of: a push carries the whole feed, so older ones need none.
  owed bigint,
  told bigint,
  attempts int not null default 0,
  failing_since timestamptz,
  error text,
  due_at timestamptz not null default clock_timestamp(),
  -- A worker is at it until then.
  held_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  unique (callback, feed)
);
create index hub_subscriptions_host on hub_subscriptions (host);
create index hub_subscriptions_feed on hub_subscriptions (feed);
create index hub_subscriptions_due on hub_subscriptions (due_at) where wish is not null or owed is not null;

-- Other systems that hear of every publication, in order. `told` is the last one that was taken: a cursor, so that a replay only sets it back.
create table webhook_endpoints (
  id bigint primary key generated always as identity,
  url text not null unique,
  state text not null default 'active' check (state in ('active', 'failing', 'disabled')),
  secret bytea not null,
  -- The one before, which signs beside the new one for a while.
  old_secret bytea,
  old_secret_until timestamptz,
  told bigint not null,
  told_at timestamptz,
  attempts int not null default 0,
  failing_since timestamptz,
  error text,
  due_at timestamptz not null default clock_timestamp(),
  held_until timestamptz,
  created_by text not null references accounts,
  created_at timestamptz not null default clock_timestamp()
);
