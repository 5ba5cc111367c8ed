-- What the administrator is told: one row per cause, from when it began to need a person until it was over. The row is written before anything is sent.
create table alerts (
  id bigint generated always as identity primary key,
  -- What is wrong with which thing, such as relay:mail.alvmark.example:587.
  cause text not null,
  -- The message as it was told at the opening; holds no address of a subscriber and no text of a letter.
  headline text not null,
  text text not null,
  opened_at timestamptz not null default clock_timestamp(),
  over_at timestamptz,
  -- When the message was handed on: its notice written and, where ALERT_URL is set, taken there. Null while it is still to be told.
  told_at timestamptz,
  told_over_at timestamptz,
  -- Tries at ALERT_URL of the message that is to be told now.
  attempts int not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  error text
);
create unique index alerts_open on alerts (cause) where over_at is null;
create index alerts_untold on alerts (due_at) where told_at is null or (over_at is not null and told_over_at is null);
