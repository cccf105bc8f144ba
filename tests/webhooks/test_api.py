"""Webhooks as their owners meet them."""

from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.people import Person
from tests.webhooks.conftest import make_webhook

URL = "https://hooks.example.com/lms"


async def test_the_secret_is_shown_on_creation_and_rotation_alone(
    api: Api, db: Pool, tara: Person
) -> None:
    created = await api.post("/webhooks", {"url": URL, "types": ["course.updated"]}, as_=tara)
    assert created.status == 201
    assert created.headers["Cache-Control"] == "no-store"
    assert created.data["secret"].startswith("whsec_")
    webhook = created.data
    read = await api.get(f"/webhooks/{webhook['id']}", as_=tara)
    assert set(read.data) == {
        "id", "url", "types", "is_active", "disabled_reason", "created_at"
    }  # fmt: skip
    listed = (await api.get("/webhooks", as_=tara)).data
    assert listed == [read.data]
    changed = await api.patch(f"/webhooks/{webhook['id']}", {"is_active": False}, as_=tara)
    assert "secret" not in changed.data
    rotated = await api.post(f"/webhooks/{webhook['id']}/rotate-secret", as_=tara)
    assert rotated.data["secret"] != webhook["secret"]
    async with db.acquire() as connection:
        rows = await connection.fetch("select * from webhooks")
    for secret in (webhook["secret"], rotated.data["secret"]):
        assert secret.removeprefix("whsec_") not in str(rows)


async def test_an_idempotency_key_does_not_store_the_secret(
    api: Api, db: Pool, tara: Person
) -> None:
    body = {"url": URL, "types": ["course.updated"]}
    key = {"Idempotency-Key": "once"}
    first = await api.post("/webhooks", body, as_=tara, headers=key)
    second = await api.post("/webhooks", body, as_=tara, headers=key)
    assert first.data["secret"] != second.data["secret"]
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from idempotency_keys") == 0


async def test_a_webhook_is_visible_to_its_owner_and_admins(
    api: Api, tara: Person, theo: Person, ada: Person, sam: Person
) -> None:
    mine = await make_webhook(api, tara, URL)
    other = await make_webhook(api, theo, URL)
    paths = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate-secret"),
             ("POST", "/test"), ("GET", "/deliveries"), ("POST", "/recover")]  # fmt: skip
    for method, path in paths:
        body: Any = {"since": "2026-01-01T00:00:00Z"} if path == "/recover" else {}
        if method == "PATCH":
            body = {"is_active": True}
        for person, status in ((theo, 404), (sam, 403)):
            reply = await api.request(
                method,
                f"/webhooks/{mine['id']}{path}",
                json=None if method == "GET" else body,
                as_=person,
            )
            assert reply.status == status, (method, path)
    delivery = (await api.post(f"/webhooks/{mine['id']}/test", as_=tara)).data
    again = f"/webhooks/deliveries/{delivery['id']}/redeliver"
    assert (await api.post(again, as_=theo)).status == 404
    assert (await api.post(again, as_=ada)).status == 202
    assert [w["id"] for w in (await api.get("/webhooks", as_=theo)).data] == [other["id"]]
    assert len((await api.get("/webhooks?include_total=true", as_=ada)).data) == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "https://127.0.0.1/", "types": ["course.updated"]}, "/url"),
        ({"url": "https://[::ffff:10.0.0.1]/", "types": ["course.updated"]}, "/url"),
        ({"url": "https://2130706433/", "types": ["course.updated"]}, "/url"),
    ],
)
async def test_an_internal_url_is_refused_at_creation_and_change(
    api: Api, tara: Person, body: Any, pointer: str
) -> None:
    reply = await api.post("/webhooks", body, as_=tara)
    assert (reply.status, reply.code, reply.pointers) == (422, "webhook_url_forbidden", [pointer])
    mine = await make_webhook(api, tara, URL)
    reply = await api.patch(f"/webhooks/{mine['id']}", {"url": body["url"]}, as_=tara)
    assert (reply.status, reply.code) == (422, "webhook_url_forbidden")
    assert (await api.get(f"/webhooks/{mine['id']}", as_=tara)).data["url"] == URL


@pytest.mark.parametrize(
    "body",
    [
        {"url": URL},
        {"types": ["course.updated"]},
        {"url": URL, "types": []},
        {"url": URL, "types": ["nonsense"]},
        {"url": URL, "types": ["course.updated", "course.updated"]},
        {"url": URL, "types": "course.updated"},
        {"url": "x" * 2001, "types": ["course.updated"]},
        {"url": URL, "types": ["course.updated"], "secret": "mine"},
        {"url": URL, "types": ["course.updated"], "is_active": True},
    ],
)
async def test_an_invalid_webhook_is_422(api: Api, tara: Person, body: Any) -> None:
    reply = await api.post("/webhooks", body, as_=tara)
    assert reply.status == 422


async def test_if_match_sees_edits_and_ignores_delivery_results(api: Api, tara: Person) -> None:
    mine = await make_webhook(api, tara, URL)
    path = f"/webhooks/{mine['id']}"
    etag = (await api.get(path, as_=tara)).etag
    reply = await api.patch(path, {"types": ["lesson.completed"]}, as_=tara,
                            headers={"If-Match": etag})  # fmt: skip
    assert reply.status == 200
    stale = await api.delete(path, as_=tara, headers={"If-Match": etag})
    assert (stale.status, stale.code) == (412, "precondition_failed")
    assert (await api.delete(path, as_=tara, headers={"If-Match": reply.etag})).status == 204
    assert (await api.get(path, as_=tara)).status == 404


async def test_a_disabled_webhook_sends_nothing_again(api: Api, tara: Person) -> None:
    mine = await make_webhook(api, tara, URL)
    delivery = (await api.post(f"/webhooks/{mine['id']}/test", as_=tara)).data
    assert (delivery["status"], delivery["event_type"]) == ("pending", "webhook.test")
    await api.patch(f"/webhooks/{mine['id']}", {"is_active": False}, as_=tara)
    [listed] = (await api.get(f"/webhooks/{mine['id']}/deliveries?status=failed", as_=tara)).data
    assert listed["id"] == delivery["id"]
    for path, body in (
        (f"/webhooks/{mine['id']}/test", None),
        (f"/webhooks/{mine['id']}/recover", {"since": "2026-01-01T00:00:00Z"}),
        (f"/webhooks/deliveries/{delivery['id']}/redeliver", None),
    ):
        reply = await api.post(path, body, as_=tara)
        assert (reply.status, reply.code) == (409, "webhook_disabled")
    assert (await api.get("/events", as_=tara)).data == []  # a test stands in nobody's log


async def test_nobody_has_more_than_fifty_webhooks(api: Api, tara: Person, theo: Person) -> None:
    for _ in range(50):
        await make_webhook(api, tara, URL)
    reply = await api.post("/webhooks", {"url": URL, "types": ["course.updated"]}, as_=tara)
    assert (reply.status, reply.code) == (409, "too_many_webhooks")
    await make_webhook(api, theo, URL)
