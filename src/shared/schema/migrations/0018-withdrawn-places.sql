-- How many of a list's places are of withdrawn releases, which stay so for ever: a month says how many releases it shows, whatever the archive holds.
alter table lists add column withdrawn int not null default 0;
update lists l set withdrawn = gone.places
from (
  select e.list, count(*)::int as places
  from releases r join list_entries e on e.release = r.id
  where r.newest_kind = 'withdrawal' group by e.list
) gone
where gone.list = l.list;
