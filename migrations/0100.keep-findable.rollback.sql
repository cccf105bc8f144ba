drop view user_details, place_details;
create view user_details as
select users.id, users.email, users.full_name, users.role, users.is_active,
       users.email_verified_at is not null as email_verified,
       exists (
           select from mfa_factors f where f.user_id = users.id and f.enabled_at is not null
       ) as mfa_enabled,
       users.bio, file_url(users.avatar_file_id, 'avatar') as avatar_url, users.timezone,
       users.locale, users.metadata, users.created_at, users.updated_at
from users;

create view place_details as
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
       p.created_at as placed_at, p.course_id, p.full_name, p.email
from invited_places p
join courses c on c.id = p.course_id
where p.expires_at > now();

drop trigger invited_places_touch on invited_places;
create trigger invited_places_touch before update on invited_places
    for each row execute function touch_updated_at();
drop trigger invited_places_keep_findable on invited_places;
alter table invited_places drop column findable;
drop trigger users_keep_findable on users;
alter table users drop column findable;
drop function keep_findable();
drop function findable_pattern(text);
drop function findable_letters(text);
