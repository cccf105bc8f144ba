"""The address and network of the client that sent a request, also behind a proxy."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web

from lms.core.http.request import SETTINGS
from lms.settings import Network

_ADDRESS: web.RequestKey[str] = web.RequestKey("client_address", str)


def client_address(request: web.Request) -> str:
    """The client's IP address.

    X-Forwarded-For is believed only from a trusted proxy. It is read from the right: the first
    address that is not a trusted proxy's is the client's; anyone could have written those before
    it.
    """
    address = request.get(_ADDRESS)
    if address is None:
        address = request[_ADDRESS] = _client_address(request)
    return address


def _client_address(request: web.Request) -> str:
    address = _one_spelling(request.remote or "::")
    trusted = request.app[SETTINGS].trusted_proxies
    if not trusted or not _is_trusted(address, trusted):
        return address
    hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        try:
            ip_address(hop)
        except ValueError:
            break
        address = _one_spelling(hop)
        if not _is_trusted(address, trusted):
            break
    return address


@lru_cache(maxsize=4096)
def network_of(address: str) -> Network:
    """The /24 or /64 of an address: someone with one of its addresses may have them all."""
    parsed = ip_address(_one_spelling(address))
    return ip_network(f"{parsed}/{64 if parsed.version == 6 else 24}", strict=False)


def client_network(request: web.Request) -> Network:
    """The network that a request comes from."""
    return network_of(client_address(request))


def client_identity(request: web.Request) -> str:
    """What a client's requests are counted by: its IPv4 address, or the /64 of its IPv6 address.

    A client with one IPv6 address usually has 2^64 of them, and could use another each time.
    """
    address = client_address(request)
    return str(network_of(address)) if ":" in address else address


def _one_spelling(address: str) -> str:
    """An address without its zone; an IPv4 address that a dual-stack socket reports as IPv6 is
    IPv4.
    """
    if ":" not in address:
        return address
    parsed = IPv6Address(address.partition("%")[0])
    return str(parsed.ipv4_mapped or parsed)


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    parsed = ip_address(address)
    return any(parsed in network for network in trusted)
