"""Private parts of other packages: each is as we use it, and only `lms/core/internals` uses them.

A failure after an upgrade names the part. docs/decisions/0001-private-parts-of-aiohttp.md says
what to do then.
"""

import ast
import asyncio
import importlib
import inspect
import pkgutil
import re
import sys
import sysconfig
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.http_writer import StreamWriter
from aiohttp.test_utils import make_mocked_request
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.mmap_dict import _INITIAL_MMAP_SIZE, MmapedDict
from reportlab.pdfgen.canvas import Canvas

import lms

LMS = Path(lms.__file__).parent
INTERNALS = LMS / "core" / "internals"
# Documented, in spite of the underscore: of named tuples, and of `os`.
DOCUMENTED = {"_replace", "_asdict", "_fields", "_exit"}
# What marshmallow's documentation tells subclasses of `Field` to write.
MEANT_FOR_SUBCLASSES = {"_serialize", "_deserialize"}

_KEY: web.RequestKey[str] = web.RequestKey("key", str)


async def _handle(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response()


def _arguments(of: Callable[..., object]) -> list[str]:
    return list(inspect.signature(of).parameters)


async def writes_several_pieces_at_once() -> None:
    transport = Mock(spec=asyncio.Transport, **{"is_closing.return_value": False})
    writer = StreamWriter(Mock(transport=transport), asyncio.get_running_loop())
    writer._writelines((b"head", b"body"))
    sent = [call.args[0] for call in transport.write.call_args_list]
    sent += [b"".join(call.args[0]) for call in transport.writelines.call_args_list]
    assert sent == [b"headbody"]
    assert writer.output_size == len(b"headbody")
    assert writer._writelines((b"",)) is None, "nothing to wait for"


async def is_what_a_request_reads_its_route_from() -> None:
    app = web.Application()
    route = app.router.add_get("/{name}", _handle)
    match = web.UrlMappingMatchInfo({"name": "a"}, route)
    match.add_app(app)
    match.freeze()
    request = make_mocked_request("GET", "/a")
    request._match_info = match
    assert request.match_info is match
    assert request.match_info["name"] == "a"
    assert request.app is app
    with pytest.raises(RuntimeError):
        match.add_app(app)


async def is_where_a_request_keeps_its_keys() -> None:
    request = make_mocked_request("GET", "/")
    request[_KEY] = "value"
    assert request._state == {_KEY: "value"}
    request._state[_KEY] = "another"
    assert request[_KEY] == request.get(_KEY) == "another"


async def says_whether_another_protocol_was_offered() -> None:
    assert make_mocked_request("GET", "/")._message.upgrade is False
    connection = await _connection(b"Connection: Upgrade\r\nUpgrade: websocket\r\n")
    ((message, _),) = connection._messages
    assert message.upgrade is True


async def is_set_until_the_offer_is_declined() -> None:
    assert (await _connection(b""))._upgraded is False
    connection = await _connection(b"Connection: Upgrade\r\nUpgrade: websocket\r\n")
    assert connection._upgraded is True


async def _connection(headers: bytes) -> web.RequestHandler:
    """A connection that has just received a request with these headers."""
    connection = web.Server(_handle)()
    transport = Mock(spec=asyncio.Transport, **{"is_closing.return_value": False})
    transport.get_extra_info.return_value = None
    connection.connection_made(transport)
    connection.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
    assert connection._task_handler is not None
    connection._task_handler.cancel()
    return connection


async def holds_the_options_of_connections() -> None:
    options = {"access_log": None, "keepalive_timeout": 7.0, "max_line_size": 99}
    assert web.Server(_handle, **options)._kwargs == options


async def makes_the_server_of_a_started_application() -> None:
    started = []

    async def start(app: web.Application) -> None:
        started.append(app)

    app = web.Application()
    app.on_startup.append(start)
    runner = web.AppRunner(app, access_log=None)
    assert _arguments(runner._make_server) == []
    server = await runner._make_server()
    assert started == [app]
    assert isinstance(server, web.Server)
    assert server.request_handler == app._handle
    assert server.handler_cancellation is False
    await runner.setup()
    assert isinstance(runner.server, web.Server)
    await runner.cleanup()


async def counts_what_fell_into_each_bucket() -> None:
    histogram = _observed()
    assert [bucket.get() for bucket in histogram._buckets] == [1, 2, 1]


async def sums_what_was_observed() -> None:
    histogram = _observed()
    assert histogram._sum.get() == 15.5
    histogram._sum.inc(1)
    histogram._buckets[2].inc(1)
    (metric,) = histogram.collect()
    found = {(one.name, one.labels.get("le")): one.value for one in metric.samples}
    assert found["seconds_sum", None] == 16.5
    assert found["seconds_count", None] == 5


def _observed() -> Histogram:
    histogram = Histogram("seconds", "Of a test.", buckets=(1, 4), registry=CollectorRegistry())
    for seconds in (0.5, 2, 3, 10):
        histogram.observe(seconds)
    return histogram


async def is_part_of_a_file_of_counters() -> None:
    with tempfile.TemporaryDirectory() as folder:
        counters = MmapedDict(f"{folder}/counter_1.db")
        assert counters._fname == f"{folder}/counter_1.db"
        assert counters._f.fileno() > 0
        assert counters._capacity == _INITIAL_MMAP_SIZE == len(counters._m)
        for number in range(2000):
            counters.write_value(f"counter {number:040}", 1.0, 0.0)
        assert _INITIAL_MMAP_SIZE < counters._capacity == len(counters._m)
        used = counters._used
        counters._init_value("of 8 bytes")
        assert 8 < counters._used - used <= 4 + 10 + 8 + 16
        counters.close()


async def is_the_document_that_fonts_are_added_to() -> None:
    canvas = Canvas("unused")
    seen = []
    canvas._doc.delayedFonts.append(Mock(addObjects=seen.append))
    canvas.getpdfdata()
    assert seen == [canvas._doc]


async def is_the_date_that_a_document_shows() -> None:
    canvas = Canvas("unused", invariant=1)
    canvas._doc._timeStamp.YMDhms = (2026, 3, 9, 0, 0, 0)
    assert b"/CreationDate (D:20260309000000" in canvas.getpdfdata()


PARTS: dict[str, Callable[[], Awaitable[None]]] = {
    "_writelines": writes_several_pieces_at_once,
    "_match_info": is_what_a_request_reads_its_route_from,
    "_state": is_where_a_request_keeps_its_keys,
    "_message": says_whether_another_protocol_was_offered,
    "_upgraded": is_set_until_the_offer_is_declined,
    "_kwargs": holds_the_options_of_connections,
    "_make_server": makes_the_server_of_a_started_application,
    "_buckets": counts_what_fell_into_each_bucket,
    "_sum": sums_what_was_observed,
    **dict.fromkeys(
        ("_INITIAL_MMAP_SIZE", "_init_value", "_capacity", "_used", "_f", "_fname", "_m"),
        is_part_of_a_file_of_counters,
    ),
    "_doc": is_the_document_that_fonts_are_added_to,
    "_timeStamp": is_the_date_that_a_document_shows,
}


@pytest.mark.parametrize("part", PARTS)
async def test_the_part_is_as_we_use_it(part: str) -> None:
    await PARTS[part]()


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        (web.RequestHandler.handle_error, ["self", "request", "status", "exc", "message"]),
        (web.RequestHandler.finish_response, ["self", "request", "resp", "start_time"]),
    ],
)
def test_a_method_that_we_override_is_called_as_before(
    method: Callable[..., object], arguments: list[str]
) -> None:
    assert _arguments(method) == arguments


def test_every_part_that_we_use_is_tested() -> None:
    used = {name for file in INTERNALS.glob("*.py") for _, name in _foreign_names(file)}
    inherited = {name for cls in _classes() for name in _inherited_names(cls)}
    assert used | inherited == set(PARTS)


def test_no_other_module_uses_a_private_name() -> None:
    found = [
        f"{file.relative_to(LMS)}:{line}: {name}"
        for file in LMS.rglob("*.py")
        if INTERNALS not in file.parents
        for line, name in _foreign_names(file)
    ]
    assert not found


def test_no_other_class_shares_a_private_name_with_its_base() -> None:
    """Such a class would use the base's part, by design or by accident."""
    found = [
        f"{cls.__module__}.{cls.__name__}: {name}"
        for cls in _classes()
        if not cls.__module__.startswith("lms.core.internals.")
        for name in sorted(_inherited_names(cls))
    ]
    assert not found


def test_the_search_finds_a_private_name(tmp_path: Path) -> None:
    """Or the tests above would pass for want of eyes."""
    file = tmp_path / "module.py"
    file.write_text(
        "from other._hidden import thing\n"
        "from other import _thing\n"
        "class Ours:\n"
        "    def __init__(self): self._own = 1\n"
        "def ask(ours, theirs): return ours._own, theirs._part, theirs.part._replace(a=1)\n"
    )
    assert list(_foreign_names(file)) == [(1, "_hidden"), (2, "_thing"), (5, "_part")]

    class Taken(web.Server):
        def options(self) -> object:
            return self._kwargs

    assert _inherited_names(Taken) == {"_kwargs"}


def _is_private(name: str) -> bool:
    return re.match(r"_[A-Za-z]", name) is not None and name not in DOCUMENTED


def _foreign_names(file: Path) -> Iterator[tuple[int, str]]:
    """Where a module uses a private name that it does not define itself, but for `self`'s."""
    tree = ast.parse(file.read_text("utf-8"))
    nodes = sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0))
    own = _defined_names(tree)
    for node in nodes:
        if isinstance(node, ast.Attribute):
            if _is_private(node.attr) and node.attr not in own and not _is_self(node.value):
                yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom | ast.Import):
            module = getattr(node, "module", None) or ""
            names = module.split(".") + [n for a in node.names for n in a.name.split(".")]
            if not module.startswith("lms."):
                yield from ((node.lineno, name) for name in names if _is_private(name))


def _is_self(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "super"
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


def _defined_names(tree: ast.AST) -> set[str]:
    """Names of functions, classes and variables, and what is set on `self`."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and _is_self(node.value)
        ):
            names.add(node.attr)
    return names


def _classes() -> list[type]:
    """Every class that stands in a module of lms/."""
    names = [module.name for module in pkgutil.walk_packages(lms.__path__, "lms.")]
    modules = [importlib.import_module(n) for n in names if not n.endswith("__main__")]
    everything = [thing for module in modules for thing in vars(module).values()]
    return [c for c in everything if isinstance(c, type) and c.__module__.startswith("lms.")]


def _inherited_names(cls: type) -> set[str]:
    """Private names that a class uses and that a base from another package uses as well."""
    bases = [base for base in cls.__mro__[1:] if _is_installed(base)]
    if not bases:
        return set()
    used = _names_on_self(cls) - MEANT_FOR_SUBCLASSES
    return {name for name in used if any(name in _names_on_self(base) for base in bases)}


def _is_installed(cls: type) -> bool:
    file = getattr(sys.modules.get(cls.__module__), "__file__", None) or ""
    return file.startswith(sysconfig.get_path("purelib"))


def _names_on_self(cls: type) -> set[str]:
    """Private names that a class defines, or that its methods read from `self` or `super()`."""
    try:
        source = inspect.getsource(cls)
    except (TypeError, OSError):  # compiled, or made while the program runs
        return {name for name in vars(cls) if _is_private(name)}
    found = re.findall(
        r"(?:\bself|\bcls|super\(\))\.(_\w+)|\bdef (_\w+)|^    (_\w+)\b", source, re.M
    )
    return {name for groups in found for name in groups if _is_private(name)}
