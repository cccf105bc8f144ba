"""Webhooks: the receivers of events, and the results of deliveries."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from aiohttp import web

from lms.core.audit.record import record
from lms.core.db.query import Db
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    path_id,
    pool,
    read_pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.core.ids import least_id
from lms.core.keys import seal
from lms.errors import Conflict, NotFound
from lms.events.queries import record_event
from lms.permissions import may_see_webhook
from lms.webhooks import queries, recovery
from lms.webhooks.addresses import WebhookUrlForbidden, check_url
from lms.webhooks.deliveries import SECRET_PURPOSE
from lms.webhooks.queries import Delivery, Webhook
from lms.webhooks.schemas import (
    DeliveryQuery,
    DeliverySchema,
    NewWebhook,
    Recovered,
    Recovery,
    WebhookChanges,
    WebhookQuery,
    WebhookSchema,
    WebhookWithSecret,
)
from lms.webhooks.signing import new_secret, show_secret

routes = Routes("Webhooks")

_MOST = 50  # webhooks of one owner: each event asks all of them
_BOTH_SIGN_HOURS = 24  # after a rotation: time to give every receiver the new secret


class TooManyWebhooks(Conflict):
    """You have 50 webhooks; delete one that you do not need."""


class WebhookDisabled(Conflict):
    """This webhook is disabled; set `is_active` to true first."""


@routes.get("/webhooks", query=WebhookQuery, data=WebhookSchema, many=True)
async def list_webhooks(request: web.Request) -> Page[dict[str, Any]]:
    """My webhooks, the latest first; admins see everybody's."""
    user = require_user(request)
    owner_id = None if user.is_admin else user.id
    rows = await queries.list_webhooks(
        read_pool(request),
        owner_id,
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_webhooks(read_pool(request), owner_id)
    found = page(request, rows, lambda row: [row.created_at, row.id], total=total)
    return Page([_show(row) for row in found.items], found.limit, found.next_cursor, found.total)


@routes.post(
    "/webhooks",
    body=NewWebhook,
    data=WebhookWithSecret,
    status=201,
    message="Events will be sent there; keep the secret, it is not shown again.",
    errors=(WebhookUrlForbidden, TooManyWebhooks),
    secret=True,
)
async def create_webhook(request: web.Request) -> Reply:
    """Have events sent to a URL; instructors are told of their own courses, admins of all."""
    owner = require_user(request)
    settings = request.app[SETTINGS]
    new = request[BODY]
    url = check_url(new["url"], settings)
    secret = new_secret()
    async with transaction(request) as db:
        if await queries.count_webhooks(db, owner.id) >= _MOST:
            raise TooManyWebhooks
        webhook_id = await queries.create_webhook(
            db,
            owner.id,
            url=url,
            types=new["types"],
            secret=seal(settings, SECRET_PURPOSE, owner.id, secret),
        )
        webhook = await queries.get_webhook(db, webhook_id)
        await record(db, request, "webhook.created", webhook_id)
    return _reply(webhook, secret=show_secret(secret))


@routes.get("/webhooks/{webhook_id}", data=WebhookSchema)
async def get_webhook(request: web.Request) -> Reply:
    """A webhook, without its secret."""
    return _reply(_own(request, await queries.get_webhook(pool(request), _id(request))))


@routes.patch(
    "/webhooks/{webhook_id}",
    body=WebhookChanges,
    data=WebhookSchema,
    message="Saved.",
    errors=(WebhookUrlForbidden,),
)
async def update_webhook(request: web.Request) -> Reply:
    """Change where and what is sent, stop it, or start it again."""
    changes = request[BODY]
    async with transaction(request) as db:
        webhook = await _lock(request, db)
        check_if_match(request, webhook.updated_at)
        url = changes.get("url")
        is_active = changes.get("is_active", webhook.is_active)
        await queries.update_webhook(
            db,
            webhook.id,
            url=None if url is None else check_url(url, request.app[SETTINGS]),
            types=changes.get("types"),
            is_active=is_active,
        )
        if not is_active:
            await queries.fail_pending_deliveries(db, webhook.id)
        webhook = await queries.get_webhook(db, webhook.id)
    return _reply(webhook)


@routes.delete("/webhooks/{webhook_id}", status=204)
async def delete_webhook(request: web.Request) -> None:
    """Delete a webhook with its deliveries."""
    async with transaction(request) as db:
        webhook = await _lock(request, db)
        check_if_match(request, webhook.updated_at)
        await queries.delete_webhook(db, webhook.id)


@routes.post(
    "/webhooks/{webhook_id}/rotate-secret",
    data=WebhookWithSecret,
    message="Both secrets sign for 24 hours; the new one is not shown again.",
    secret=True,
)
async def rotate_secret(request: web.Request) -> Reply:
    """A new secret; for 24 hours each request is signed with both."""
    settings = request.app[SETTINGS]
    secret = new_secret()
    async with transaction(request) as db:
        webhook = await _lock(request, db)
        sealed = seal(settings, SECRET_PURPOSE, webhook.owner_id, secret)
        await queries.rotate_secret(db, webhook.id, sealed, both_hours=_BOTH_SIGN_HOURS)
        await record(db, request, "webhook.secret_rotated", webhook.id)
        webhook = await queries.get_webhook(db, webhook.id)
    return _reply(webhook, secret=show_secret(secret))


@routes.post(
    "/webhooks/{webhook_id}/test",
    data=DeliverySchema,
    status=202,
    message="A test event is on its way.",
    errors=(WebhookDisabled,),
)
async def test_webhook(request: web.Request) -> dict[str, Any]:
    """Send an event of type `webhook.test`, which does not appear in the event log."""
    async with transaction(request) as db:
        webhook = await _lock_active(request, db)
        told = {"webhook_id": str(webhook.id)}
        event = await record_event(db, "webhook.test", told, course_id=None)
        delivery_id = await queries.create_test_delivery(db, webhook.id, event.id)
        return _show_delivery(await queries.get_delivery(db, delivery_id))


@routes.get(
    "/webhooks/{webhook_id}/deliveries", query=DeliveryQuery, data=DeliverySchema, many=True
)
async def list_deliveries(request: web.Request) -> Page[dict[str, Any]]:
    """What was sent and how it went, the latest first."""
    db = pool(request)
    webhook = _own(request, await queries.get_webhook(db, _id(request)))
    status = request[QUERY].get("status")
    rows = await queries.list_deliveries(
        db,
        webhook.id,
        status=status,
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_deliveries(db, webhook.id, status=status)
    found = page(request, rows, lambda row: [row.created_at, row.id], total=total)
    items = [_show_delivery(row) for row in found.items]
    return Page(items, found.limit, found.next_cursor, found.total)


@routes.post(
    "/webhooks/deliveries/{delivery_id}/redeliver",
    data=DeliverySchema,
    status=202,
    message="It is sent again.",
    errors=(WebhookDisabled,),
)
async def redeliver(request: web.Request) -> dict[str, Any]:
    """Send an event again, whether or not it was delivered, with the same webhook-id."""
    delivery_id = path_id(request, "delivery_id")
    async with transaction(request) as db:
        delivery = await queries.get_delivery(db, delivery_id)
        webhook = _own(request, await queries.lock_webhook(db, delivery.webhook_id))
        if not webhook.is_active:
            raise WebhookDisabled
        await queries.redeliver(db, delivery.id)
        if await queries.stop_deliveries(db, [delivery.id]):
            raise NotFound  # what it tells is no more for the webhook's owner
        return _show_delivery(await queries.get_delivery(db, delivery.id))


@routes.post(
    "/webhooks/{webhook_id}/recover",
    body=Recovery,
    data=Recovered,
    status=202,
    message="They are sent again.",
    errors=(WebhookDisabled,),
)
async def recover(request: web.Request) -> dict[str, int]:
    """Send every event since then that failed, or was not sent while this was disabled."""
    async with transaction(request) as db:
        webhook = await _lock_active(request, db)
        count = await recovery.recover(db, webhook.id, after=least_id(request[BODY]["since"]))
    return {"count": count}


def _id(request: web.Request) -> UUID:
    return path_id(request, "webhook_id")


def _own(request: web.Request, webhook: Webhook) -> Webhook:
    """The webhook, if the caller may see it. Raises NotFound."""
    if not may_see_webhook(require_user(request), webhook.owner_id):
        raise NotFound
    return webhook


async def _lock(request: web.Request, db: Db) -> Webhook:
    return _own(request, await queries.lock_webhook(db, _id(request)))


async def _lock_active(request: web.Request, db: Db) -> Webhook:
    webhook = await _lock(request, db)
    if not webhook.is_active:
        raise WebhookDisabled
    return webhook


_HIDDEN = ("owner_id", "updated_at")


def _show(webhook: Webhook) -> dict[str, Any]:
    return {name: value for name, value in asdict(webhook).items() if name not in _HIDDEN}


def _show_delivery(delivery: Delivery) -> dict[str, Any]:
    return {name: value for name, value in asdict(delivery).items() if name != "created_at"}


def _reply(webhook: Webhook, **more: str) -> Reply:
    return Reply({**_show(webhook), **more}, version=version_of(webhook.updated_at))
