-- Nobody is left out of a search. 0103 looks at the rows that there are.
-- depends: 0101.fill-findable

alter table users
    add constraint users_are_findable check (findable is not null) not valid;
alter table invited_places
    add constraint invited_places_are_findable check (findable is not null) not valid;
