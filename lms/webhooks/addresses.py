"""Where a webhook may lead: to public addresses, and to the networks that the operator allows.

This is checked twice. When a URL is given: a host that is an address, in any spelling, must be a
public one. And when we are about to connect: a name may resolve to any address, and to another one
each time.
"""

import unicodedata
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote

from yarl import URL

from lms.errors import FieldError, Invalid
from lms.settings import Network, Settings

Address = IPv4Address | IPv6Address

# Ranges that `is_global` allows: addresses that contain another one, retired and special ones.
_DENIED = [
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890): the nearest NAT answers to some
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "::/96",  # IPv4-compatible (RFC 4291)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # NAT64, local (RFC 8215)
        "2001::/23",  # protocol assignments (RFC 2928): Teredo, anycast to the nearest NAT
        "2002::/16",  # 6to4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "fec0::/10",  # site-local (RFC 3879)
    )
]
_LOOPBACK = ip_address("127.0.0.1")


class WebhookUrlForbidden(Invalid):
    """This URL is not one that we send to: https (http only outside production), a public host,
    no user name or password."""

    code = "webhook_url_forbidden"
    title = "Webhook URL forbidden"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = (FieldError("/url", self.code, self.detail),)


def is_forbidden(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether nothing may be sent to this address."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in allowed):
        return False
    return (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or any(address in network for network in _DENIED)
    )


def check_url(text: str, settings: Settings) -> str:
    """The URL as we shall call it. Raises WebhookUrlForbidden."""
    if any(c <= " " or c == "\\" or not c.isprintable() for c in text):
        raise WebhookUrlForbidden("The URL holds spaces, backslashes or control characters.")
    try:
        url = URL(text)
        host = _plain_host(url.host or "")
        port = url.port
    except (ValueError, UnicodeError):
        raise WebhookUrlForbidden("This is not a URL.") from None
    if url.scheme not in ("https", "http") or not host or not port:
        raise WebhookUrlForbidden("This is not a URL that starts with https://.")
    if url.scheme == "http" and settings.is_production:
        raise WebhookUrlForbidden("The URL must start with https://.")
    if url.raw_user is not None or url.raw_password is not None or "@" in url.authority:
        raise WebhookUrlForbidden("The URL must not hold a user name or a password.")
    address = parse_literal(host)
    allowed = settings.webhook_allowed_nets
    if address is not None:
        if is_forbidden(address, allowed):
            raise WebhookUrlForbidden("The URL leads to an internal address.")
        url = url.with_host(str(address))
    elif _is_local_name(host) and is_forbidden(_LOOPBACK, allowed):
        raise WebhookUrlForbidden("The URL leads to an internal address.")
    elif "%" in (url.raw_host or ""):
        raise WebhookUrlForbidden("The host of the URL is not a valid name.")
    return str(url.with_fragment(None))


def _is_local_name(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")  # RFC 6761 §6.3


def _plain_host(host: str) -> str:
    """The host as a resolver may read it: with ASCII digits and one kind of dot."""
    text = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").casefold()
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return text.strip("[]").rstrip(".")


def parse_literal(host: str) -> Address | None:
    """The address that a host spells, as browsers read it (WHATWG URL §3.5); None for a name.

    Raises WebhookUrlForbidden for a host that begins like an address but is none.
    """
    if ":" in host:
        try:
            return IPv6Address(host)
        except ValueError:
            raise WebhookUrlForbidden("The host of the URL is not a valid address.") from None
    parts = host.split(".")
    if _number(parts[-1]) is None:
        return None
    numbers = [_number(part) for part in parts]
    last = numbers.pop()
    if last is None or None in numbers or len(numbers) > 3:
        raise WebhookUrlForbidden("The host of the URL is not a valid address.")
    value = last
    if last >= 256 ** (4 - len(numbers)):
        raise WebhookUrlForbidden("The host of the URL is not a valid address.")
    for place, number in enumerate(numbers):
        assert number is not None
        if number > 255:
            raise WebhookUrlForbidden("The host of the URL is not a valid address.")
        value += number << 8 * (3 - place)
    return IPv4Address(value)


def _number(part: str) -> int | None:
    """A part of an IPv4 address: decimal, octal after 0, hexadecimal after 0x."""
    if part[:2] == "0x":
        digits, base = part[2:] or "0", 16
    elif len(part) > 1 and part[0] == "0":
        digits, base = part[1:], 8
    else:
        digits, base = part, 10
    if not digits or len(digits) > 40 or not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, base)
    except ValueError:
        # `09` is not an octal number, but cannot be a host name either.
        return 2**40 if digits.isdigit() else None
