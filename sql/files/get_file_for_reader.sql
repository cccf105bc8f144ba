-- A file, its reader with the role of now, and as what the reader sees it elsewhere. What is
-- their own they see in any case; nobody, or somebody disabled, has no role.
with reader as materialized (
    select id, role, is_teacher(users)
    from users
    where id = :viewer_id::uuid and is_active
)
select f.id, f.filename, f.content_type, f.size, encode(f.sha256, 'hex') as sha256, f.is_public,
       f.uploader_id, file_url(f.id, 'download') as url, f.created_at, f.updated_at,
       coalesce((select array_agg(distinct s.shown_as)
                 from shown_files s
                 left join reader r on true
                 where s.file_id = f.id
                   and ((r.is_teacher and s.instructor_id = r.id)
                        or s.is_open
                        or (s.for_students
                            and exists (select from enrollments e
                                        where e.course_id = s.course_id
                                          and e.student_id = r.id
                                          and has_access(e))))),
                '{}')
           -- A separate subquery, so that it reads this reader's attempts and not everyone's.
           || case when exists (select from asked_files a
                                where a.file_id = f.id
                                  and a.student_id = (select id from reader))
                   then '{question}'::text[] else '{}' end as seen_as,
       (select id from reader) as reader_id, (select role from reader) as reader_role
from files f
where f.id = :file_id and f.status = 'ready';
