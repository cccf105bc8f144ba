"""What the pages for operators and clients say is there, is there."""

import ast
import importlib
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from lms.processes.api import stop_seconds
from lms.settings import Settings, load_settings
from lms.webhooks.signing import headers, new_secret, show_secret
from tests.running import environment_of

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"


def test_the_error_catalogue_is_current(settings: Settings) -> None:
    # In a process of its own: tests here declare errors that no client meets.
    printed = subprocess.run(
        [sys.executable, "-m", "lms", "openapi", "--errors"],
        capture_output=True, text=True, check=True, env=environment_of(settings), cwd=ROOT,
    ).stdout  # fmt: skip
    page = (ROOT / "docs" / "errors.md").read_text()
    assert page == printed, "run: python -m lms openapi --errors > docs/errors.md"


_PAGES = [*sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("*.md"))]


@pytest.mark.parametrize("page", _PAGES, ids=str)
def test_links_lead_to_pages(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_code_names_decisions_that_are_there() -> None:
    named = {
        name
        for file in (*ROOT.glob("lms/**/*.py"), *ROOT.glob("sql/**/*.sql"))
        for name in re.findall(r"docs/decisions/[\w.-]+\.md", file.read_text())
    }
    assert named
    assert {name for name in named if not (ROOT / name).is_file()} == set()


def test_the_example_of_a_domain_uses_what_is_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    imports = [
        statement
        for block in blocks
        for statement in ast.walk(ast.parse(block))
        if isinstance(statement, ast.ImportFrom) and "bookmarks" not in str(statement.module)
    ]
    assert len(imports) > 10
    # All first: a module is an attribute of its folder once something has imported it.
    for module, statement in [(importlib.import_module(str(one.module)), one) for one in imports]:
        for name in statement.names:
            # Only the example itself has bookmarks.
            assert hasattr(module, name.name) or "bookmarks" in name.name, (module, name.name)
    changed = "".join(re.findall(r"```diff\n(.*?)```", page, re.DOTALL))
    for name in re.findall(r"^# (\S+)$", changed, re.MULTILINE):
        assert (ROOT / name).is_file(), name


def test_the_receiver_of_the_webhooks_guide_verifies_what_we_sign() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    keys, body, now = [new_secret(), new_secret()], b'{"type":"x"}', datetime.now(UTC)
    sent = headers(keys, uuid4(), now, body)
    for key in keys:
        assert names["verify"](show_secret(key), sent, body)
        assert not names["verify"](show_secret(key), sent, body + b" ")
    assert not names["verify"](show_secret(new_secret()), sent, body)
    old = headers(keys, uuid4(), now - timedelta(minutes=6), body)
    assert not names["verify"](show_secret(keys[0]), old, body)


def test_every_alert_says_what_to_do_about_it() -> None:
    rules = yaml.safe_load((CONFIG / "observability" / "rules" / "alerts.yml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    told = (ROOT / "docs" / "operations.md").read_text().partition("## Incidents")[2]
    assert alerts == set(re.findall(r"`(Lms\w+)`", told))


class _Loader(yaml.SafeLoader):
    """Knows Compose's own tags."""


class _Override(list[str]):
    """A list that takes the place of the one in the file before, where others are added to it."""


_Loader.add_constructor(
    "!override", lambda loader, node: _Override(loader.construct_sequence(node))
)


def _compose(path: Path) -> Any:
    return yaml.load(path.read_text(), _Loader)


@pytest.mark.parametrize("name", ["compose.production.yml", "compose.observability.yml"])
def test_containers_are_bounded_watched_and_read_only(name: str) -> None:
    document = _compose(CONFIG / name)
    for service, given in document["services"].items():
        limits = given["deploy"]["resources"]["limits"]
        assert {"cpus", "memory"} <= limits.keys(), service
        assert "healthcheck" in given or service in ("api", "worker", "scheduler"), service
        # PostgreSQL's image writes to places of its own in its root.
        assert given.get("read_only") or service == "postgres", service
        assert set(given.get("secrets", ())) <= document["secrets"].keys()
        for variable, value in (given.get("environment") or {}).items():
            if "PASSWORD" in variable or "SECRET" in variable:
                assert variable.endswith("_FILE"), variable
                assert value.startswith("/run/secrets/")
        for port in given.get("ports", ()):
            assert port.startswith("127.0.0.1:"), "only the machine itself reaches it"
    for secret in document["secrets"].values():
        assert secret["file"].startswith("./secrets/")


def _with(before: Any, given: Any) -> Any:
    """What Compose makes of two files, one on top of the other."""
    if isinstance(before, dict) and isinstance(given, dict):
        return before | {name: _with(before.get(name), value) for name, value in given.items()}
    if isinstance(given, list) and not isinstance(given, _Override):
        return ([before] if isinstance(before, str) else before or []) + given
    return given


def _listed(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value or ())


def _production() -> Any:
    return _compose(CONFIG / "compose.production.yml")


def _staging() -> Any:
    return _with(_production(), _compose(CONFIG / "compose.staging.yml"))


def _of_its_own(document: Any) -> dict[str, set[str]]:
    """What an installation reads of the machine that runs it."""
    found: dict[str, set[str]] = {"env files": set(), "secrets": set(), "folders": set()}
    for service in document["services"].values():
        found["env files"] |= _listed(service.get("env_file"))
        found["secrets"] |= {
            document["secrets"][s]["file"] for s in _listed(service.get("secrets"))
        }
        mounted = {v for v in _listed(service.get("volumes")) if v.startswith((".", "/"))}
        found["folders"] |= {v for v in mounted if not v.endswith(":ro")}  # what we ship
    return found


def test_staging_shares_no_setting_secret_or_folder_with_production() -> None:
    production, staging = _of_its_own(_production()), _of_its_own(_staging())
    for kind, files in production.items():
        assert files, kind
        assert staging[kind], kind
        assert not files & staging[kind], kind
    # Volumes and networks are the project's, which the name makes another.
    assert _production()["name"] != _staging()["name"]


@pytest.mark.parametrize("name", ["production", "staging"])
def test_the_example_settings_start_what_compose_starts(name: str, tmp_path: Path) -> None:
    secrets = {
        "database_url": "postgresql://lms:x@postgres:5432/lms",
        "secret_keys": f"2026a:{'x' * 32}",
        "smtp_url": "smtps://u:x@mail.example.com:465",
    }
    for file, content in secrets.items():
        (tmp_path / file).write_text(content)
    document = _production() if name == "production" else _staging()
    lines = (CONFIG / f"{name}.env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    started = [s for s in document["services"].values() if "env_file" in s]
    assert len(started) >= 5
    for service in started:
        environ = example | {
            variable: value.replace("/run/secrets", str(tmp_path))
            for variable, value in service["environment"].items()
        }
        settings = load_settings(environ)
        assert settings.environment == name
        for variable, value in service["environment"].items():
            if value.startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], variable


def test_containers_are_given_the_time_that_a_stop_may_take() -> None:
    documented = Settings().shutdown_grace_seconds + 45
    assert stop_seconds(Settings()) < documented
    services = _production()["services"] | _compose(ROOT / "docker-compose.yml")["services"]
    given = [s["stop_grace_period"] for s in services.values() if "stop_grace_period" in s]
    assert len(given) >= 4
    assert all(documented <= int(period.removesuffix("s")) for period in given)
    told = re.search(r"TimeoutStopSec=(\d+)", (ROOT / "docs" / "operations.md").read_text())
    assert told is not None
    assert documented <= int(told[1])


def test_the_image_dumps_the_postgresql_that_compose_starts() -> None:
    brings = re.search(r"^ARG POSTGRES=(\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert brings is not None
    for document in (_production(), _compose(ROOT / "docker-compose.yml")):
        assert document["services"]["postgres"]["image"] == f"postgres:{brings[1]}"


def test_the_health_check_of_the_image_fits_all_that_it_starts() -> None:
    """A worker and a scheduler answer it on a port of their own, which is the API's there."""
    image = (ROOT / "Dockerfile").read_text()
    ports = dict(re.findall(r"^    (LMS_\w*PORT)=(\d+)", image, re.MULTILINE))
    assert ports["LMS_HEALTH_PORT"] == ports["LMS_PORT"]
    assert "/api/v1/health" in image.partition("HEALTHCHECK")[2]
    for document in (_production(), _compose(ROOT / "docker-compose.yml")):
        for name in ("worker", "scheduler"):
            assert "healthcheck" not in document["services"][name], "the image's"


def test_a_backup_is_made_when_it_is_asked_for_and_lies_outside_the_containers() -> None:
    service = _production()["services"]["backup"]
    assert service["profiles"], "`up` does not start it"
    command, folder = service["command"]
    assert command == "backup"
    mounted = dict(volume.split(":")[:2][::-1] for volume in service["volumes"])
    assert mounted[folder].startswith("./")
    assert mounted["/data"] == "data", "the files are in it"
