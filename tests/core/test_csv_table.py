"""CSV as spreadsheets write it is read; what is no table says so in one sentence."""

import time

import pytest

from lms.core.csv_table import CsvFault, decode_table, encoding_of, read_table

COLUMNS = ("email", "full_name")


def _read(text: str) -> list[dict[str, str]]:
    return [row.cells for row in read_table(text, COLUMNS, required=["email"])]


ROWS = [{"email": "a@b.co", "full_name": "Ann, B"}, {"email": "c@d.co", "full_name": "Cleo"}]


@pytest.mark.parametrize(
    "text",
    [
        'email,full_name\r\na@b.co,"Ann, B"\r\nc@d.co,Cleo\r\n',
        "Email;Full Name\na@b.co;Ann, B\nc@d.co;Cleo",
        "E-Mail\tFULL-NAME\na@b.co\tAnn, B\nc@d.co\tCleo\n",
        "sep=;\r\nFull_Name;eMail\r\nAnn, B;a@b.co\r\nCleo;c@d.co\r\n",
        '"sep=\t"\nemail\tfull name\na@b.co\tAnn, B\nc@d.co\tCleo',
        'email,full_name,,\n a@b.co ,"Ann, B",,\nc@d.co,Cleo,,\n,,,\n',
        "\n;;\nemail;;full name;\na@b.co;;Ann, B;\n\n;;;\nc@d.co;;Cleo\n",
        'email,full_name\na@b.co,"Ann, B",,,,\nc@d.co,Cleo\n',
    ],
)
def test_every_spelling_of_a_table_is_the_same_table(text: str) -> None:
    assert _read(text) == ROWS


def test_a_row_may_be_short_and_one_column_needs_no_separator() -> None:
    assert _read("email,full_name\na@b.co") == [{"email": "a@b.co"}]
    assert _read("email\na@b.co\nb@c.co\n") == [{"email": "a@b.co"}, {"email": "b@c.co"}]
    assert _read("email;\na@b.co;\n") == [{"email": "a@b.co"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "email is missing"),
        ("full_name\nAnn", "email is missing"),
        ("email,phone\na@b.co,1", "“phone” is not among them"),
        ("email,E-mail\na@b.co,1", "email is there twice"),
        ("email\na@b.co,b", "Line 2 has a cell in a column without a name"),
        ("email,,full_name\na@b.co,x,Ann", "Line 2 has a cell in a column without a name"),
        ('email\n"a@b.co', "Line 2 is not CSV"),
        ("sep=|\nemail\na@b.co", "commas, semicolons or tabs"),
        ("email," + "x" * 10_000, "x" * 40 + "” is not among them"),
    ],
)
def test_what_is_no_such_table_is_one_fault(text: str, said: str) -> None:
    with pytest.raises(CsvFault) as fault:
        _read(text)
    assert said in fault.value.detail
    assert len(fault.value.detail) < 200
    if "among them" in said or "missing" in said:
        assert "The columns are email, full_name" in fault.value.detail


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        ("\ufeffJosé €".encode(), None),
        ("José €".encode(), "UTF-8"),
        ("\ufeffJosé €".encode("utf-16-le"), None),
        ("\ufeffJosé €".encode("utf-16-be"), "utf-16"),
        ("\ufeffJosé €".encode(), "windows-1252"),  # what the file says itself is right
        ("José €".encode("cp1252"), "Windows-1252"),
    ],
)
def test_each_encoding_of_spreadsheets_is_read(raw: bytes, charset: str | None) -> None:
    encoding = encoding_of(charset)
    assert encoding is not None
    assert decode_table(raw, encoding) == "José €"


@pytest.mark.parametrize(
    ("raw", "charset"),
    [(b"\xff\xfea", None), (b"Jos\xe9", None), (b"a\0", "utf-16"), (b"\x81", "windows-1252")],
)
def test_what_is_no_text_in_its_encoding_is_a_fault(raw: bytes, charset: str | None) -> None:
    encoding = encoding_of(charset)
    assert encoding is not None
    with pytest.raises(CsvFault):
        decode_table(raw, encoding)
    assert encoding_of("koi8-r") is None


@pytest.mark.parametrize(
    "text",
    [
        "email\n" + "a@b.co\n" * 500_000,
        "email\n" + "," * 3_000_000,
        "," * 3_000_000,
        "\n" * 3_000_000,
        'email\n"' + '""' * 1_500_000,
        "sep=" * 700_000,
        " " * 3_000_000,
    ],
)
def test_a_hostile_table_takes_linear_time(text: str) -> None:
    def seconds(text: str) -> float:
        began = time.process_time()
        try:
            for _ in read_table(text, COLUMNS, required=["email"]):
                pass
        except CsvFault:
            pass
        return time.process_time() - began

    assert seconds(text) < 8 * max(seconds(text[: len(text) // 4]), 0.05)
