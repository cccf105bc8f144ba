create or replace view course_details as
select c.id, c.title, c.slug, c.description, c.category, c.difficulty, c.status,
       json_build_object('id', u.id, 'full_name', u.full_name) as instructor,
       null::text as thumbnail_url,
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
                         'thumbnail_url', null) as course,
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
       users.bio, null::text as avatar_url, users.timezone, users.locale, users.metadata,
       users.created_at, users.updated_at
from users;

drop view shown_files;
drop function file_url(uuid, text);
