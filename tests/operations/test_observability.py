"""Dashboards, alerts and the page of metrics name what a running site exports, and all of it."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from lms.core.http.routing import endpoints
from lms.settings import Settings
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.operations.promql import names_in
from tests.people import PASSWORD, Person
from tests.running import Site, eventually, free_port, running_site

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config" / "observability"
# Prometheus's own, with their labels.
_PROMETHEUS = {"up": {"job", "instance"}, "ALERTS": {"alertname", "alertstate", "severity"}}
_TARGET = {"job", "instance"}  # what Prometheus adds to every sample
# Labels whose values are not written down, since the database, the routes or the build make them.
_OPEN = {"state", "table", "route", "method", "status", "version", "commit", "built_at"}


@dataclass(frozen=True)
class Expression:
    where: str
    text: str
    legend: str = ""


def _rules() -> list[tuple[str, dict[str, Any]]]:
    return [
        (file.name, rule)
        for file in sorted((CONFIG / "rules").glob("*.yml"))
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    ]


def _dashboards() -> dict[str, Any]:
    return {
        file.stem: json.loads(file.read_text())
        for file in sorted((CONFIG / "grafana" / "dashboards").glob("*.json"))
    }


def _expressions() -> Iterator[Expression]:
    for file, rule in _rules():
        yield Expression(f"{file}: {rule.get('alert') or rule['record']}", rule["expr"])
    for name, dashboard in _dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                where = f"{name}: {panel['title']}"
                yield Expression(where, target["expr"], target["legendFormat"])


Labels = dict[str, dict[str, set[str] | None]]  # of each metric: label, and its values if closed


def _documented() -> Labels:
    found: Labels = {}
    for line in (ROOT / "docs" / "metrics.md").read_text().splitlines():
        row = re.match(r"\| `(lms_\w+)` \| (.*?)\|", line)
        if row is None:
            continue
        labels = found[row[1]] = {}
        parts = row[2].split(";") if ":" in row[2] else row[2].split(",")
        for part in filter(str.strip, parts):
            label, *values = re.findall(r"`([^`]+)`", part)
            labels[label] = set(values) or None
    return found


def _with_series(labels: Labels) -> dict[str, set[str]]:
    """The label names of every series that a query can name."""
    known = {name: set(of) for name, of in labels.items()} | _PROMETHEUS
    histogram = "lms_http_request_seconds"
    for suffix, more in (("_bucket", {"le"}), ("_sum", set()), ("_count", set())):
        known[histogram + suffix] = known[histogram] | more
    del known[histogram]
    return known


def test_metric_names_are_found_in_an_expression() -> None:
    found = names_in('sum by (le, a) (rate(m_total{s=~"x|y", t!="z w"}[5m])) / on (b) other > 0.5')
    assert found.metrics == {"m_total", "other"}
    assert found.matched == {("m_total", "s", "x"), ("m_total", "s", "y"), ("m_total", "t", "z w")}
    assert found.grouped == {"le", "a", "b"}
    assert names_in("max(rate(m[$__rate_interval])) unless on () (count(n) > 0)").metrics == {
        "m",
        "n",
    }


def test_every_query_names_what_is_documented(app: web.Application) -> None:
    documented = _documented()
    known = _with_series(documented)
    for _, rule in _rules():
        if "record" in rule:
            known[rule["record"]] = names_in(rule["expr"]).grouped - {"le"}
    routes = {endpoint.path for endpoint in endpoints(app)}
    for expression in _expressions():
        named = names_in(expression.text)
        assert named.metrics, expression
        assert named.metrics <= set(known), (expression.where, named.metrics - set(known))
        labels = set().union(*(known[metric] for metric in named.metrics), _TARGET)
        assert named.grouped <= labels, (expression.where, named.grouped - labels)
        shown = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", expression.legend))
        assert shown <= labels, (expression.where, shown - labels)
        for metric, label, value in named.matched:
            assert label in known[metric] | _TARGET, (expression.where, metric, label)
            if label == "route":
                assert value in routes, (expression.where, value)
            closed = documented.get(metric, {}).get(label)
            if closed is not None:
                assert value in closed, (expression.where, metric, value)


def test_dashboards_are_all_there_and_their_links_lead_somewhere() -> None:
    dashboards = _dashboards()
    assert set(dashboards) == {"overview", "api", "jobs", "learning", "database"}
    assert len({one["uid"] for one in dashboards.values()}) == 5
    datasource = yaml.safe_load(
        (CONFIG / "grafana/provisioning/datasources/prometheus.yml").read_text()
    )["datasources"][0]
    for dashboard in dashboards.values():
        for panel in dashboard["panels"]:
            assert panel["datasource"]["uid"] == datasource["uid"]
    assert len({rule["alert"] for _, rule in _rules() if "alert" in rule}) > 10


@pytest.mark.skipif(shutil.which("promtool") is None, reason="this machine has no promtool")
def test_prometheus_takes_the_rules_and_alerts_for_what_they_say() -> None:
    rules = [str(file) for file in sorted((CONFIG / "rules").glob("*.yml"))]
    for command in (["check", "rules", *rules], ["test", "rules", str(CONFIG / "alerts_test.yml")]):
        done = subprocess.run(["promtool", *command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def _exported(text: str) -> Labels:
    found: Labels = {}
    for family in text_string_to_metric_families(text):
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = found.setdefault(name, {})
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label != "le":
                    labels.setdefault(label, set()).add(value)  # type: ignore[union-attr]
    return found


async def _signed_in(site: Site, person: Person) -> str:
    login = {"email": person.email, "password": PASSWORD}
    reply = await site.api.post("/auth/login", login)
    return str(reply.data["tokens"]["access_token"])


async def _live(site: Site, api: Api, teacher: Person, student: Person) -> None:
    """A bit of everything that is counted."""
    course, lessons = await make_open_course(api, teacher)
    await site.api.get("/courses")
    await site.api.get("/courses")
    teaching, studying = await _signed_in(site, teacher), await _signed_in(site, student)
    enrollment = await enroll(api, student, course)
    for lesson in lessons:
        path = f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete"
        assert (await site.api.post(path, token=studying)).status == 200
    wrong = {"email": student.email, "password": "wrong-entirely"}
    asked = [site.api.post("/auth/login", wrong, check=False) for _ in range(25)]
    assert {401, 429} <= {reply.status for reply in await asyncio.gather(*asked)}
    hook = {"url": f"http://127.0.0.1:{free_port()}/", "types": ["course.published"]}
    made = (await site.api.post("/webhooks", hook, token=teaching)).data
    await site.api.post(f"/webhooks/{made['id']}/test", token=teaching)


async def test_a_running_site_exports_what_is_documented_and_nothing_else(
    settings: Settings, api: Api, tara: Person, sam: Person, tmp_path: Path
) -> None:
    mine = replace(
        settings,
        port=free_port(),
        public_url=None,
        data_dir=tmp_path,
        rate_limit_auth_per_minute=20,
        webhook_allowed_nets=(ip_network("127.0.0.0/8"),),
        sweep_seconds=0.5,
    )
    documented = _documented()
    async with running_site(mine) as site:
        await _live(site, api, tara, sam)

        async def whole() -> Labels | None:
            text = (await site.api.get("/metrics", root=True, check=False)).body.decode()
            exported = _exported(text)
            done = exported["lms_webhook_attempts_total"] and exported["lms_jobs_total"]
            return exported if done else None

        exported = await eventually(whole)
    own = {name: of for name, of in exported.items() if name.startswith("lms_")}
    assert set(own) == set(documented)
    assert set(exported) == set(own), "nothing is exported under another name"
    for name, labels in own.items():
        assert set(labels) == set(documented[name]), name
        for label, values in labels.items():
            closed = documented[name][label]
            assert closed is not None or label in _OPEN, (name, label)
            assert closed is None or values is None or values <= closed, (name, label, values)
