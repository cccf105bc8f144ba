"""What the tables of lessons hold of a person."""

from lms.core.personal import CONTENT, PersonalTable

PERSONAL = (PersonalTable("lessons", why=CONTENT),)
