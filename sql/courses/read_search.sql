-- A search text as three text-search queries: `spelt` has its words exactly as they are written,
-- `exact` in every language that courses have, `alike` also words that begin like them, are spelt
-- almost like them, or are the same joined or split. Also returns the ids of the courses
-- that each rank finds, if they are few.
with recursive used (config) as (
    (select config from course_documents order by config limit 1)
    union all
    select (select d.config from course_documents d
            where d.config > used.config order by d.config limit 1)
    from used
    where used.config is not null
),
languages as (
    select config from used where config is not null
),
typed as materialized (
    -- Some signs are a whole sentence when written out.
    select left(normalize(:q, nfkc), 200) as q
),
texts as materialized (
    select write_asked(q) as text, true as is_written from typed
    union all
    -- Until all documents are made anew, what stands in the others is asked for as it was.
    select q, false
    from typed
    where exists (select from course_documents where form < 2)
),
exact as (
    select plainto_tsquery(config, text) as query from languages, texts
    union all
    select plainto_tsquery(config, search_text(text)) from languages, texts
    union all
    select plainto_tsquery('simple', search_text(text)) from texts
),
signed as materialized (
    -- Words with signs. One that is a name of its own, such as .NET, is not the word without.
    select search_text(write_word(word)) as word, word ~ '[+#]|^\.' as is_name,
           plainto_tsquery('simple', search_text(regexp_replace(word, '[.+#&_-]+', ' ', 'g')))
               as parts,
           word ~ '[^.+#&_-]{2}' as has_word,
           (select plainto_tsquery('simple', search_text(word)) from texts where not is_written)
               as before
    from typed, spelt_words(q)
    where word ~ '[.+#&_-]'
    order by place
    limit 12
),
said as (
    -- No more words than a person would type; each is looked up by itself.
    select lexeme as word, row_number() over (order by positions[1]) as place,
           lag(lexeme) over (order by positions[1]) as before,
           lead(lexeme) over (order by positions[1]) as after,
           lead(lexeme) over (order by positions[1]) is null as is_last,
           exists (select from languages where to_tsvector(config, lexeme) = '') as is_stop,
           exists (select from signed where signed.word = lexeme and is_name) as is_name
    from texts, unnest(to_tsvector('simple', search_text(text)))
    where is_written
    order by positions[1]
    limit 12
),
asked as (
    -- Words like "the" are left out, unless there are no others.
    select word, place, before, after, is_last, is_name,
           coalesce(left((select c.word from catalogue_words c where c.word >= said.word
                          order by c.word limit 1), char_length(word)) = word, false) as is_known
    from said
    where not is_stop or (select bool_and(is_stop) from said)
),
meant as (
    select place, word, word as form,
           char_length(word) >= case when is_last then 2 else 3 end as begins
    from asked
    union all
    select unknown.place, unknown.word, near.form, false
    from (
        select place, word from asked
        where not is_known and not is_name
          and char_length(word) between 4 and 32 and word !~ '[^[:alpha:]]'
        order by place
        limit 4
    ) as unknown
    cross join lateral nearest_words(unknown.word) as near (form)
),
terms as (
    select place, form as term, begins from meant
    union all
    select meant.place, stem.lexeme, false
    from meant
    cross join languages
    cross join lateral unnest(to_tsvector(languages.config, meant.form)) as stem
    union all
    -- Joined in the search, but split in the course; and the other way round.
    select place, '~' || word, false from asked where not is_name
    union all
    select place, before || word, false from asked where char_length(before || word) > 3
    union all
    select place, word || after, false from asked where char_length(word || after) > 3
),
choices as (
    select place,
        '''' || replace(replace(term, '\', '\\'), '''', '''''') || ''''
        || case when begins then ':*' else '' end as choice
    from terms
    union
    select asked.place, '(' || parts::text || ')'
    from asked join signed using (word)
    where numnode(parts) > 0 and (not signed.is_name or (has_word and not is_known))
    union
    select asked.place, '(' || signed.before::text || ')'
    from asked join signed using (word)
    where numnode(signed.before) > 0
),
found as (
    select string_agg(choice, ' | ' order by choice) as choice from choices group by place
),
read as (
    select (select string_agg(distinct '(' || regexp_replace(query::text, '<(-|\d+)>', '&', 'g')
                                       || ')', ' | ')
            from exact where numnode(query) > 0) as exact,
           (select string_agg('(' || choice || ')', ' & ') from found) as alike,
           (select string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''', ' & ')
            from typed, unnest(spelling(q)) as word) as spelt
)
select '(' || read.exact || ') & ' || read.spelt as spelt, read.exact, read.alike,
       found.by_spelling, found.by_title, found.by_text, found.alike_title, found.alike_text
from read, search_ranks(('(' || read.exact || ') & ' || read.spelt)::tsquery,
                        read.exact::tsquery, read.alike::tsquery, :later::boolean) as found;
