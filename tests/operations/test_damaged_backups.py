"""A backup that is not whole is found out before anything is restored, by the file's name."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest

from lms.core.db.pool import Pool
from lms.core.storage import LocalStorage
from lms.settings import Settings
from lms.tools.operations import backup as backup_command
from lms.tools.operations import restore as restore_command
from lms.tools.operations.backup import backup
from lms.tools.operations.contents import DUMP, MANIFEST, SUMS, Damaged, check
from lms.tools.operations.drill import DrillFailed, drill
from lms.tools.operations.restore import restore
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.factories import make_course
from tests.people import Person

pytestmark = pytest.mark.usefixtures("db")

_FILES = ("files/files/bystander", "files/files/hit")


@pytest.fixture
async def mine(api: Api, settings: Settings, tara: Person, tmp_path: Path) -> Settings:
    """An installation with a course and two files."""
    await make_course(api, tara)
    mine = replace(settings, data_dir=tmp_path / "data", storage="local")
    storage = LocalStorage(mine.data_dir / "files")
    for name in _FILES:
        await storage.put(name.removeprefix("files/"), name.encode())
    return mine


@pytest.fixture
async def folder(mine: Settings, tmp_path: Path) -> Path:
    """A backup of it."""
    return await backup(mine, tmp_path / "backups")


@pytest.fixture
async def empty(settings: Settings, tmp_path: Path) -> AsyncIterator[Settings]:
    """An installation to restore into."""
    name = f"lms_restored_{uuid4().hex[:12]}"
    await run_sql(settings.database_url, f'create database "{name}"')
    yield replace(
        settings,
        database_url=with_database(settings.database_url, name),
        data_dir=tmp_path / "there",
        storage="local",
    )
    await run_sql(settings.database_url, f'drop database "{name}" with (force)')


def _rewrite(path: Path, content: bytes) -> None:
    """As another file of that name: a backup shares its files with the site, by hard links."""
    path.unlink()
    path.write_bytes(content)


def _change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    _rewrite(path, bytes(content))


_DAMAGE: dict[str, Callable[[Path], None]] = {
    "missing": lambda path: path.unlink(),
    "emptied": lambda path: _rewrite(path, b""),
    "truncated": lambda path: _rewrite(path, path.read_bytes()[:-1]),
    "lengthened": lambda path: _rewrite(path, path.read_bytes() + b"x"),
    "changed": _change_a_byte,
}


async def _is_untouched(settings: Settings) -> bool:
    connection = await asyncpg.connect(settings.database_url.value)
    tables = await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'")
    await connection.close()
    return bool(tables == 0 and not settings.data_dir.exists())


@pytest.mark.parametrize("damage", _DAMAGE)
@pytest.mark.parametrize("name", ["files/files/hit", DUMP, MANIFEST, SUMS])
async def test_a_damaged_file_stops_the_restore_by_its_name(
    folder: Path, empty: Settings, name: str, damage: str
) -> None:
    check(folder)
    _DAMAGE[damage](folder / name)
    with pytest.raises((Damaged, FileNotFoundError), match=name.replace(".", r"\.")) as found:
        await restore(empty, folder)
    assert "bystander" not in str(found.value)
    assert await _is_untouched(empty)


async def test_a_drill_of_a_damaged_backup_names_the_file(mine: Settings, folder: Path) -> None:
    _DAMAGE["emptied"](folder / "files/files/hit")
    with pytest.raises(Damaged, match="files/files/hit is empty"):
        await drill(mine, folder)


async def test_every_damaged_file_is_named_at_once(folder: Path) -> None:
    for name in _FILES:
        _DAMAGE["missing"](folder / name)
    with pytest.raises(Damaged, match=r"bystander is missing; .*hit is missing"):
        check(folder)


async def test_a_line_that_the_list_lost_is_noticed(folder: Path) -> None:
    lines = (folder / SUMS).read_text().splitlines(keepends=True)
    for lost in range(len(lines)):
        (folder / SUMS).write_text("".join(lines[:lost] + lines[lost + 1 :]))
        with pytest.raises(Damaged, match="SHA256SUMS is not what was backed up"):
            check(folder)


async def test_a_damaged_file_can_be_accepted_as_missing(
    mine: Settings, folder: Path, empty: Settings
) -> None:
    _change_a_byte(folder / "files/files/hit")
    with pytest.raises(Damaged):
        await restore(empty, folder, accepted=["files/files/bystander"])
    restored = await restore(empty, folder, accepted=[str(folder / "files/files/hit")])
    assert restored.left_out == {"files/files/hit"}
    assert not (empty.data_dir / "files/files/hit").exists()
    assert (empty.data_dir / "files/files/bystander").read_bytes() == _FILES[0].encode()
    report = await drill(mine, folder, accepted=["files/files/hit"])
    assert (report.files, report.left_out) == (1, {"files/files/hit"})


async def test_nothing_is_restored_without_the_dump(folder: Path, empty: Settings) -> None:
    _change_a_byte(folder / DUMP)
    with pytest.raises(Damaged, match=DUMP):
        await restore(empty, folder, accepted=[DUMP])
    assert await _is_untouched(empty)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="this machine has no sha256sum")
async def test_sha256sum_checks_a_backup_too(folder: Path) -> None:
    async def check_by_hand() -> tuple[int | None, bytes]:
        program = await asyncio.create_subprocess_exec(
            "sha256sum", "--check", "--strict", "--quiet", SUMS,
            cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        said, _ = await program.communicate()
        return program.returncode, said

    assert await check_by_hand() == (0, b"")
    _change_a_byte(folder / "files/files/hit")
    assert await check_by_hand() == (1, b"files/files/hit: FAILED\n")


async def test_verifying_says_what_is_wrong_and_by_its_exit_code(
    mine: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backup_command.main(mine, ["--verify", str(folder)]) == 0
    assert "2 files" in capsys.readouterr().out
    _DAMAGE["missing"](folder / "files/files/hit")
    assert backup_command.main(mine, ["--verify", str(folder)]) == 1
    assert "files/files/hit is missing" in capsys.readouterr().err


def _as_the_release_before_made_it(folder: Path) -> None:
    (folder / SUMS).unlink()
    manifest: Any = orjson.loads((folder / MANIFEST).read_bytes())
    del manifest["sums_sha256"]
    _rewrite(folder / MANIFEST, orjson.dumps(manifest))


async def test_a_backup_of_the_release_before_is_restored(
    mine: Settings, folder: Path, empty: Settings, db: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    _as_the_release_before_made_it(folder)
    report = await drill(mine, folder)
    assert (report.files, report.left_out) == (2, frozenset())
    code = await asyncio.to_thread(restore_command.main, empty, [str(folder)])
    assert (code, "cannot be checked" in capsys.readouterr().out) == (0, True)
    assert (empty.data_dir / "files/files/hit").read_bytes() == b"files/files/hit"


@pytest.mark.parametrize("damage", ["missing", "emptied"])
async def test_a_lost_file_of_the_release_before_is_noticed(
    folder: Path, empty: Settings, damage: str
) -> None:
    _as_the_release_before_made_it(folder)
    _DAMAGE[damage](folder / "files/files/hit")
    with pytest.raises(Damaged, match="files has"):
        await restore(empty, folder)
    restored = await restore(empty, folder, accepted=["files"])
    assert restored.left_out == {"files"}


async def test_a_file_that_was_wrong_before_the_backup_is_found_by_the_drill(
    mine: Settings, db: Pool, tara: Person, tmp_path: Path
) -> None:
    file_id = uuid4()
    await LocalStorage(mine.data_dir / "files").put(f"files/{file_id}", b"rotten")
    async with db.acquire() as connection:
        await connection.execute(
            "insert into files (id, uploader_id, filename, content_type, size, sha256, status)"
            " values ($1, $2, 'a.txt', 'text/plain', 5, sha256('fresh'), 'ready')",
            file_id, tara.id,
        )  # fmt: skip
    with pytest.raises(DrillFailed, match=f"{file_id} is not what was uploaded"):
        await drill(mine, await backup(mine, tmp_path / "backups"))
