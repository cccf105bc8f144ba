"""The tests themselves: short files that stand alone and ask nothing of each other in private."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 400  # lines; beyond that a reader loses the thread


def _imported(file: Path) -> Iterator[tuple[str, int]]:
    """The dotted names that a file imports from our own packages, each with its line."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def _refused(reason: str) -> list[str]:
    """Where an import breaks the rule of this name."""
    breaks = {
        "relative": lambda name: name.startswith("."),
        "another test module": lambda name: (
            name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))
        ),
        "a private name": lambda name: (
            name.startswith(("tests.", "lms.")) and name.rpartition(".")[2].startswith("_")
        ),
    }[reason]
    return [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in FILES
        for name, line in _imported(file)
        if breaks(name)
    ]


def test_no_file_is_longer_than_a_reader_can_follow() -> None:
    lengths = {str(f.relative_to(ROOT)): len(f.read_text().splitlines()) for f in FILES}
    assert len(lengths) > 100
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert not long, "split these by what they promise"


@pytest.mark.parametrize("reason", ["relative", "another test module", "a private name"])
def test_tests_share_helper_modules_and_public_names_only(reason: str) -> None:
    assert _refused(reason) == [], "move what two tests share into a helper module of the folder"


def test_every_folder_is_a_package() -> None:
    folders = {file.parent for file in FILES}
    assert [str(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_the_checks_see_what_they_forbid(tmp_path: Path) -> None:
    file = tmp_path / "test_a.py"
    file.write_text("from tests.b.test_b import helper\nfrom lms.c import _d\nimport e\n")
    assert list(_imported(file)) == [("tests.b.test_b.helper", 1), ("lms.c._d", 2), ("e", 3)]
