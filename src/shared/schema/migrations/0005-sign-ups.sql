-- A wish to subscribe that its address has not confirmed yet. It changes nothing about a subscriber: anybody may type anybody's address.
-- Deleted after some days, confirmed or not; the proof of a confirmed one stands in consents.
create table sign_ups (
  id uuid primary key default gen_random_uuid(),
  address text not null,
  language text not null,
  topics text[] not null,
  source text not null,
  wording text not null,
  wording_version text not null,
  -- Goes into the link of the confirmation letter.
  token_key bytea not null,
  -- The suppression that kept us from writing to the address; no letter was made.
  barred text,
  signed_at timestamptz not null default clock_timestamp(),
  confirmed_at timestamptz
);
create index sign_ups_address on sign_ups (address, signed_at);
create index sign_ups_signed on sign_ups (signed_at);
create index notices_kind on notices (kind, created_at);
