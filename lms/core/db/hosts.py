"""PostgreSQL at several addresses: a primary, and the standbys that may take its place."""

from typing import Any
from urllib.parse import urlsplit

import asyncpg

from lms.settings import Secret, hosts_of


def one_by_one(url: str) -> list[str]:
    """A URL for each host of this one."""
    parts = urlsplit(url)
    before, at, _ = parts.netloc.rpartition("@")
    return [parts._replace(netloc=f"{before}{at}{host}").geturl() for host in hosts_of(url)]


class Hosts:
    """Connects to the first host that takes writes, beginning with the one that last did.

    asyncpg tries them in turn within one time limit, so that a machine that is off, and does not
    even refuse, would use all of it. Here each has a share.
    """

    def __init__(self, url: Secret) -> None:
        self._urls = one_by_one(url.value)

    async def connect(self, _dsn: str, *, timeout: float, **options: Any) -> asyncpg.Connection:
        """Raises what the last host's refusal was."""
        urls = self._urls
        refusal: Exception | None = None
        for url in urls:
            try:
                found: asyncpg.Connection = await asyncpg.connect(
                    url, timeout=timeout / len(urls), **options
                )
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InternalClientError) as e:
                refusal = e
                continue
            self._urls = [url, *(other for other in urls if other != url)]
            return found
        assert refusal is not None, "a URL has a host"
        raise refusal
