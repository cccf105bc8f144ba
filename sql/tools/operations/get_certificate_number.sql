-- The number of the latest certificate that was issued.
select number from certificates where issued_at is not null order by issued_at desc limit 1;
