"""Where the SQL and the migrations are, in an installed package or in a checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


@cache
def resource_dir(name: str) -> Path:
    """The folder `sql` or `migrations`.

    A wheel carries them inside the package (`lms/sql`); a checkout, an unpacked sdist and an
    editable install have them beside it.
    """
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"{name}/ is missing, both in {_PACKAGE} and beside it")
