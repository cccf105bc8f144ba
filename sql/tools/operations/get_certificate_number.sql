-- A certificate that somebody holds; the latest.
select number from certificates where issued_at is not null order by issued_at desc limit 1;
