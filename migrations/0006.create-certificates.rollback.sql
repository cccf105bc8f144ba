drop view certificate_details;
drop table certificates;
