alter table invited_places drop constraint invited_places_are_findable;
alter table users drop constraint users_are_findable;
