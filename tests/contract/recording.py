"""Makes an example of a call that really happened: the same each time, and without secrets."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.people import PASSWORD

# What stands in an example for a secret, which a mock server may give out and take back.
_SECRETS = {
    "access_token": "<access token>",
    "refresh_token": "<refresh token>",
    "mfa_token": "<token of the first step>",
    "token": "<token that was mailed>",
    "secret": "<secret>",
    "otpauth_uri": "otpauth://totp/LMS:sam@example.com?secret=<secret>&issuer=LMS",
    "qr_svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "request_id": "5f1c7a9e3b2d4c6f8a0b1c2d3e4f5a6b",
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "seconds_left": 35_990.5,
    "duration_ms": 41,
    "server_now": "2026-09-01T09:00:00Z",
}
_PASSWORD = "learn-by-doing-7"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_NUMBER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){4}\b")
_ADDRESS = re.compile(r"\b(tara|theo|sam|olly|ada)\d+@example\.com")
_OWN_CODE = re.compile(r"[0-9]{6}|[0-9a-z]{4,}(-[0-9a-z]{4,})+")
_OPTION = re.compile(r"[0-9a-f]{16}")
_HOST = re.compile(r"https?://(?:127\.0\.0\.1|localhost)(?::\d+)?")
_QUERY = re.compile(r"(expires|signature|X-Amz-\w+)=[^&\"]+")
_MORNING = datetime(2026, 9, 1, 9, tzinfo=UTC)
_SHOWN = 3  # rows of a list


@dataclass
class Scribe:
    """Replaces ids and times, each by the same one wherever it comes again.

    `known` names the ids of people and things that many examples have.
    """

    began: datetime
    known: dict[str, str]
    _made: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def write(self, value: Any, name: str = "", inside: str = "") -> Any:
        """The value as an example; `name` is the field that it stands in, `inside` of which."""
        if isinstance(value, dict):
            return {self._text(key, inside): self.write(part, key, name or inside)
                    for key, part in value.items()}  # fmt: skip
        if isinstance(value, list):
            return [self.write(part, name, inside) for part in value[:_SHOWN]]
        if name in _SECRETS and value is not None:
            return _SECRETS[name]
        if name == "recovery_codes" or (name == "code" and _OWN_CODE.fullmatch(str(value))):
            return "123456"
        if name in ("oldest_seconds", "bytes"):
            return 0
        if name == "device":
            return "Firefox on Linux"
        return (
            self._text(value, name if name != "id" else inside) if isinstance(value, str) else value
        )

    def _text(self, text: str, name: str) -> str:
        if text == PASSWORD:
            return _PASSWORD
        noun = name.removesuffix("_id").removesuffix("_ids")
        text = _UUID.sub(lambda match: self._id(match[0], noun), text)
        text = _TIME.sub(lambda match: self._time(match[0]), text)
        text = _NUMBER.sub("7Q2M-K4XV-9RTC-J8WB-3N5D", text)
        text = _ADDRESS.sub(r"\1@example.com", text)
        text = _HOST.sub("https://learn.example.com", text)
        text = _QUERY.sub(r"\1=0", text)
        return self._option(text) if _OPTION.fullmatch(text) else text

    def _id(self, id: str, noun: str) -> str:
        if id not in self._made:
            noun = self.known.get(id, "") or self._next(noun)
            digest = hashlib.sha256(noun.encode()).hexdigest()
            self._made[id] = f"0198c5f2-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"
        return self._made[id]

    def _option(self, id: str) -> str:
        if id not in self._made:
            self._made[id] = hashlib.sha256(self._next("option").encode()).hexdigest()[:16]
        return self._made[id]

    def _next(self, noun: str) -> str:
        self._counts[noun] = self._counts.get(noun, 0) + 1
        return f"{noun}-{self._counts[noun]}"

    def _time(self, text: str) -> str:
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if abs(time - self.began) > timedelta(minutes=5):  # what the caller chose, or a limit
            hours = round((time - self.began) / timedelta(hours=1))
            far = abs(time - self.began) > timedelta(days=40)
            return text if far else _write_time(_MORNING + timedelta(hours=hours))
        return _write_time(_MORNING)


def _write_time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def shape_of(value: Any) -> Any:
    """What an example has in common with every reply of its kind: names and kinds of values."""
    if isinstance(value, dict):
        return {key: shape_of(part) for key, part in sorted(value.items())}
    if isinstance(value, list):
        shapes: list[Any] = []
        for part in value:
            shape = shape_of(part)
            if shape not in shapes:
                shapes.append(shape)
        return shapes
    return "number" if type(value) in (int, float) else type(value).__name__
