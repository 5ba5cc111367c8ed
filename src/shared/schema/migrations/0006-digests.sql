-- How often a person wants this letter, as it was when the audience was frozen or as the person changed it since; a daily or weekly one waits for the
-- digest of its window (due_at) and leaves with everything else that is due for that person.
alter table deliveries
  add column frequency text not null default 'at-once' check (frequency in ('at-once', 'daily', 'weekly')),
  -- The digest it left in, or was last tried in: rows with the same one were one letter.
  add column digest uuid;
create index deliveries_digests on deliveries (subscriber) where frequency <> 'at-once' and state in ('pending', 'deferred');

-- No letters before that moment: the person's own wish.
alter table subscribers add column paused_until timestamptz;
alter table sign_ups
  add column frequency text not null default 'at-once' check (frequency in ('at-once', 'daily', 'weekly'));

-- Limits of letters a minute, kept across restarts: when the next letter of a scope (total, a release, a domain) may begin.
create table allowances (
  scope text primary key,
  free_at timestamptz not null
);

-- What the rows of a run added up to when they were forgotten, 400 days after the run: {state: count}. Null while the rows are there.
alter table mailings add column final_counts jsonb;
