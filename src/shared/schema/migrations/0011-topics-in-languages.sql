-- A place for every release in the list of each of its topics in its language, for feeds: what is published from now on gets them with its other
-- places, what was published before gets them here, in the order of first publication.
create temporary table topics_in_languages on commit drop as
select 'language-topic:' || substr(l.list, length('language:') + 1) || ':' || substr(t.list, length('topic:') + 1) as list,
  row_number() over (partition by l.list, t.list order by r.first_publication) - 1 as ordinal,
  t.release, t.significant_publication, t.listed and l.listed as listed
from list_entries t
join list_entries l on l.release = t.release and l.list like 'language:%'
join releases r on r.id = t.release
where t.list like 'topic:%';

insert into lists (list, length) select list, count(*) from topics_in_languages group by list;
insert into list_entries (list, ordinal, release, significant_publication, listed)
select list, ordinal, release, significant_publication, listed from topics_in_languages;
