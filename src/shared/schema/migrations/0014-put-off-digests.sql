-- Whether a run waits for the window of its digests and for nothing else is asked with every look at the house: the few rows of digests that were tried,
-- or put off, are found by themselves, and not among all that wait.
create index deliveries_put_off on deliveries (release, n)
  where frequency <> 'at-once' and (state = 'deferred' or (state = 'pending' and code is not null));
