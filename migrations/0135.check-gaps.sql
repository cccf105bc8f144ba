-- Reads the rows that 0134 did not, with no lock that others wait for.
-- depends: 0134.take-gaps

alter table questions validate constraint questions_type_known;
alter table questions validate constraint questions_descriptions_give_nothing;
