drop trigger users_renamed on users;
create trigger users_renamed after update of full_name on users
    for each row when (old.full_name <> new.full_name and new.role <> 'student')
    execute function note_renamed_instructor();

drop trigger courses_version_inserted on courses;
drop trigger courses_version_updated on courses;
drop trigger courses_version_deleted on courses;
drop trigger course_counters_version_updated on course_counters;
drop trigger lessons_version_inserted on lessons;
drop trigger lessons_version_updated on lessons;
drop trigger lessons_version_deleted on lessons;
drop function note_changed_courses();
drop function note_changed_parts();

create function note_catalogue_change() returns trigger language plpgsql as $$
declare
    changed uuid;
begin
    if tg_table_name = 'courses' then
        changed := case when tg_op = 'DELETE' then old.id else new.id end;
    else
        changed := case when tg_op = 'DELETE' then old.course_id else new.course_id end;
    end if;
    update catalogue_versions set version = version + 1 where shard = catalogue_shard(changed);
    return null;
end $$;
create trigger courses_version after insert or update or delete on courses
    for each row execute function note_catalogue_change();
create trigger course_counters_version after update on course_counters
    for each row execute function note_catalogue_change();
create trigger lessons_version after insert or update or delete on lessons
    for each row execute function note_catalogue_change();

drop trigger courses_moved on courses;
drop function move_course_counters();
create or replace function create_course_counters() returns trigger language plpgsql as $$
begin
    insert into course_counters (course_id) values (new.id);
    return null;
end $$;
alter table course_counters drop column category;

drop trigger courses_documented on courses;
drop trigger courses_documented_again on courses;
drop trigger lessons_documented on lessons;
drop trigger lessons_documented_again on lessons;
drop function document_new_courses();
drop function document_changed_courses();
drop function document_new_lessons();
drop function document_changed_lessons();
drop function refresh_course_documents(uuid[]);
drop function search_matches(tsquery, tsquery);
drop function nearest_words(text);
drop table course_documents, catalogue_words;
drop function search_words(regconfig, text);
drop function search_text(text);
drop function search_config(text);
drop function rating_rank(bigint, integer);
drop function sort_title(text);
drop function fold_text(text);
