"""The API's processes: as many as LMS_WEB_CONCURRENCY says, each with its own listening socket.

The kernel spreads connections over sockets that share a port (SO_REUSEPORT). A process that
crashes is started again; SIGTERM drains all of them, so that a rolling restart fails no request.
"""

import fcntl
import gc
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from lms.core.log import get_logger, start_logging
from lms.processes.ports import port_is_free
from lms.processes.supervisor import EXIT_SETTINGS, Process, Program, Stopped, Supervisor, spawn
from lms.settings import Settings, SettingsError, load_settings

log = get_logger(__name__)

_FINISH_SECONDS = 30.0  # for requests that are running when we stop; downloads may be long
_CUT_SECONDS = 2.0  # requests that are not finished then get twice this
_BACKLOG = 1024  # connections that wait while a process is busy


def main(settings: Settings) -> int:
    """Serve until SIGTERM or Ctrl-C; 0 when every request was finished."""
    _check_port(settings)
    metrics, lock = metrics_folder(memory_folder() or settings.data_dir / "metrics")
    # Inherited, and read when prometheus_client is imported: never in this process.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)

    start_logging(settings, "lms-api")
    supervisor = Supervisor(log.warning)
    seconds = stop_seconds(settings)
    try:
        for number in range(settings.web_concurrency):
            name = f"API process {number + 1}"
            supervisor.run(Program(name, _starter(metrics), stop_seconds=seconds))
        supervisor.watch()
    except Stopped:
        return 0 if supervisor.stop() else 1
    finally:
        supervisor.stop()
        shutil.rmtree(metrics, ignore_errors=True)
        os.close(lock)


def stop_seconds(settings: Settings) -> float:
    """How long a stop may take before requests that still run are killed. The process manager that
    stops us must allow more (docs/operations.md: grace + 45).
    """
    return settings.shutdown_grace_seconds + _FINISH_SECONDS + 10.0


def _starter(metrics: Path) -> Callable[[], Process]:
    last: list[int] = []

    def start() -> Process:
        for pid in last:  # clear the gauges of a crashed process: its requests have ended
            for gauge in metrics.glob(f"gauge_live*_{pid}.db"):
                gauge.unlink(missing_ok=True)
        process = spawn([sys.executable, "-m", "lms.processes.api"])
        last[:] = [process.pid]
        return process

    return start


def _check_port(settings: Settings) -> None:
    """Check the address now, instead of starting processes that fail again and again.

    This also finds a listener with SO_REUSEPORT. Our processes could start beside it, and the two
    would silently share the requests.
    """
    if not port_is_free(settings.host, settings.port):
        raise SettingsError(
            f"LMS_PORT: {settings.host}:{settings.port} is taken or not an address of this "
            "machine; stop what listens there, or choose another port."
        )


def memory_folder(shared: Path = Path("/dev/shm")) -> Path | None:  # noqa: S108 - see below
    """A folder of ours in memory, which no full disk can hurt; None where there is none.

    Everybody may write into `shared`, so a folder that somebody else made there is not used.
    """
    folder = shared / f"lms-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return folder if is_ours and stat.S_IMODE(found.st_mode) == 0o700 else None


def metrics_folder(parent: Path) -> tuple[Path, int]:
    """An empty folder for the counters of this start, and a lock that marks it as in use.

    Each start has its own: during a rolling restart the old processes still use theirs.
    """
    parent.mkdir(parents=True, exist_ok=True)
    gate = os.open(parent, os.O_RDONLY)
    try:
        # One start at a time: a folder that is made but not yet locked looks like an old one.
        fcntl.flock(gate, fcntl.LOCK_EX)
        for old in parent.iterdir():
            _remove_unless_in_use(old)
        folder = Path(tempfile.mkdtemp(dir=parent.absolute(), prefix="api-"))
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return folder, descriptor
    finally:
        os.close(gate)


def _remove_unless_in_use(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        pass  # locked: its processes are running
    finally:
        os.close(descriptor)


def serve(settings: Settings) -> int:
    """One process: everything below is imported only here, so that the parent stays small."""
    import uvloop

    from lms.core.log import start_logging, stop_logging
    from lms.core.telemetry.sentry import start_sentry, stop_sentry
    from lms.core.telemetry.tracing import start_tracing, stop_tracing

    start_logging(settings, "lms-api")
    start_sentry(settings, "lms-api")
    start_tracing(settings, "lms-api")
    try:
        return uvloop.run(_serve(settings))
    finally:
        stop_tracing()
        stop_sentry()
        stop_logging()


async def _serve(settings: Settings) -> int:
    import asyncio

    from aiohttp import web

    from lms.app import create_app
    from lms.core.http.request import SERVING
    from lms.core.log import write_in_loop
    from lms.processes.serving import Runner

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    write_in_loop(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)

    app = create_app(settings)
    runner = Runner(app, shutdown_timeout=_CUT_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, reuse_port=True, backlog=_BACKLOG)
        await site.start()
        # Objects that exist now live until the end: the collector need not look at them again.
        gc.collect()
        gc.freeze()
        await stopping.wait()
        app[SERVING].is_draining = True  # /ready says 503: proxies send their requests elsewhere
        await asyncio.sleep(settings.shutdown_grace_seconds)
        await runner.finish(_FINISH_SECONDS)
    finally:
        await runner.cleanup()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(serve(load_settings()))
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_SETTINGS)
