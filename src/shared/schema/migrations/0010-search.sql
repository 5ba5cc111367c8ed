-- What readers search and what the image bank shows: the newest public text and the pictures of each release, and nothing else. Both tables follow from
-- `revisions` alone. A trigger keeps them in the publication's own statement, whoever publishes: a draft is never here, a withdrawn release no more, and of
-- a corrected one only the newest text. Backups leave them out; a restore fills them by itself.
create table search_texts (
  release uuid primary key references releases,
  -- Which revision this is the text of.
  n int not null,
  -- Place in the order of first publication: newer first among equals.
  publication bigint not null,
  published_at timestamptz not null,
  language text not null,
  topics text[] not null,
  title text not null,
  lead text not null,
  -- Everything else a reader sees, as plain text.
  body text not null,
  -- In the words of its own language: A title, B lead, C the rest.
  words tsvector not null
);
create index search_texts_publication on search_texts (publication);

create table public_images (
  release uuid not null references releases,
  -- Place on the release, from 0.
  place int not null,
  publication bigint not null,
  hash text not null,
  primary key (release, place)
);
create index public_images_publication on public_images (publication desc, place);
create index public_images_hash on public_images (hash);

-- How PostgreSQL stems a language. A name and not a regconfig, which could not be upgraded in place.
create function stemming(language text) returns regconfig language sql immutable parallel safe as $$
  select case split_part(language, '-', 1)
    when 'sv' then 'pg_catalog.swedish' when 'en' then 'pg_catalog.english'
    when 'da' then 'pg_catalog.danish' when 'nb' then 'pg_catalog.norwegian' when 'nn' then 'pg_catalog.norwegian' when 'no' then 'pg_catalog.norwegian'
    when 'fi' then 'pg_catalog.finnish' when 'de' then 'pg_catalog.german' when 'fr' then 'pg_catalog.french' when 'es' then 'pg_catalog.spanish'
    else 'pg_catalog.simple' end::regconfig
$$;

-- The question to releases in a language: words, "phrases", or, -without. The Swedish stemmer leaves two endings of the definite form standing, -et and -an
-- (biblioteket, skolan), so each Swedish word is asked in those forms too.
create function asked(language text, words text) returns tsquery language sql immutable parallel safe as $$
  select case when stemming(language) = 'pg_catalog.swedish'::regconfig then
    regexp_replace(
      regexp_replace(websearch_to_tsquery(stemming(language), words)::text, '''(?:([^''0-9:./@ -]{2,})et|([^''0-9:./@ -]{3,})an)''', '''\1\2''', 'g'),
      '''([^''0-9:./@ -]{2,})''', '(''\1'' | ''\1et'' | ''\1an'')', 'g')::tsquery
    else websearch_to_tsquery(stemming(language), words) end
$$;

-- HTML of ours (release/markdown.ts writes it, with four entities) as text: what ends a line ends a word.
create function text_of_html(html text) returns text language sql immutable parallel safe as $$
  select replace(replace(replace(replace(
    regexp_replace(regexp_replace(coalesce(html, ''), '</(p|li|h[1-6]|td|th|pre)>|<[bh]r ?/?>', E'\n', 'g'), '<[^>]*>', '', 'g'),
    '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&amp;', '&')
$$;

-- The texts a reader sees beside title and lead, in the page's order, one on a line. The standing text about the organisation is on every page and finds nothing.
create function searched_text(content jsonb, rendered jsonb) returns text language sql immutable parallel safe as $$
  select text_of_html(rendered ->> 'body') || E'\n'
    || coalesce((select string_agg(value #>> '{}', E'\n')
        from unnest(array['$.images[*].caption', '$.decisions.by', '$.decisions.items[*].title', '$.decisions.items[*].recipient', '$.decisions.items[*].text',
          '$.event.title', '$.event.place', '$.event.programme[*].text', '$.event.programme[*].points[*]', '$.facts[*].title', '$.contacts[*].name',
          '$.contacts[*].organisation', '$.attachments[*].title', '$.registration ? (!(@ starts with "exempt"))']::jsonpath[])
          with ordinality as part (path, place), jsonb_path_query(content, path) as found (value)), '')
    || E'\n' || text_of_html((select string_agg(fact, E'\n') from jsonb_array_elements_text(coalesce(rendered -> 'facts', '[]')) as facts (fact)))
$$;

create function note_public_text() returns trigger language plpgsql as $$
declare
  first record;
  body text;
begin
  -- Rows may come back in any order; only a newer revision says anything new.
  if exists (select 1 from revisions r where r.release = new.release and r.n > new.n) then return null; end if;
  delete from public_images where release = new.release;
  if new.kind = 'withdrawal' then
    delete from search_texts where release = new.release;
    return null;
  end if;
  select r.publication, r.published_at into first from revisions r where r.release = new.release and r.n = 1;
  body := searched_text(new.content, new.rendered);
  insert into search_texts (release, n, publication, published_at, language, topics, title, lead, body, words)
  select new.release, new.n, first.publication, first.published_at, c.language, c.topics, c.title, c.lead, body,
    setweight(to_tsvector(c.stemming, c.title), 'A') || setweight(to_tsvector(c.stemming, c.lead), 'B') || setweight(to_tsvector(c.stemming, body), 'C')
  from (select new.content ->> 'language' as language, stemming(new.content ->> 'language') as stemming,
      array(select jsonb_array_elements_text(coalesce(new.content -> 'topics', '[]'))) as topics,
      coalesce(new.content ->> 'title', '') as title, coalesce(new.content ->> 'lead', '') as lead) c
  on conflict (release) do update set n = excluded.n, language = excluded.language, topics = excluded.topics, title = excluded.title, lead = excluded.lead,
    body = excluded.body, words = excluded.words;
  insert into public_images (release, place, publication, hash)
  select new.release, i.place - 1, first.publication, i.image ->> 'asset'
  from jsonb_array_elements(coalesce(new.content -> 'images', '[]')) with ordinality as i (image, place)
  -- An ornament is no picture of anything.
  where coalesce(i.image ->> 'decorative', 'false') <> 'true';
  return null;
end $$;
create trigger revisions_searched after insert on revisions for each row execute function note_public_text();

-- What was published before, through the same trigger.
create temporary table published_before (like revisions) on commit drop;
create trigger published_before_searched after insert on published_before for each row execute function note_public_text();
insert into published_before select v.* from releases r join revisions v on v.release = r.id and v.n = r.newest_n order by r.first_publication;

-- After the rows: an index made at once is smaller and quicker made. What is to be put in waits in a short list (kB): a longer one would make one
-- publication pay for a hundred others, none would make each pay twice (measured: 1.6 ms a publication against 2.8).
create index search_texts_words on search_texts using gin (words) with (gin_pending_list_limit = 256);
analyze search_texts;
analyze public_images;
