-- Looking at the rows takes a while, during which they can be read and written.
-- depends: 0102.require-findable

alter table users validate constraint users_are_findable;
alter table invited_places validate constraint invited_places_are_findable;
