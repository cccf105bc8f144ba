-- Names of the person's files; a promised job deletes files that nothing shows, with their objects.
update files set filename = 'file-' || id::text where uploader_id = :user_id;
