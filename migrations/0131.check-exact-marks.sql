-- Reads the rows that 0130 did not, with no lock that others wait for.
-- depends: 0130.keep-exact-marks

alter table questions validate constraint questions_points_not_negative;
alter table attempt_questions validate constraint attempt_questions_marked_whole;
alter table attempt_questions validate constraint attempt_questions_within_points;
alter table attempts validate constraint attempts_graded_have_score;
