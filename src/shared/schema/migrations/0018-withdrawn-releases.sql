-- How many releases a month has leaves out those that were taken back: the few there are, found without reading the others.
create index releases_withdrawn on releases (id) where newest_kind = 'withdrawal';
