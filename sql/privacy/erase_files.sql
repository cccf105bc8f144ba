-- Names of her files; a file that a course shows stays with the course.
update files set filename = 'file-' || id::text where uploader_id = :user_id;
