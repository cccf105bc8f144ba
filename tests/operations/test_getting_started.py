"""The getting-started guide works when it is pasted."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.demo import demo  # noqa: F401 - a fixture
from tests.running import Site

GUIDE = Path(__file__).parents[2] / "docs" / "getting-started.md"
HERE = "http://127.0.0.1:8000"


def _blocks(language: str, site: Site) -> str:
    text = GUIDE.read_text().replace(HERE, site.settings.base_url)
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return "\n".join(found)


async def _run(folder: Path, *argv: str) -> str:
    """What a program prints; it runs where nothing of ours is at hand."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=folder, env=environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(120):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_the_commands_lead_to_a_certificate(demo: Site, tmp_path: Path) -> None:  # noqa: F811
    script = tmp_path / "pasted.sh"
    script.write_text(f"set -euo pipefail\n{_blocks('sh', demo)}")
    output = await _run(tmp_path, "bash", str(script))
    lines = output.splitlines()
    assert "true" in lines, "a lesson was locked, and the quiz was passed"
    assert [line for line in lines if re.fullmatch(r"\d+", line)][:4] == ["20", "40", "60", "80"]
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert '"status":"valid"' in output
    assert '"student_name":"You Yourself"' in output
    # A second paste is another person's walk.
    assert '"status":"valid"' in await _run(tmp_path, "bash", str(script))


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
async def test_the_javascript_leads_to_a_certificate(demo: Site, tmp_path: Path) -> None:  # noqa: F811
    script = tmp_path / "learn.mjs"
    script.write_text(_blocks("js", demo))
    lines = (await _run(tmp_path, "node", str(script))).splitlines()
    assert lines[0].startswith(f"{demo.settings.base_url}/verify/")
    assert lines[1] == "422 validation_failed /course_id"
