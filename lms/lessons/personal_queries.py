"""What the tables of lessons hold about a person."""

from lms.core.personal import CONTENT, PersonalTable

PERSONAL = (PersonalTable("lessons", why=CONTENT),)
