-- What a search of people looks through is kept with the person: folded, so that nothing is folded
-- while searching, and with each two letters apart, so that an index finds these, too.
-- depends: 0041.show-files 0077.create-invited-places 0091.find-people

-- A text as it is searched: folded, and below it each two letters that are neighbours, in lines of
-- their own: first those that begin at an odd letter, then the others. Every letter begins a line.
create function findable_letters(value text) returns text
language plpgsql immutable parallel safe strict as $$
declare
    folded constant text := fold_name(value);
begin
    return concat_ws(
        chr(10), folded,
        regexp_replace(folded, '..', '\&' || chr(10), 'g'),
        regexp_replace(substr(folded, 2), '..', '\&' || chr(10), 'g'));
end $$;

-- For `like` on such a text: what has these letters anywhere. An index of trigrams knows three
-- letters, or fewer if a word begins with them, as each line does. Null, which is like nothing, if
-- there are none. No search has a line break.
create function findable_pattern(q text) returns text
language sql immutable parallel safe strict
return case when char_length(fold_name(q)) < 3 then '%' || chr(10) || substr(name_pattern(q), 2)
            else name_pattern(q) end;

create function keep_findable() returns trigger language plpgsql as $$
begin
    new.findable := findable_letters(new.full_name || chr(10) || new.email);
    return new;
end $$;

-- By a trigger, since adding a generated column would write every row under a lock. The release
-- before writes it, too, without knowing.
alter table users add column findable text;
create trigger users_keep_findable before insert or update of full_name, email on users
    for each row execute function keep_findable();

alter table invited_places add column findable text;
create trigger invited_places_keep_findable before insert or update of full_name, email
    on invited_places for each row execute function keep_findable();
-- Of all columns but `findable`: to fill it in is no change of a place.
drop trigger invited_places_touch on invited_places;
create trigger invited_places_touch
    before update of id, course_id, email, email_key, full_name, status, turn, invited_by,
        created_at, expires_at on invited_places
    for each row execute function touch_updated_at();

create or replace view user_details as
select users.id, users.email, users.full_name, users.role, users.is_active,
       users.email_verified_at is not null as email_verified,
       exists (
           select from mfa_factors f where f.user_id = users.id and f.enabled_at is not null
       ) as mfa_enabled,
       users.bio, file_url(users.avatar_file_id, 'avatar') as avatar_url, users.timezone,
       users.locale, users.metadata, users.created_at, users.updated_at, users.findable
from users;

create or replace view place_details as
select p.id,
       json_build_object('id', c.id, 'title', c.title, 'slug', c.slug,
                         'thumbnail_url', file_url(c.thumbnail_file_id, 'thumbnail')) as course,
       null::uuid as student_id, p.status, 0 as progress_percent, 0 as completed_lessons,
       coalesce((select max(l.position) from lessons l where l.course_id = c.id), 0)
           as total_lessons,
       0 as time_spent_seconds, null::uuid as resume_lesson_id, null::timestamptz as enrolled_at,
       null::timestamptz as completed_at, null::timestamptz as last_accessed_at, p.updated_at,
       json_build_object('id', null::uuid, 'full_name', p.full_name, 'email', p.email) as student,
       lower(p.full_name) as student_name, 0 as done_lessons, p.expires_at,
       p.created_at as placed_at, p.course_id, p.full_name, p.email, p.findable
from invited_places p
join courses c on c.id = p.course_id
where p.expires_at > now();
