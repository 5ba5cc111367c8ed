-- What is open is found at the same cost however long the archive is: every index here holds open work alone, or the newest of a list.

-- Owed and failed receipts: the sweep, status, metrics.
drop index receipts_owed;
create index receipts_open on receipts (channel, publication) where state <> 'done';

-- What a sender that is gone leaves to be judged: its journal may also know better about what is called unknown already.
drop index deliveries_claimed;
create index deliveries_held on deliveries (claimed_by) where state in ('claimed', 'unknown');

-- Letters of a domain that asked us to slow down, among all that its people ever got.
create index deliveries_waiting on deliveries (subscriber) where state in ('pending', 'deferred');

create index mailings_paused on mailings (release, n) where state = 'paused';

-- The newest of a kind, such as the last backup.
create index audit_action on audit (action, id);

-- When the run's closing note was kept; null while the archive owes it.
alter table mailings add column noted_at timestamptz;
update mailings m set noted_at = a.at from archive_log a where a.release = m.release and a.n = m.n and a.kind = 'closing';
create index mailings_unnoted on mailings (release, n) where noted_at is null;

-- A rebuild that fails is tried again with growing gaps, and never holds up what was published meanwhile.
alter table rebuilds
  add column attempts int not null default 0,
  add column due_at timestamptz not null default clock_timestamp(),
  add column error text;

-- When the draft or, without one, the newest revision last changed: the order of the desk's list.
alter table releases add column changed_at timestamptz not null default clock_timestamp();
update releases r set changed_at = coalesce(
  (select d.updated_at from drafts d where d.release = r.id),
  (select v.published_at from revisions v where v.release = r.id and v.n = r.newest_n),
  r.created_at);
create index releases_changed on releases (changed_at, id);
