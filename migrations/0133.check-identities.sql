-- Reads the rows that 0132 did not, with no lock that others wait for.
-- depends: 0132.identify-questions

alter table questions validate constraint questions_version_positive;
alter table questions validate constraint questions_name_length;
alter table questions validate constraint questions_external_id_length;
alter table questions validate constraint questions_formats_known;
