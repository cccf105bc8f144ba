"""A headless Chromium, driven over its DevTools protocol; for tests that are marked slow."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


class Page:
    """One tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0

    async def call(self, method: str, **params: Any) -> Any:
        self._calls += 1
        await self._socket.send_json({"id": self._calls, "method": method, "params": params})
        while True:
            message = await self._socket.receive_json()
            if message.get("id") == self._calls:
                return message.get("result", {})

    async def open(self, url: str) -> None:
        await self.call("Page.navigate", url=url)

    async def click(self, selector: str) -> None:
        """As a mouse does, in the middle of the element."""
        document = (await self.call("DOM.getDocument"))["root"]["nodeId"]
        node = await self.call("DOM.querySelector", nodeId=document, selector=selector)
        box = (await self.call("DOM.getBoxModel", nodeId=node["nodeId"]))["model"]["content"]
        point = {"x": (box[0] + box[4]) / 2, "y": (box[1] + box[5]) / 2}
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **point
            )

    async def type(self, selector: str, text: str) -> None:
        await self.click(selector)
        await self.call("Input.insertText", text=text)

    async def wait_for(self, words: str, seconds: float = 15) -> str:
        """The page's HTML once these words are in it."""
        html = ""
        async with asyncio.timeout(seconds):
            while words not in html:
                await asyncio.sleep(0.05)
                document = await self.call("DOM.getDocument", depth=0)
                if "root" in document:
                    node = document["root"]["nodeId"]
                    html = (await self.call("DOM.getOuterHTML", nodeId=node)).get("outerHTML", "")
        return html


@asynccontextmanager
async def chromium(folder: Path, *, scripts: bool) -> AsyncIterator[Page]:
    """A tab of a fresh browser, with or without JavaScript."""
    assert PROGRAM is not None
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
        f"--user-data-dir={folder}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            port_file = folder / "DevToolsActivePort"
            while not (port_file.exists() and "\n" in port_file.read_text()):
                await asyncio.sleep(0.05)
            port = port_file.read_text().split()[0]
            async with session.get(f"http://127.0.0.1:{port}/json") as reply:
                tabs = await reply.json()
            url = next(tab for tab in tabs if tab["type"] == "page")["webSocketDebuggerUrl"]
            async with session.ws_connect(url, max_msg_size=0) as socket:
                page = Page(socket)
                await page.call("Emulation.setScriptExecutionDisabled", value=not scripts)
                yield page
    finally:
        process.kill()
        await process.wait()
