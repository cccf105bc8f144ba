alter table certificates drop column language;
alter table certificates drop column design;
drop table tallies;
