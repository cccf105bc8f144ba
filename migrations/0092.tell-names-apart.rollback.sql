create or replace function refresh_course_documents(course_ids uuid[]) returns void
language plpgsql as $$
begin
    -- The limits keep the largest course under what a tsvector holds (1 MB).
    insert into course_documents as kept (course_id, config, title, words)
    select c.id, search_config(c.language), in_title.words,
           in_title.words || search_words(search_config(c.language), left(c.description, 30000))
           || search_words(search_config(c.language), coalesce(outline.titles, ''))
    from courses c
    cross join lateral (
        select search_words(search_config(c.language), c.title) as words
    ) as in_title
    cross join lateral (
        select left(string_agg(l.title, ' ' order by l.position), 30000) as titles
        from lessons l
        where l.course_id = c.id and l.removed_at is null
    ) as outline
    where c.id = any (course_ids)
    on conflict on constraint course_documents_pkey do update
    set config = excluded.config, title = excluded.title, words = excluded.words;

    insert into catalogue_words (word)
    select distinct lexeme collate "C"
    from courses c
    cross join lateral (
        select left(string_agg(l.title, ' ' order by l.position), 30000) as titles
        from lessons l
        where l.course_id = c.id and l.removed_at is null
    ) as outline
    cross join lateral unnest(to_tsvector('pg_catalog.simple', search_text(
        concat_ws(' ', c.title, outline.titles, left(c.description, 30000)))))
    where c.id = any (course_ids)
      and char_length(lexeme) between 4 and 32 and lexeme !~ '[^[:alpha:]]'
      and not exists (select from catalogue_words known where known.word = lexeme)
    order by 1  -- in one order, so that two authors never wait for each other
    on conflict do nothing;
end $$;

drop function search_ranks(tsquery, tsquery, tsquery, boolean);
alter table course_documents drop column form;
drop function joined_pairs(text);
drop function spelling(text);
drop function write_found(text);
drop function write_asked(text);
drop function write_word(text);
drop function spelt_words(text);
select refresh_course_documents(array(select id from courses));
