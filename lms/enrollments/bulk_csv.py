"""The rows of a bulk enrolment that come as CSV."""

from itertools import islice

from lms.core.csv_table import CsvFault, decode_table, read_table
from lms.enrollments.bulk_schemas import MAX_ROWS
from lms.errors import Malformed

Row = tuple[str, str | None]

_COLUMNS = ("email", "full_name")


class MalformedCsv(Malformed):
    """The body is not CSV whose header names the columns `email` and perhaps `full_name`."""


def read_rows(raw: bytes, encoding: str) -> list[Row]:
    """Rows of (email, full name) from a table, and one more than we take if there are too many.

    For parsers. Raises MalformedCsv. Faults of a single row are reported in that row's result.
    """
    try:
        table = read_table(decode_table(raw, encoding), _COLUMNS, required=["email"])
        return [
            (_printable(row.cells.get("email", "")), _printable(row.cells.get("full_name", "")))
            for row in islice(table, MAX_ROWS + 1)
        ]
    except CsvFault as fault:
        raise MalformedCsv(fault.detail) from None


def _printable(cell: str) -> str:
    # NUL cannot be stored; the row is refused for it, like for any other control character.
    return cell.replace("\0", "\ufffd")[:1000]
