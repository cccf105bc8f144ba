"""Measure the framework beside bare aiohttp and asyncpg: `bin/bench [--quick] [scenario …]`."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from lms.settings import load_settings
from lms.tools import migrate
from lms.tools.bench import report
from lms.tools.bench.data import Sizes, make_data
from lms.tools.bench.growth import LARGE, SMALL, growth_table, measure_growth
from lms.tools.bench.load import Load, LoadError
from lms.tools.bench.login import measure_logins
from lms.tools.bench.logs import measure_logs, text_of
from lms.tools.bench.measure import run_rounds
from lms.tools.bench.processes import measure_processes
from lms.tools.bench.scenarios import SCENARIOS, Scenario, logins
from lms.tools.bench.site import Server, Site, ask, own_database, rest

_LOGIN = "login"  # measured in a way of its own
_PAGE = Path(__file__).resolve().parents[3] / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="lms-bench-") as folder,
        own_database(load_settings().database_url.value) as url,
    ):
        environ = {**os.environ, "LMS_DATABASE_URL": url}
        site = Site(Path(folder), environ)
        try:
            figures = _MEASURES[options.what](site, url, options)
        except LoadError as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            site.stop()
    if options.json:
        options.json.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    sizes = Sizes()
    parser.add_argument("scenarios", nargs="*", help="names; all unless some are given")
    parser.add_argument("--quick", action="store_true", help="under two minutes, and no page")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=0, help="of each sample")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--courses", type=int, default=sizes.courses)
    parser.add_argument("--students", type=int, default=sizes.students, help="20 enrolments each")
    parser.add_argument("--lessons", type=int, default=sizes.lessons, help="of each course")
    parser.add_argument(
        "--growth", action="store_true", help="instead: 10^4 and 10^6 enrolments in turn"
    )
    parser.add_argument(
        "--processes", action="store_true", help="instead: start-up, two processes, memory"
    )
    parser.add_argument(
        "--logs", action="store_true", help="instead: what a line in the log for each request costs"
    )
    parser.add_argument("--json", type=Path, help="write all samples to this file")
    options = parser.parse_args(arguments)
    names = [*(scenario.name for scenario in SCENARIOS), _LOGIN]
    unknown = sorted(set(options.scenarios) - set(names))
    if unknown:
        parser.error(f"no scenario {', '.join(unknown)}; there are {', '.join(names)}")
    if options.scenarios and (options.growth or options.processes):
        parser.error("--growth and --processes measure what they measure, without scenarios")
    chosen = [name for name in ("growth", "processes", "logs") if getattr(options, name)]
    options.what = chosen[0] if chosen else "all"
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.seconds = options.seconds or (1 if options.quick else 3)
    return options


def _measure(site: Site, url: str, options: argparse.Namespace) -> report.Figures:
    figures = report.machine()
    chosen = [s for s in SCENARIOS if not options.scenarios or s.name in options.scenarios]
    sizes = Sizes(courses=options.courses, lessons=options.lessons, students=options.students)
    say(f"making {sizes.courses:,} courses and {sizes.enrollments:,} enrolments")
    migrate.migrate(url)
    data = make_data(url, sizes)
    api = site.start_api()
    data = site.sign_in(api, data)
    loads = {s.name: Load(site.folder, s.name, s.requests(data)) for s in chosen}
    loads[_LOGIN] = Load(site.folder, _LOGIN, logins(data))
    loads["me"] = loads.get("me") or Load(site.folder, "me", _named("me").requests(data))
    file = site.folder / "data.json"
    replace(data, bodies=_bodies(api, data.course_ids)).save(file)
    servers = [api, *(site.start_baseline(kind, file) for kind in ("bare", "usual"))]
    signing_in = None
    if not options.scenarios or _LOGIN in options.scenarios:
        # First, because the database stays busy for a while after scenarios that write.
        rest(url)
        signing_in = measure_logins(
            api, loads[_LOGIN], loads["me"], rounds=options.rounds, seconds=options.seconds
        )
        say("logins measured")
    rows = run_rounds(
        servers,
        loads,
        chosen,
        rounds=options.rounds,
        seconds=options.seconds,
        connections=options.connections,
        say=say,
    )
    text = report.scenario_table(rows)
    print(text)
    figures["scenarios"] = report.scenario_json(rows)
    if signing_in is not None:
        figures["login"] = signing_in.json()
        print()
        print(signing_in.text())
        text = f"{text}\n\n{signing_in.text()}"
    if not (options.quick or options.scenarios):
        report.write_part(_PAGE, "scenarios", f"{report.heading(sizes, figures)}\n\n{text}")
    return figures


def _measure_growth(site: Site, url: str, options: argparse.Namespace) -> report.Figures:
    figures = report.machine()
    servers, loads = [], []
    with own_database(load_settings().database_url.value, "small") as small:
        try:
            for name, address, counts in (("small", small, SMALL), ("large", url, LARGE)):
                sizes = Sizes(**counts)
                say(f"making {sizes.courses:,} courses and {sizes.enrollments:,} enrolments")
                migrate.migrate(address)
                data = make_data(address, sizes)
                api = site.start_api(LMS_DATABASE_URL=address)
                data = site.sign_in(api, data)
                servers.append(api)
                loads.append(
                    {
                        s.name: Load(site.folder, f"{name}-{s.name}", s.requests(data))
                        for s in SCENARIOS
                    }
                )
            rows = measure_growth(
                servers, loads, rounds=options.rounds, seconds=options.seconds, say=say
            )
        finally:
            site.stop()
    text = growth_table(rows)
    print(text)
    if not options.quick:
        report.write_part(_PAGE, "growth", f"{report.when(figures)}\n\n{text}")
    return {**figures, "growth": [asdict(row) for row in rows]}


def _measure_processes(site: Site, url: str, options: argparse.Namespace) -> report.Figures:
    figures = report.machine()
    migrate.migrate(url)
    data = make_data(url, Sizes(courses=options.courses, students=options.students))
    api = site.start_api()
    data = site.sign_in(api, data)
    site.stop(api)
    loads = {s.name: Load(site.folder, s.name, s.requests(data)) for s in SCENARIOS}
    found = measure_processes(
        site, list(loads.values()), loads["me"], seconds=50 * options.seconds, say=say
    )
    print(found.text())
    if not options.quick:
        report.write_part(_PAGE, "processes", f"{report.when(figures)}\n\n{found.text()}")
    return {**figures, "processes": found.json()}


def _measure_logs(site: Site, url: str, options: argparse.Namespace) -> report.Figures:
    figures = report.machine()
    names = options.scenarios or ["courses", "course", "me"]
    chosen = [_named(name) for name in names]
    sizes = Sizes(courses=options.courses, lessons=options.lessons, students=options.students)
    migrate.migrate(url)
    data = make_data(url, sizes)
    api = site.start_api()
    data = site.sign_in(api, data)
    site.stop(api)
    loads = {s.name: Load(site.folder, s.name, s.requests(data)) for s in chosen}
    costs = measure_logs(
        site,
        loads,
        chosen,
        rounds=options.rounds,
        seconds=options.seconds,
        connections=options.connections,
        say=say,
    )
    text = text_of(costs)
    print(text)
    if not (options.quick or options.scenarios):
        report.write_part(_PAGE, "logs", f"{report.when(figures)}\n\n{text}")
    return {**figures, "logs": [cost.json() for cost in costs]}


_MEASURES = {
    "all": _measure,
    "growth": _measure_growth,
    "processes": _measure_processes,
    "logs": _measure_logs,
}


def _named(name: str) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.name == name)


def _bodies(api: Server, course_ids: Sequence[str]) -> dict[str, str]:
    """Replies of the application for a handler that returns the same bytes."""
    paths = ["/courses", *(f"/courses/{i}" for i in course_ids)]
    return {f"/api/v1{path}": ask(api, "GET", path)[1].decode() for path in paths}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
