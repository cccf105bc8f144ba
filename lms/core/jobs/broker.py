"""taskiq over Redis Streams: how workers are woken. The work itself is in PostgreSQL.

A message says no more than "there may be work in this queue". Losing one, or all of them, delays
work by seconds, until the next sweep. So every fault here is logged and survived.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from taskiq import AckableMessage
from taskiq.exceptions import TaskiqError
from taskiq.serializers import ORJSONSerializer
from taskiq_redis import RedisStreamBroker

from lms.core.log import get_logger
from lms.core.redis_client import names_sentinel, redis_client
from lms.settings import Settings

log = get_logger(__name__)

QUEUES = ("emails", "certificates", "progress", "webhooks")

_AWAY = (RedisError, TaskiqError, OSError, TimeoutError)

_BLOCK_SECONDS = 2.0  # a read waits this long for a message
_READ_TIMEOUT_SECONDS = 5.0  # longer than `_BLOCK_SECONDS`, or each quiet read is an error
_SEND_TIMEOUT_SECONDS = 1.0  # in the background: no request waits for it
_SEND_PAUSE_SECONDS = 0.02  # nudges that come in this time are sent as one
_REST_SECONDS = 1.0  # after a failure we send nothing for this long
_CLAIM_SECONDS = 30.0  # a message unacknowledged for longer was read by a dead worker
_CONSUMER_SECONDS = 3600.0  # a reader silent for longer is gone
_MAX_MESSAGES = 100  # wake-ups are all alike; more of them would say nothing new


class QueueBroker(RedisStreamBroker):
    """The wake-ups of one queue. `RedisStreamBroker` does the following, which this must not do:

    pickle; keep acknowledged messages; look for a dead reader's only when a new one arrives;
    read many at once; skip what was sent before the first reader; keep dead readers' names;
    stop when Redis is away, and start only when it is there.
    """

    def __init__(
        self, settings: Settings, queue: str, *, timeout: float = _READ_TIMEOUT_SECONDS
    ) -> None:
        by_sentinel = names_sentinel(settings)
        super().__init__(
            "redis://" if by_sentinel else settings.redis_url.value,
            queue_name=f"lms:wake:{queue}",
            consumer_group_name="workers",
            consumer_id="0",  # also what was sent before the group existed
            xread_block=int(_BLOCK_SECONDS * 1000),
            xread_count=1,  # leave the next message to the next worker
            maxlen=_MAX_MESSAGES,
            approximate=False,
            socket_timeout=timeout,
            socket_connect_timeout=min(timeout, 1.0),
            retry=Retry(NoBackoff(), 0),
        )
        if by_sentinel:
            self._client = redis_client(settings, timeout=timeout)
            self.connection_pool = self._client.connection_pool  # type: ignore[assignment]
        self.with_serializer(ORJSONSerializer())
        self.queue = queue
        self._wake = self.register_task(_nobody_listens, task_name="wake")
        self._closing = False
        self._ready = False
        self._next_claim = 0.0
        self._away = False

    def on_wake(self, handler: Callable[[], Awaitable[None]]) -> None:
        """What to do when a wake-up arrives."""

        async def wake() -> None:
            await handler()

        self._wake = self.register_task(wake, task_name="wake")

    async def wake(self) -> None:
        """Send a wake-up. Raises when Redis is away."""
        await self._wake.kiq()

    async def startup(self) -> None:
        """Nothing: the group is made when Redis is there, now or later."""

    async def shutdown(self) -> None:
        """Take our name off the group; the sweep makes up for a message that we hold."""
        if self._ready and not self._away:
            try:
                async with asyncio.timeout(_SEND_TIMEOUT_SECONDS), self._redis() as redis:
                    await redis.xgroup_delconsumer(
                        self.queue_name, self.consumer_group_name, self.consumer_name
                    )
            except _AWAY as error:
                log.info("left the wake-up group without a word", error=type(error).__name__)
        await super().shutdown()

    def stop_listening(self) -> None:
        """End `listen` after the read that it is in.

        Cancelling is not enough: if it coincides with the read's own timeout, it has no effect.
        """
        self._closing = True

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Wake-ups as they come, whatever happens to Redis."""
        while not self._closing:
            try:
                found = await self._read()
            except _AWAY as error:
                self._ready = False  # Redis may have been flushed or restarted, without the group
                if not self._away:
                    log.warning(
                        "no wake-ups: the sweep goes on", queue=self.queue, error=str(error)
                    )
                self._away = True
                await asyncio.sleep(_REST_SECONDS)
                continue
            if self._away:
                log.info("wake-ups are back", queue=self.queue)
                self._away = False
            for message_id, fields in found:
                data = fields.get(b"data", b"") if fields else b""
                yield AckableMessage(data=data, ack=self._acknowledge(message_id))

    async def _read(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        async with self._redis() as redis:
            if not self._ready:
                await self._join(redis)
                self._ready = True
            if time.monotonic() >= self._next_claim:
                self._next_claim = time.monotonic() + _CLAIM_SECONDS
                claimed = await redis.xautoclaim(
                    self.queue_name,
                    self.consumer_group_name,
                    self.consumer_name,
                    min_idle_time=int(_CLAIM_SECONDS * 1000),
                    count=1,
                )
                if claimed[1]:
                    return list(claimed[1])
            fetched: Any = await redis.xreadgroup(
                self.consumer_group_name,
                self.consumer_name,
                {self.queue_name: ">"},
                count=self.count,
                block=self.block,
            )
            streams = fetched.items() if isinstance(fetched, dict) else (fetched or ())
            return [message for _, messages in streams for message in messages]

    async def _join(self, redis: Redis) -> None:
        try:
            await redis.xgroup_create(
                self.queue_name, self.consumer_group_name, id=self.consumer_id, mkstream=True
            )
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        for consumer in await redis.xinfo_consumers(self.queue_name, self.consumer_group_name):
            if consumer["idle"] > _CONSUMER_SECONDS * 1000:
                await redis.xgroup_delconsumer(
                    self.queue_name, self.consumer_group_name, consumer["name"]
                )

    def _acknowledge(self, message_id: bytes) -> Callable[[], Awaitable[None]]:
        async def acknowledge() -> None:
            try:
                async with self._redis() as redis, redis.pipeline(transaction=False) as pipe:
                    pipe.xack(self.queue_name, self.consumer_group_name, message_id)
                    pipe.xdel(self.queue_name, message_id)  # XACK alone keeps it for ever
                    await pipe.execute()
            except _AWAY as error:
                # It will arrive again, and one wake-up too many does no harm.
                log.info("a wake-up was not acknowledged", error=type(error).__name__)

        return acknowledge

    def _redis(self) -> Redis:
        return Redis(connection_pool=self.connection_pool)


async def _nobody_listens() -> None:
    """Stands for the worker's handler in processes that only send."""


class Nudger:
    """Wakes workers after a commit; never fails, and never makes the caller wait."""

    def __init__(self, settings: Settings) -> None:
        self._brokers = {
            queue: QueueBroker(settings, queue, timeout=_SEND_TIMEOUT_SECONDS) for queue in QUEUES
        }
        self._wanted: set[str] = set()
        self._sending: asyncio.Task[None] | None = None
        self._away = False
        self._away_until = 0.0

    def nudge(self, queues: Iterable[str]) -> None:
        """Say that there is work in these queues; nudges that come together are sent as one."""
        self._wanted.update(queues)
        if self._wanted and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send(), name="nudge")

    async def close(self) -> None:
        """Send what is still to be sent, and let go of Redis."""
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=_SEND_TIMEOUT_SECONDS * 2)
        for broker in self._brokers.values():
            await broker.shutdown()

    async def _send(self) -> None:
        while self._wanted:
            await asyncio.sleep(_SEND_PAUSE_SECONDS)
            queues, self._wanted = self._wanted, set()
            if time.monotonic() < self._away_until:
                continue  # dropped: the sweep will find the work
            try:
                async with asyncio.timeout(_SEND_TIMEOUT_SECONDS):
                    await asyncio.gather(*(self._brokers[queue].wake() for queue in queues))
            except _AWAY as error:
                if not self._away:
                    log.warning("workers are not woken: the sweep goes on", error=_cause(error))
                self._away = True
                self._away_until = time.monotonic() + _REST_SECONDS
            else:
                self._away = False


NUDGER: web.AppKey[Nudger] = web.AppKey("nudger", Nudger)


def _cause(error: BaseException) -> str:
    cause = error.__cause__ or error
    return f"{type(cause).__name__}: {cause}"
