-- A file, and the things that show it to its viewer. Uploaders see their own files in any case.
select f.id, f.filename, f.content_type, f.size, encode(f.sha256, 'hex') as sha256, f.is_public,
       f.uploader_id, file_url(f.id, 'download') as url, f.created_at, f.updated_at,
       coalesce((select array_agg(distinct s.shown_as)
                 from shown_files s
                 where s.file_id = f.id
                   and (s.instructor_id = :viewer_id::uuid
                        or s.is_open
                        or (s.for_students
                            and exists (select from enrollments e
                                        where e.course_id = s.course_id
                                          and e.student_id = :viewer_id
                                          and e.status <> 'dropped')))),
                '{}')
           -- A separate subquery, so that it reads this viewer's attempts and not everyone's.
           || case when exists (select from asked_files a
                                where a.file_id = f.id and a.student_id = :viewer_id)
                   then '{question}'::text[] else '{}' end as seen_as
from files f
where f.id = :file_id and f.status = 'ready';
