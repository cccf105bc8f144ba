-- Names of her files; a promised job deletes those that nothing shows, with their objects.
update files set filename = 'file-' || id::text where uploader_id = :user_id;
