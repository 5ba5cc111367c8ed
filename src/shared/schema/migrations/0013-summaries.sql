-- What lists and links show of a revision, in columns of its own: PostgreSQL unpacks the whole text again for each part of `content` it is asked for, and a
-- page of a list asks for five parts of twenty texts. Computed from `content`, so that they cannot say anything else.
alter table revisions
  add column title text generated always as (content ->> 'title') stored,
  add column lead text generated always as (content ->> 'lead') stored,
  add column type text generated always as (content ->> 'type') stored,
  add column topics jsonb generated always as (content -> 'topics') stored,
  add column image jsonb generated always as (content -> 'images' -> 0) stored;

-- Which releases call this one related is asked with every publication, and which show a file with every reader who fetches it: neither may read a list of
-- entries still to be put in, which at 100,000 releases took six milliseconds each time. A revision has a handful of them.
alter index revisions_related set (fastupdate = off);
alter index revisions_assets set (fastupdate = off);
select gin_clean_pending_list('revisions_related'), gin_clean_pending_list('revisions_assets');
