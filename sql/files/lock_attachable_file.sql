-- Locks a file against deletion while its uploader, or an admin, attaches it to something; or while
-- a course's writer attaches it to that course, which shows its original already.
select content_type
from files
where id = :file_id and status = 'ready'
  and (uploader_id = :user_id or :is_admin::boolean
       or exists (select from shown_files s
                  where s.file_id = files.id and s.course_id = :course_id::uuid
                    and s.shown_as <> 'thumbnail'))
for key share of files;
