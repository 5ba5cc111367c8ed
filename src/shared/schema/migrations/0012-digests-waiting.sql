-- A hundred thousand letters that wait a week for their digest cost the looks for what is due now nothing: those at once stand together in the order of
-- their run,
drop index deliveries_due;
create index deliveries_due on deliveries (release, n, frequency, seq) where state in ('pending', 'deferred');

-- and the others by the part in which they are claimed (digest-claims.ts) and their time.
create index deliveries_windows on deliveries (release, left(subscriber::text, 1), due_at) where frequency <> 'at-once' and state in ('pending', 'deferred');
