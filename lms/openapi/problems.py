"""What each error code means, for `GET /problems/{code}` and the document."""

from collections.abc import Iterator
from dataclasses import dataclass

from lms.errors import LMSError, all_errors


@dataclass(frozen=True, slots=True)
class Meaning:
    """One error class, as the documentation shows it."""

    status: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error code. Most have one meaning; `token_invalid` has two, with 400 and with 401."""

    code: str
    meanings: tuple[Meaning, ...]

    @property
    def status(self) -> str:
        return ", ".join(str(meaning.status) for meaning in self.meanings)

    @property
    def detail(self) -> str:
        return " Or: ".join(meaning.detail for meaning in self.meanings)


def problems() -> dict[str, Problem]:
    """Every code that the imported domains can answer with, in alphabetical order."""
    by_code: dict[str, dict[int, Meaning]] = {error.code: {} for error in all_errors()}
    for error in _classes(LMSError):
        detail = " ".join((error.__doc__ or "").split())
        # The first class of a code and status is nearest to the root, with the most general
        # meaning.
        by_code[error.code].setdefault(error.status, Meaning(error.status, error.title, detail))
    return {
        code: Problem(code, tuple(found[status] for status in sorted(found)))
        for code, found in sorted(by_code.items())
    }


def _classes(root: type[LMSError]) -> Iterator[type[LMSError]]:
    yield root
    for below in root.__subclasses__():
        yield from _classes(below)


_TOP = """# Errors

Made by `python -m lms openapi --errors` from the classes that are raised; do not edit.

Every error is a problem document (RFC 9457) in our envelope: decide by `code`, which is stable,
show `message`, and find the fields that are wrong in `errors`, each with a `pointer` and a `code`
of its own. `type` names a page of this installation that explains the code.

| code | status | what it says |
| --- | --- | --- |
"""


def render_errors() -> str:
    """The catalogue of every code, in Markdown; import the application first."""
    rows = [
        f"| `{problem.code}` | {meaning.status} | {meaning.detail} |\n"
        for problem in problems().values()
        for meaning in problem.meanings
    ]
    return _TOP + "".join(rows)
