"""Verifies what a webhook's receiver is sent, by the Standard Webhooks specification.

It needs no client and no connection.
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from lms_client.errors import LmsError
from lms_client.models import WebhookBody

_PREFIX = "whsec_"
_EVENTS: TypeAdapter[WebhookBody] = TypeAdapter(WebhookBody)


class WebhookVerificationError(LmsError):
    """The request is not ours, is too old, or was changed on its way."""


def verify(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str | Iterable[str],
    *,
    tolerance_seconds: int = 300,
) -> WebhookBody:
    """The event, if the request is ours; else WebhookVerificationError.

    `body` is the body as it came, before any parsing. During a rotation give both secrets.
    """
    raw = body.encode() if isinstance(body, str) else body
    found = {name.lower(): value for name, value in headers.items()}
    try:
        id, sent_at = found["webhook-id"], found["webhook-timestamp"]
        given = found["webhook-signature"]
    except KeyError as error:
        raise WebhookVerificationError(f"The header {error.args[0]} is missing.") from None
    if (
        not (sent_at.isascii() and sent_at.isdigit())
        or abs(time.time() - int(sent_at)) > tolerance_seconds
    ):
        raise WebhookVerificationError("The request is too old, or the clocks differ.")
    secrets = [secret] if isinstance(secret, str) else list(secret)
    signed = f"{id}.{sent_at}.".encode() + raw
    wanted = [_sign(one, signed) for one in secrets]
    for one in given.split():
        version, _, signature = one.partition(",")
        sent = signature.encode()
        if version == "v1" and any(hmac.compare_digest(sent, good) for good in wanted):
            return _EVENTS.validate_json(raw)
    raise WebhookVerificationError("No signature of the request fits.")


def _sign(secret: str, signed: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256"))
