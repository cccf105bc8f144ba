"""Which of the servers that we depend on an error came from."""

import errno

from lms.errors import LMSError

# By the module that raised the error, or that called what raised it: the innermost one counts.
_BY_MODULE = (
    ("asyncpg", "postgresql"),
    ("lms.core.db.pool", "postgresql"),  # no connection was free in time
    ("redis", "redis"),
    ("lms.core.redis_pool", "redis"),
    ("lms.core.storage", "storage"),
    ("aiobotocore", "storage"),
    ("botocore", "storage"),
    ("azure", "storage"),
    ("aiosmtplib", "mail"),
)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def dependency_of(error: BaseException) -> str | None:
    """postgresql, redis, storage, mail or disk; None if none of them had to do with it.

    Types do not tell: a TimeoutError or an OSError comes from any of them, or from ourselves.
    """
    for cause in reversed(_chain(error)):
        if isinstance(cause, OSError) and cause.errno in _DISK:
            return "disk"
        found = None
        traceback = cause.__traceback__
        while traceback is not None:
            found = _of_module(traceback.tb_frame.f_globals.get("__name__", "")) or found
            traceback = traceback.tb_next
        if found is not None:
            return found
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what led to it."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        following = cause.__cause__
        # Of others the context is what was being handled, and maybe had nothing to do with it.
        if following is None and isinstance(cause, LMSError | TimeoutError):
            following = cause.__context__
        cause = following
    return chain


def _of_module(module: str) -> str | None:
    for prefix, dependency in _BY_MODULE:
        if module == prefix or module.startswith(prefix + "."):
            return dependency
    return None
