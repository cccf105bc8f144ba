"""The Postman collection runs, from its first request to its last."""

import re
import shutil
from pathlib import Path

import pytest

from lms.tools.openapi import main as write_openapi
from tests.clients.tools import install, node, run
from tests.running import Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here"),
]


async def test_newman_runs_the_whole_collection(demo: Site, tmp_path: Path) -> None:
    install()
    write_openapi(demo.settings, [str(tmp_path)])
    output = await run(
        node("newman"), "run", "postman_collection.json", "--color", "off",
        folder=tmp_path,
    )  # fmt: skip
    made = re.search(r"assertions │ +(\d+) │ +(\d+) │", output)
    assert made is not None
    assert int(made[1]) > 130
    assert int(made[2]) == 0
