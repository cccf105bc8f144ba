"""Both SDKs lead from a registration to a certificate, and verify webhooks."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from lms.openapi.examples import examples
from tests.clients.tools import CLIENTS, PYTHON, install, run, typescript
from tests.running import Site

_WALK = [
    "signed_in",
    "2 answers are saved",
    "passed: true",
    "%pdf-",
    "valid",
    "learning by doing true true",
    "notfound 404 not_found",
]
_PACKAGE = str(CLIENTS / "python" / "src")
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here"),
]


async def test_the_python_client_leads_to_a_certificate(demo: Site) -> None:
    install()
    script = CLIENTS / "python" / "examples" / "learn.py"
    output = await run(PYTHON, script, demo.settings.base_url, folder=CLIENTS, PYTHONPATH=_PACKAGE)
    assert output.lower().splitlines() == _WALK


async def test_the_typescript_client_leads_to_a_certificate(demo: Site) -> None:
    folder = typescript()
    output = await run("node", "examples/learn.mjs", demo.settings.base_url, folder=folder)
    assert output.lower().splitlines() == _WALK


_PYTHON_VERIFIES = """
import json, sys
from lms_client import WebhookVerificationError, webhooks
given = json.load(sys.stdin)
event = webhooks.verify(given["body"], given["headers"], ["whsec_AAAA", given["secret"]])
print(event.type, type(event).__name__, event.data.course_id)
for body in (given["body"] + " ", given["body"]):
    try:
        webhooks.verify(body, given["headers"], "whsec_AAAA")
    except WebhookVerificationError:
        print("refused")
"""
_NODE_VERIFIES = """
import { readFileSync } from "node:fs";
import { WebhookVerificationError, webhooks } from "./dist/index.js";
const given = JSON.parse(readFileSync(0, "utf8"));
const event = await webhooks.verify(given.body, given.headers, ["whsec_AAAA", given.secret]);
console.log(event.type, event.data.course_id);
for (const body of [given.body + " ", given.body]) {
  try {
    await webhooks.verify(body, given.headers, "whsec_AAAA");
  } catch (error) {
    if (error instanceof WebhookVerificationError) console.log("refused");
  }
}
"""


async def test_both_clients_verify_what_another_library_signs(tmp_path: Path) -> None:
    install()
    body = json.dumps(examples()["webhook enrollment.completed"]["reply"])
    now = datetime.now(UTC)
    signature = Webhook(_SECRET).sign("msg_1", now, body)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    given = tmp_path / "given.json"
    given.write_text(json.dumps({"body": body, "headers": headers, "secret": _SECRET}))
    course_id = json.loads(body)["data"]["course_id"]
    script = tmp_path / "verify.py"
    script.write_text(_PYTHON_VERIFIES)
    output = await run(
        "sh", "-c", f"'{PYTHON}' '{script}' < '{given}'", folder=CLIENTS, PYTHONPATH=_PACKAGE
    )
    event = "enrollment.completed"
    assert output.split() == [
        event, "EnrollmentCompletedWebhook", course_id, "refused", "refused"
    ]  # fmt: skip
    folder = typescript()
    code = tmp_path / "verify.mjs"
    code.write_text(_NODE_VERIFIES.replace("./dist", str(folder / "dist")))
    output = await run("sh", "-c", f"node '{code}' < '{given}'", folder=folder)
    assert output.split() == [event, course_id, "refused", "refused"]


async def test_the_python_client_keeps_its_promises() -> None:
    install()
    folder = CLIENTS / "python"
    await run(
        PYTHON, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", folder, "tests",
        folder=folder, PYTHONPATH=_PACKAGE,
    )  # fmt: skip
    await run(PYTHON, "-m", "mypy", "--strict", "src/lms_client", folder=folder)


async def test_the_typescript_client_keeps_its_promises() -> None:
    folder = typescript()
    await run("node", "--test", "tests/", folder=folder)


async def test_what_is_generated_is_what_is_committed(tmp_path: Path) -> None:
    install()
    copy = tmp_path / "clients"
    shutil.copytree(CLIENTS, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    await run(CLIENTS.parent / "bin" / "sdk", copy, folder=tmp_path)
    for name in (
        "python/src/lms_client/models.py",
        "python/src/lms_client/_areas.py",
        "typescript/src/areas.gen.ts",
        "typescript/src/generated/types.gen.ts",
    ):
        same = (copy / name).read_bytes() == (CLIENTS / name).read_bytes()
        assert same, f"clients/{name} is stale: run bin/sdk"
