"""What the tables of reviews hold about a person."""

from lms.core.db.query import Query
from lms.core.personal import PersonalTable

_export_reviews: Query[None] = Query("reviews/export_reviews")
_erase_reviews: Query[None] = Query("reviews/erase_reviews")

PERSONAL = (PersonalTable("reviews", export=_export_reviews, erase=_erase_reviews),)
