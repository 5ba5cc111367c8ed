-- A withdrawal or a correction that takes words away no longer looks for other texts that have them, which among 20,000 took seconds in which nobody
-- could publish. They stay without a text, and nobody is offered them, until the sweep has looked them up one by one (release/search-words.ts).
alter table search_words alter column release drop not null;
create index search_words_without_text on search_words (word) where release is null;

create or replace function note_words() returns trigger language plpgsql as $$
declare
  came text[] := '{}';
begin
  if tg_op <> 'DELETE' then
    came := spelled_words(new.language, new.title, new.lead, new.body);
    insert into search_words (word, folded, release)
    select w, folded(w), new.release from unnest(came) as words (w)
    where not exists (select from search_words k where k.word = w and k.release is not null) order by w
    on conflict (word) do update set release = excluded.release where search_words.release is null;
  end if;
  if tg_op <> 'INSERT' then
    update search_words set release = null where release = old.release and word <> all(came);
  end if;
  return null;
end $$;

-- Gives one word without a text another one that it stands in, or takes it away. False when there is none, or none that could be settled now.
create function look_word_up() returns boolean language plpgsql
  -- A text with a word that hardly any has is looked up, never looked for in all of them.
  set enable_seqscan = off as $$
declare
  gone text;
  other uuid;
begin
  select word into gone from search_words where release is null limit 1 for update skip locked;
  if not found then return false; end if;
  select t.release into other from search_texts t
  where t.words @@ word_in_any_language(gone) and strpos(lower(t.title || E'\n' || t.lead || E'\n' || t.body), gone) > 0
    and gone = any(spelled_words(t.language, t.title, t.lead, t.body)) limit 1;
  if not found then
    -- A text that comes with the word at this moment waits for its row, and then brings it anew.
    delete from search_words where word = gone;
    return true;
  end if;
  -- Whoever takes that text away waits for us and then finds its words, or was first and is not waited for.
  perform from search_texts t where t.release = other and gone = any(spelled_words(t.language, t.title, t.lead, t.body)) for share skip locked;
  if not found then return false; end if;
  update search_words set release = other where word = gone;
  return true;
end $$;
