"""The formats from which questions are imported. The next one is a module and an entry here."""

from lms.quizzes.formats import csv_format, gift, moodle_xml
from lms.quizzes.formats.items import Format

# By the name that a client sends.
FORMATS: dict[str, Format] = {"gift": gift, "moodle_xml": moodle_xml, "csv": csv_format}
