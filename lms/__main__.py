"""`python -m lms <command>`: every process and every tool of the application.

Each command imports what it needs when it is called, so that a small one starts quickly.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path

from lms.processes.supervisor import EXIT_SETTINGS
from lms.settings import Settings, SettingsError, load_settings

Command = Callable[[Settings, list[str]], int | None]


def _api(settings: Settings, args: list[str]) -> int | None:
    """serve the API on LMS_HOST:LMS_PORT, in LMS_WEB_CONCURRENCY processes"""
    import lms.processes.api

    _no_arguments("api", args)
    return lms.processes.api.main(settings)


def _worker(settings: Settings, args: list[str]) -> int | None:
    """keep promises: the tasks of all queues, or of those named"""
    import lms.processes.worker

    return lms.processes.worker.main(settings, args)


def _scheduler(settings: Settings, args: list[str]) -> int | None:
    """send periodic tasks when they are due"""
    import lms.processes.scheduler

    _no_arguments("scheduler", args)
    return lms.processes.scheduler.main(settings)


def _jobs(settings: Settings, args: list[str]) -> int | None:
    """show the jobs, and retry dead ones (stats, list --dead, retry ID)"""
    import lms.tools.jobs

    return lms.tools.jobs.main(settings, args)


def _migrate(settings: Settings, args: list[str]) -> int | None:
    """bring the schema up to date (--list, --rollback N)"""
    import lms.tools.migrate

    return lms.tools.migrate.main(settings, args)


def _create_admin(settings: Settings, args: list[str]) -> int | None:
    """make the first administrator"""
    import lms.tools.create_admin

    return lms.tools.create_admin.main(settings, args)


def _reset_mfa(settings: Settings, args: list[str]) -> int | None:
    """take away someone's second factor, where no admin can sign in"""
    import lms.tools.reset_mfa

    return lms.tools.reset_mfa.main(settings, args)


def _seed(settings: Settings, args: list[str]) -> int | None:
    """fill the database with demo data of any size"""
    import lms.tools.seed.demo

    return lms.tools.seed.demo.main(settings, args)


def _openapi(settings: Settings, args: list[str]) -> int | None:
    """write the OpenAPI document"""
    import lms.tools.openapi

    return lms.tools.openapi.main(settings, args)


def _backup(settings: Settings, args: list[str]) -> int | None:
    """copy database and files to a new folder while the site is in use"""
    import lms.tools.operations.backup

    return lms.tools.operations.backup.main(settings, args)


def _restore(settings: Settings, args: list[str]) -> int | None:
    """restore a backup into an empty database"""
    import lms.tools.operations.restore

    return lms.tools.operations.restore.main(settings, args)


def _drill(settings: Settings, args: list[str]) -> int | None:
    """prove that a backup can be restored and used"""
    import lms.tools.operations.drill

    return lms.tools.operations.drill.main(settings, args)


def _dev(settings: Settings, args: list[str]) -> int | None:
    """start everything for development"""
    import lms.tools.dev

    _no_arguments("dev", args)
    return lms.tools.dev.main(settings)


def _wait(settings: Settings, args: list[str]) -> int | None:
    """wait until PostgreSQL and Redis answer"""
    import lms.tools.wait

    return lms.tools.wait.main(settings, args)


def _settings(settings: Settings, args: list[str]) -> int | None:
    """`settings check` says whether they are right, `settings --markdown` lists them"""
    parser = argparse.ArgumentParser(prog="python -m lms settings")
    parser.add_argument("action", nargs="?", choices=["check"])
    parser.add_argument("--markdown", action="store_true", help="print docs/settings.md")
    parsed = parser.parse_args(args)
    if parsed.markdown:
        import lms.tools.settings_page

        print(lms.tools.settings_page.render(), end="")
    else:
        print(f"The settings are right ({settings.environment}).")
    return 0


def _retention(settings: Settings, args: list[str]) -> int | None:
    """list the tables, and how long their rows are kept (for docs/retention.md)"""
    import lms.tools.retention_page

    _no_arguments("retention", args)
    print(lms.tools.retention_page.render())
    return 0


COMMANDS: dict[str, Command] = {
    "api": _api,
    "worker": _worker,
    "scheduler": _scheduler,
    "jobs": _jobs,
    "migrate": _migrate,
    "create-admin": _create_admin,
    "reset-mfa": _reset_mfa,
    "seed": _seed,
    "openapi": _openapi,
    "backup": _backup,
    "restore": _restore,
    "drill": _drill,
    "dev": _dev,
    "wait-for-services": _wait,
    "settings": _settings,
    "retention": _retention,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 2 for a wrong setting, said in one sentence."""
    name, *args = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    if name not in COMMANDS:
        usage = [f"  {known:<18} {run.__doc__}" for known, run in COMMANDS.items()]
        text = "\n".join(["usage: python -m lms <command> [arguments]", "", *usage])
        helped = name in ("-h", "--help", "help")
        print(text, file=sys.stdout if helped else sys.stderr)
        return 0 if helped else EXIT_SETTINGS
    try:
        if name in ("worker", "scheduler"):
            # Before a command handles signals itself, nothing has begun: it may end at once, with
            # code 0.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        if name != "dev":
            _find_running_servers(os.environ)
        settings = load_settings()
        if settings.debug:
            # asyncio's own switch, and uvloop's; the processes that a command starts inherit it.
            os.environ["PYTHONASYNCIODEBUG"] = "1"
        return COMMANDS[name](settings, args) or 0
    except SettingsError as error:
        print(error, file=sys.stderr)
        return EXIT_SETTINGS
    except BrokenPipeError:  # `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _no_arguments(name: str, args: list[str]) -> None:
    argparse.ArgumentParser(prog=f"python -m lms {name}").parse_args(args)


def _find_running_servers(environ: MutableMapping[str, str]) -> None:
    """Let `bin/create-admin` and the like find the servers that `bin/dev` started.

    In development only, and only for what the environment does not say itself.
    """
    if environ.get("LMS_ENVIRONMENT") not in (None, "", "development"):
        return
    path = Path(environ.get("LMS_DATA_DIR") or "var") / "services.env"
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        name, _, value = line.partition("=")
        if not (environ.get(name) or environ.get(f"{name}_FILE")):
            environ[name] = value


if __name__ == "__main__":
    sys.exit(main())
