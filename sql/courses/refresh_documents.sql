-- Makes what a search looks through anew.
select refresh_course_documents(:course_ids::uuid[]);
