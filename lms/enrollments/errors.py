"""Why someone cannot be enrolled."""

from lms.errors import Conflict


class CourseNotOpen(Conflict):
    """This course takes no new students now."""


class CourseFull(Conflict):
    """Every place in this course is taken."""


class EnrollmentRemoved(Conflict):
    """The staff of this course took you out of it; they, or a new paid order, let you in again."""
