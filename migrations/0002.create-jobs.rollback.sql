drop table schedules;
drop table jobs;
