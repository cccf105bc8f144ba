"""Examples for the document: calls that the application really answered in the tests.

`bin/examples` writes them anew. tests/contract/test_examples.py compares them with what the
application answers now.
"""

from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import orjson

FILE = Path(__file__).with_name("examples.json")


class Example(TypedDict, total=False):
    """A call: what was sent, and what came back with which status."""

    request: Any
    status: int
    reply: Any


@cache
def examples() -> dict[str, Example]:
    """Calls by the name of their route, and the bodies of webhooks by `webhook TYPE`."""
    found: dict[str, Example] = orjson.loads(FILE.read_bytes())
    return found
