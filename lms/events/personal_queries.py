"""What the tables of events hold about a person."""

from lms.core.personal import PersonalTable

PERSONAL = (PersonalTable("events", why="what happened, by ids, until its retention is over"),)
