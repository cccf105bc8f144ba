-- The addresses of files in what shows them, and who shows a file to whom.
-- depends: 0017.index-what-shows-files 0011.complete-identity 0027.count-progress

-- The address of a file, or of its re-encoded image (`thumbnail`, `avatar`); null for no file.
-- Every connection of ours says where clients reach us (lms/db.py).
create function file_url(file_id uuid, form text) returns text
language sql stable parallel safe as $$
    select coalesce(current_setting('lms.base_url', true), '')
        || '/api/v1/files/' || file_id::text || '/' || form
$$;

-- Everything that shows a file. Further things that show files, such as the questions of an
-- attempt, join here and in sql/files/get_file_for_reader.sql.
-- `is_open`: everyone sees it; `for_students`: those of the course do; its instructor always.
create view shown_files as
select l.file_id, 'lesson' as shown_as, c.id as course_id, c.instructor_id,
       l.is_preview and c.status = 'published' as is_open, true as for_students
from lessons l
join courses c on c.id = l.course_id
where l.file_id is not null and l.removed_at is null
union all
select thumbnail_file_id, 'thumbnail', id, instructor_id, status <> 'draft', true
from courses
where thumbnail_file_id is not null
union all
select certificate_logo_file_id, 'certificate', id, instructor_id, false, false
from courses
where certificate_logo_file_id is not null
union all
select certificate_signature_file_id, 'certificate', id, instructor_id, false, false
from courses
where certificate_signature_file_id is not null
union all
select avatar_file_id, 'avatar', null, null, true, false
from users
where avatar_file_id is not null and is_active;

create or replace view course_details as
select c.id, c.title, c.slug, c.description, c.category, c.difficulty, c.status,
       json_build_object('id', u.id, 'full_name', u.full_name) as instructor,
       file_url(c.thumbnail_file_id, 'thumbnail') as thumbnail_url,
       c.thumbnail_file_id, c.estimated_duration_minutes,
       case when c.price_amount is not null
            then json_build_object('amount', c.price_amount, 'currency', c.price_currency)
       end as price,
       c.capacity, c.language, c.learning_objectives, c.requirements, c.metadata, c.certificate,
       (select count(*) from current_lessons l where l.course_id = c.id)::integer as lesson_count,
       n.enrollment_count,
       case when n.rating_count > 0
            then round(n.rating_sum::numeric / n.rating_count, 2)
       end as average_rating,
       n.rating_count, c.published_at, c.created_at, c.updated_at,
       c.instructor_id, c.listed_at, c.price_amount
from courses c
join course_counters n on n.course_id = c.id
join users u on u.id = c.instructor_id;

create or replace view enrollment_details as
select e.id,
       json_build_object('id', c.id, 'title', c.title, 'slug', c.slug,
                         'thumbnail_url', file_url(c.thumbnail_file_id, 'thumbnail')) as course,
       e.student_id, e.status,
       case when e.status = 'completed' then 100
            when work.total = 0 then 0
            else 100 * work.done / work.total
       end as progress_percent,
       work.done as completed_lessons,
       work.total as total_lessons,
       work.seconds::integer as time_spent_seconds,
       case when work.done < work.total then resume_lesson(e) end as resume_lesson_id,
       e.enrolled_at, e.completed_at, e.last_accessed_at, e.updated_at,
       e.course_id, c.instructor_id
from enrollments e
join courses c on c.id = e.course_id
join enrollment_totals work on work.id = e.id;

create or replace view user_details as
select users.id, users.email, users.full_name, users.role, users.is_active,
       users.email_verified_at is not null as email_verified,
       exists (
           select from mfa_factors f where f.user_id = users.id and f.enabled_at is not null
       ) as mfa_enabled,
       users.bio, file_url(users.avatar_file_id, 'avatar') as avatar_url, users.timezone,
       users.locale, users.metadata, users.created_at, users.updated_at
from users;
