"""What we ship is whole: wheel, sdist, editable install and bare checkout."""

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".*", "var", "build", "dist", "*.egg-info", "__pycache__", "node_modules"
)
FIND = (
    "from lms.core.db.resources import resource_dir as r; print(r('sql')); print(r('migrations'))"
)


def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def resources_seen_from(folder: Path) -> list[Path]:
    """Where a fresh interpreter that imports `lms` from the folder finds sql and migrations."""
    output = subprocess.run(
        [sys.executable, "-c", FIND],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [Path(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel and an sdist, built from a copy so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source") / "lms"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    output = tmp_path_factory.mktemp("built")
    build = "from setuptools import build_meta as b; import sys; print(getattr(b, sys.argv[1])(%r))"
    names = []
    for hook in ("build_wheel", "build_sdist"):
        done = subprocess.run(
            [sys.executable, "-c", build % str(output), hook],
            cwd=source,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        names.append(done.stdout.splitlines()[-1])
    return output / names[0], output / names[1]


def test_the_list_of_packages_matches_the_folders() -> None:
    listed = set(config()["options"]["packages"].split())
    folders = {
        ".".join(file.parent.relative_to(ROOT).parts) for file in ROOT.glob("lms/**/__init__.py")
    }
    assert listed == folders | {"lms.sql", "lms.migrations"}


def test_every_requirement_is_pinned() -> None:
    options = config()["options"]["install_requires"].splitlines()
    loose = [line for line in options if line and not line.startswith("#") and "==" not in line]
    assert loose == []


def test_the_wheel_carries_every_file(built: tuple[Path, Path]) -> None:
    inside = set(zipfile.ZipFile(built[0]).namelist())
    for top, prefix in (("lms", "lms"), ("sql", "lms/sql"), ("migrations", "lms/migrations")):
        files = [file for file in (ROOT / top).rglob("*") if file.is_file()]
        expected = {
            f"{prefix}/{file.relative_to(ROOT / top).as_posix()}"
            for file in files
            if "__pycache__" not in file.parts
        }
        assert expected - inside == set()


def test_the_wheel_finds_its_resources(built: tuple[Path, Path], tmp_path: Path) -> None:
    zipfile.ZipFile(built[0]).extractall(tmp_path)
    assert resources_seen_from(tmp_path) == [tmp_path / "lms/sql", tmp_path / "lms/migrations"]


def test_the_sdist_finds_its_resources(built: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.unpack_archive(built[1], tmp_path)
    (top,) = tmp_path.iterdir()
    assert resources_seen_from(top) == [top / "sql", top / "migrations"]
    for name in ("bin/dev", "tests/conftest.py", "config/dev.env", "README.md", "LICENSE"):
        assert (top / name).is_file(), name


def test_a_checkout_finds_its_resources() -> None:
    assert resources_seen_from(ROOT) == [ROOT / "sql", ROOT / "migrations"]


def test_an_editable_install_finds_its_resources() -> None:
    isolated = [sys.executable, "-I", "-c"]  # neither the current folder nor PYTHONPATH
    found = subprocess.run([*isolated, FIND], cwd="/", capture_output=True, text=True)
    if found.returncode:
        pytest.skip("lms is not installed in this environment; bin/test installs it")
    assert [Path(line) for line in found.stdout.splitlines()] == [ROOT / "sql", ROOT / "migrations"]
