"""`Accept` is read by weight and exactness (RFC 9110 §12.5.1)."""

import pytest

from tests.api import Api
from tests.people import Person


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        (" , ", "application/json"),
        (";", "application/json"),
        (";q=1, ; ;", "application/json"),
        ("text/csv,;", "text/csv"),
        ("*/*", "application/json"),
        ("*", "application/json"),
        ("text/csv", "text/csv"),
        ("Text/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0, application/json", "application/json"),
        ("text/csv;q=0.0, */*", "application/json"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("application/*;q=0.2, text/csv;q=0.3", "text/csv"),
        ("text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/csv, */*", "text/csv"),
        ("text/csv, application/json", "text/csv"),
        ("application/json, text/csv", "application/json"),
        ("text/csv;header=absent, application/json;q=0.1", "application/json"),
        ('application/json;profile="a,b;q=0", image/png', "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/csv ; q = 0.5 , application/json;q=0.4", "text/csv"),
        ("text/csv;q=1.000, application/json;q=0.999", "text/csv"),
        ("text/html, image/gif, *; q=.2", "application/json"),
    ],
)
async def test_accept_is_read_by_weight_and_exactness(
    api: Api, tara: Person, accept: str, kind: str
) -> None:
    reply = await api.get("/analytics/instructor", as_=tara, headers={"Accept": accept})
    assert reply.headers["Content-Type"].partition(";")[0] == kind


@pytest.mark.parametrize(
    "accept",
    ["image/png", "application/json;q=0", "*/*;q=0", "json", "text/*;q=0, application/xml"],
)
async def test_what_a_client_does_not_take_it_does_not_get(
    api: Api, tara: Person, accept: str
) -> None:
    for path in ("/analytics/instructor", "/users/me"):
        reply = await api.get(path, as_=tara, headers={"Accept": accept})
        assert (reply.status, reply.code) == (406, "not_acceptable")


async def test_a_problem_is_a_page_for_browsers_and_json_for_programs(api: Api) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, kind in {
        browser: "text/html",
        "application/json": "application/json",
        "application/json;q=0.5, text/html;q=0.4": "application/json",
        "application/json, text/html;q=0": "application/json",
        "text/html;q=0, */*": "application/json",
        "": "text/html",
    }.items():
        reply = await api.get("/problems/not_found", root=True, headers={"Accept": accept})
        assert reply.headers["Content-Type"].partition(";")[0] == kind, accept
