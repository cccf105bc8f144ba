"""The formats from which questions are imported. A new one is a module and an entry here."""

from lms.quizzes.formats import csv_format, gift, moodle_xml
from lms.quizzes.formats.items import Format

# Keys are the names that clients send.
FORMATS: dict[str, Format] = {"gift": gift, "moodle_xml": moodle_xml, "csv": csv_format}
