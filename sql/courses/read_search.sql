-- A search text as two text-search queries: `exact` has its words in every language that courses
-- have, `alike` also words that begin like them or are spelt almost like them. Also returns the ids
-- of the courses that each rank finds, if they are few.
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
exact as (
    select plainto_tsquery(config, :q) as query from languages
    union all
    select plainto_tsquery(config, search_text(:q)) from languages
    union all
    select plainto_tsquery('simple', search_text(:q))
),
said as (
    -- No more words than a person would type; each is looked up by itself.
    select lexeme as word, row_number() over (order by positions[1]) as place,
           lead(lexeme) over (order by positions[1]) is null as is_last,
           exists (select from languages where to_tsvector(config, lexeme) = '') as is_stop
    from unnest(to_tsvector('simple', search_text(:q)))
    order by positions[1]
    limit 12
),
asked as (
    -- Words like "the" are left out, unless there are no others.
    select word, place, is_last,
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
        where not is_known and char_length(word) between 4 and 32 and word !~ '[^[:alpha:]]'
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
),
choices as (
    select string_agg(
        distinct '''' || replace(replace(term, '\', '\\'), '''', '''''') || ''''
                 || case when begins then ':*' else '' end, ' | ') as choice
    from terms
    group by place
),
read as (
    select (select string_agg(distinct '(' || regexp_replace(query::text, '<(-|\d+)>', '&', 'g')
                                       || ')', ' | ')
            from exact where numnode(query) > 0) as exact,
           (select string_agg('(' || choice || ')', ' & ') from choices) as alike
)
select read.exact, read.alike, found.by_title, found.by_text, found.alike_title, found.alike_text
from read, search_matches(read.exact::tsquery, read.alike::tsquery) as found;
