-- Search tells C, C++ and C# apart, finds what is joined or split, and puts the exact spelling
-- first. PostgreSQL's parser drops the signs, so words that have some are written out for it.
-- depends: 0013.create-search

-- The words of a text as they are spelt, with the signs that may belong to a name. What stands
-- around a word in a sentence is left out: "(C++)." has the word C++, and "...net" the word net.
create function spelt_words(value text) returns table (place bigint, word text)
language sql immutable parallel safe strict rows 50
as $$
    select place, word
    from (
        select place, regexp_replace(chunk, '^(\.\.+|[&_-])+|[.&_-]+$', '', 'g') as word
        from regexp_split_to_table(
            normalize(translate(value, '‐‑♯', '--#'), nfkc),
            '[][\s!"$%''()*,/:;<=>?@\\^`{|}~«»“”„‘’ʼ…–—。、「」【】]+'
        ) with ordinality as split (chunk, place)
    ) as trimmed
    where word ~ '[^.+#&_-]'
$$;

-- A word as one word without signs: C++ is cplusplus, .NET is dotnet, Node.js is nodejs, Wi-Fi is
-- wifi, and 3.11 is 3dot11.
create function write_word(word text) returns text
language sql immutable parallel safe strict
return replace(replace(translate(
    regexp_replace(regexp_replace(word, '^\.', 'dot'), '([0-9])\.(?=[0-9])', '\1dot', 'g'),
    '.&_-', ''), '+', 'plus'), '#', 'sharp');

-- A text as it is asked for: each word is one.
create function write_asked(value text) returns text
language sql immutable parallel safe strict
as $$ select coalesce(string_agg(write_word(word), ' ' order by place), '') from spelt_words(value) $$;

-- A text as it is found: each word is one, and also the words that it is made of. A single letter
-- in it is none of them, or everything about C++, C# and Objective-C would be about C; but
-- a C-course is.
create function write_found(value text) returns text
language sql immutable parallel safe strict
as $$
    select coalesce(string_agg(
        case
            when word !~ '[.+#&_-]' then word
            else concat_ws(
                ' ',
                write_word(word),
                -- As the parser takes it, which the release before asks for.
                case when word !~ '[+#]|^\.|[.&_-].$' then word end,
                (select string_agg(concat_ws(' ', write_word(part), bare.parts), ' ')
                 from regexp_split_to_table(word, '[.&_-]+') as part
                 cross join lateral (
                     select string_agg(bare, ' ') as parts
                     from regexp_split_to_table(part, '[+#]+') as bare
                     where part ~ '[+#]' and (char_length(bare) > 1 or bare ~ '[0-9]')
                 ) as bare
                 where char_length(part) > 1 or part ~ '[0-9]'),
                case when word ~ '^[^.+#&_-]-' then left(word, 1) end)
        end, ' ' order by place), '')
    from spelt_words(value)
$$;

-- The exact spelling of each word, as a search for `=` and the word finds it.
create function spelling(value text) returns text[]
language sql immutable parallel safe strict
as $$
    select coalesce(array_agg(distinct '=' || lower(left(word, 100))), '{}') from spelt_words(value)
$$;

-- Each two neighbours as one word, which a search for `~` and the joined word finds.
create function joined_pairs(value text) returns tsvector
language sql immutable parallel safe strict
as $$
    select array_to_tsvector(coalesce(array_agg(distinct '~' || word || next), '{}'))
    from (
        select word, lead(word) over (order by place) as next
        from regexp_split_to_table(search_text(value), '[][\s!"$%''()*,/:;<=>?@\\^`{|}~.+#&_-]+')
             with ordinality as split (word, place)
        where word <> ''
        order by place
        limit 4000  -- with the rest, under what a tsvector holds
    ) as pairs
    where char_length(word || next) between 4 and 24 and (word || next) !~ '[⺀-鿿豈-﫿ก-๛ກ-ໟ]'
$$;

-- How a document was made: 1 as before, 2 with words written out. Documents of before are made
-- anew in the background.
alter table course_documents add column form smallint not null default 1;

-- As search_matches, with the rank of those whose title has the exact spelling before the others.
-- A list may leave out what a rank before it has. A first page is nearly always full of the first
-- rank that has many, so the lists after it are left null; for `later` pages all are counted,
-- or the last courses of a rank would mean reading the whole order for each of those after it.
create function search_ranks(
    spelt tsquery, exact tsquery, alike tsquery, later boolean,
    out by_spelling uuid[], out by_title uuid[], out by_text uuid[],
    out alike_title uuid[], out alike_text uuid[]
)
language plpgsql stable
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    most constant integer := 400;
begin
    by_spelling := array(select course_id from course_documents where title @@ spelt limit most + 1);
    if cardinality(by_spelling) > most then
        by_spelling := null;
        if not later then return; end if;
    end if;
    by_title := array(select course_id from course_documents
                      where title @@ (exact && !!coalesce(spelt, '')) limit most + 1);
    if cardinality(by_title) > most then
        by_title := null;
        if not later then return; end if;
    end if;
    if later then
        by_text := array(select course_id from course_documents where words @@ exact
                         except select course_id from course_documents where title @@ exact
                         limit most + 1);
    else
        by_text := array(select course_id from course_documents where words @@ exact limit most + 1);
    end if;
    if cardinality(by_text) > most then
        by_text := null;
        if not later then return; end if;
    end if;
    alike_title := array(select course_id from course_documents
                         where title @@ (alike && !!coalesce(exact, '')) limit most + 1);
    if cardinality(alike_title) > most then
        alike_title := null;
        if not later then return; end if;
    end if;
    alike_text := array(select course_id from course_documents
                        where words @@ (alike && !!coalesce(exact, '')) limit most + 1);
    if cardinality(alike_text) > most then alike_text := null; end if;
end $$;

create or replace function refresh_course_documents(course_ids uuid[]) returns void
language plpgsql as $$
begin
    -- The limits keep the largest course under what a tsvector holds (1 MB).
    insert into course_documents as kept (course_id, config, title, words, form)
    select c.id, found.config,
           found.title || array_to_tsvector(spelling(c.title)) || joined_pairs(c.title),
           found.title || array_to_tsvector(spelling(c.title))
           || search_words(found.config, write_found(left(c.description, 30000)))
           || search_words(found.config, write_found(coalesce(outline.titles, '')))
           || joined_pairs(concat_ws(' | ', c.title, outline.titles, left(c.description, 30000))),
           2
    from courses c
    cross join lateral (
        select search_config(c.language) as config,
               search_words(search_config(c.language), write_found(c.title)) as title
    ) as found
    cross join lateral (
        select left(string_agg(l.title, ' ' order by l.position), 30000) as titles
        from lessons l
        where l.course_id = c.id and l.removed_at is null
    ) as outline
    where c.id = any (course_ids)
    on conflict on constraint course_documents_pkey do update
    set config = excluded.config, title = excluded.title, words = excluded.words,
        form = excluded.form;

    insert into catalogue_words (word)
    select distinct lexeme collate "C"
    from courses c
    cross join lateral (
        select left(string_agg(l.title, ' ' order by l.position), 30000) as titles
        from lessons l
        where l.course_id = c.id and l.removed_at is null
    ) as outline
    cross join lateral unnest(to_tsvector('pg_catalog.simple', search_text(write_found(
        concat_ws(' ', c.title, outline.titles, left(c.description, 30000))))))
    where c.id = any (course_ids)
      and char_length(lexeme) between 4 and 32 and lexeme !~ '[^[:alpha:]]'
      and not exists (select from catalogue_words known where known.word = lexeme)
    order by 1  -- in one order, so that two authors never wait for each other
    on conflict do nothing;
end $$;
