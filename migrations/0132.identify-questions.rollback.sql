drop trigger questions_count_version on questions;
drop function count_version();
alter table attempt_questions
    drop column version, drop column text_format, drop column explanation_format;
alter table questions
    drop column version, drop column name, drop column tags, drop column external_id,
    drop column source, drop column text_format, drop column explanation_format;
