-- Some courses, the newest first.
select id from courses where slug <> :but_not order by listed_at desc, id desc limit :courses;
