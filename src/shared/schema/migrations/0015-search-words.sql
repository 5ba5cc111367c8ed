-- The words of what is public, as they are spelled: what a search that finds nothing may offer instead. They follow from search_texts alone, in the same
-- statement, so that no word is here that stands in no public text: neither a draft's, nor one that a correction or a withdrawal took away.
create table search_words (
  word text collate "C" primary key,
  -- Without rings, dots and accents: people abroad have no å on their keyboard.
  folded text collate "C" not null,
  -- One of the texts it stands in. A number of texts would be a row that every publication writes.
  release uuid not null
);
-- Whoever misspells a word writes its beginning or its end right.
create index search_words_beginnings on search_words (length(folded), folded);
create index search_words_ends on search_words (length(folded), reverse(folded));
create index search_words_release on search_words (release);

create function folded(word text) returns text language sql immutable parallel safe as $$
  select regexp_replace(normalize(word, NFD), E'[\u0300-\u036f]', '', 'g')
$$;

-- The dictionary behind `stemming`: it gives no stem to the small words that every text has.
create function stemmer(language text) returns regdictionary language sql immutable parallel safe as $$
  select case split_part(language, '-', 1)
    when 'sv' then 'pg_catalog.swedish_stem' when 'en' then 'pg_catalog.english_stem'
    when 'da' then 'pg_catalog.danish_stem' when 'nb' then 'pg_catalog.norwegian_stem' when 'nn' then 'pg_catalog.norwegian_stem'
    when 'no' then 'pg_catalog.norwegian_stem' when 'fi' then 'pg_catalog.finnish_stem' when 'de' then 'pg_catalog.german_stem'
    when 'fr' then 'pg_catalog.french_stem' when 'es' then 'pg_catalog.spanish_stem' else 'pg_catalog.simple' end::regdictionary
$$;

-- The words of a text, each once, that can be searched for: no numbers, no addresses, none of the small words. (Three times as fast as the same in plain SQL.)
create function spelled_words(language text, title text, lead text, body text) returns text[] language plpgsql immutable parallel safe cost 10000 as $$
declare
  stemming_of_it regdictionary := stemmer(language);
begin
  return array(select lexeme from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', title || E'\n' || lead || E'\n' || body))) as lexemes (lexeme)
    where length(lexeme) between 3 and 40 and lexeme !~ '[][0-9.,:;/@_''"&%+*()=<>#!?|\\^~`{}$-]' and ts_lexize(stemming_of_it, lexeme) <> '{}');
end $$;

-- What every text with this word answers to, whatever its language, and some others too.
create function word_in_any_language(word text) returns tsquery language sql immutable parallel safe as $$
  select string_agg(distinct quote_literal(lexeme), ' | ')::tsquery
  from unnest(array['sv', 'en', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'x']) as languages (language), unnest(to_tsvector(stemming(language), word))
$$;

create function note_words() returns trigger language plpgsql
  -- A text with a word that hardly any has is looked up, never looked for in all of them.
  set enable_seqscan = off as $$
declare
  came text[] := '{}';
  gone text;
  other uuid;
begin
  if tg_op <> 'DELETE' then
    came := spelled_words(new.language, new.title, new.lead, new.body);
    insert into search_words (word, folded, release)
    select w, folded(w), new.release from unnest(came) as words (w) where not exists (select from search_words k where k.word = w) order by w
    on conflict do nothing;
  end if;
  if tg_op <> 'INSERT' then
    -- Of many words most stand in the newest texts too, and need not be looked up one by one: among 100,000 texts that would take seconds.
    if (select count(*) from search_words where release = old.release and word <> all(came)) > 20 then
      update search_words s set release = newest.release
      from (select distinct on (w) w as word, t.release
        from (select * from search_texts where release <> old.release order by publication desc limit 30) t,
          unnest(spelled_words(t.language, t.title, t.lead, t.body)) w) newest
      where s.word = newest.word and s.release = old.release and s.word <> all(came);
    end if;
    for gone in select word from search_words where release = old.release and word <> all(came) loop
      select t.release into other from search_texts t
      where t.words @@ word_in_any_language(gone) and t.release <> old.release and strpos(lower(t.title || E'\n' || t.lead || E'\n' || t.body), gone) > 0
        and gone = any(spelled_words(t.language, t.title, t.lead, t.body)) limit 1;
      if found then update search_words set release = other where word = gone;
      else delete from search_words where word = gone;
      end if;
    end loop;
  end if;
  return null;
end $$;

-- What was published before.
insert into search_words (word, folded, release)
select distinct on (word) word, folded(word), release
from search_texts t, unnest(spelled_words(t.language, t.title, t.lead, t.body)) as words (word) order by word, publication;
create trigger search_texts_spelled after insert or update or delete on search_texts for each row execute function note_words();
analyze search_words;
