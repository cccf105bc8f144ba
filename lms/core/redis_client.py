"""Clients of Redis: at one address, or wherever Sentinel says that the primary is."""

from typing import Any
from urllib.parse import unquote, urlsplit

from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from lms.settings import Settings, hosts_of

_PORT = 26379  # Sentinel's own


def names_sentinel(settings: Settings) -> bool:
    """Whether LMS_REDIS_URL leads to Sentinels, as redis+sentinel://host,host/service/0."""
    return urlsplit(settings.redis_url.value).scheme.endswith("+sentinel")


def redis_client(settings: Settings, *, timeout: float, **options: Any) -> redis.Redis:
    """A client that gives up after so many seconds, and tries nothing twice by itself."""
    options |= {
        "socket_timeout": timeout,
        "socket_connect_timeout": min(timeout, 1.0),
        "retry": Retry(NoBackoff(), 0),
    }
    url = settings.redis_url.value
    if not names_sentinel(settings):
        client: redis.Redis = redis.Redis.from_url(url, **options)
        return client
    parts = urlsplit(url)
    _, service, *database = parts.path.split("/")
    if parts.username:
        options["username"] = unquote(parts.username)
    if parts.password:
        options["password"] = unquote(parts.password)
    if parts.scheme.startswith("rediss"):
        options["ssl"] = True
    asking = {"socket_timeout": min(timeout, 1.0), "retry": Retry(NoBackoff(), 0)}
    hosts = [urlsplit(f"//{host}") for host in hosts_of(url)]
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [(host.hostname, host.port or _PORT) for host in hosts], sentinel_kwargs=asking
    )
    found: redis.Redis = sentinel.master_for(
        service, db=int(database[0]) if database else 0, **options
    )
    return found
