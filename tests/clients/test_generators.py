"""The document is taken by the linters and generators that people use, without a finding."""

import json
import re
import shutil
from pathlib import Path

import pytest

from lms.app import create_app
from lms.openapi.document import build
from lms.settings import Settings
from tests.clients.tools import TOOLS, install, node, python, run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here"),
]
_PARTS = "apis,models,supportingFiles"  # of openapi-generator: no tests, no documentation
# A program that asks for and answers questions; no cast, no `any`.
_TYPED = """
import type { components } from "./openapi-typescript";
import type { AnswerValue, AskedQuestion, LoginOutcome } from "./hey-api";

type Question = components["schemas"]["AskedQuestion"];
type IsAny<T> = 0 extends 1 & T ? true : false;
type Never<T extends false> = T;
export type Known = [
  Never<IsAny<AnswerValue>>,
  Never<IsAny<AskedQuestion["options"]>>,
  Never<IsAny<Question["options"]>>,
];

export function answer(question: AskedQuestion): AnswerValue {
  if (question.type === "true_false") return true;
  if (question.type === "single_choice") return question.options?.[0]?.id ?? "";
  if (question.type === "matching") return { [question.options?.left[0]?.id ?? ""]: "" };
  return "";
}

export function token(outcome: LoginOutcome): string {
  switch (outcome.outcome) {
    case "signed_in": return outcome.tokens.refresh_token;
    case "signed_in_by_cookie": return outcome.tokens.access_token;
    case "mfa_required": return outcome.mfa_token;
  }
}

// @ts-expect-error an answer holds no objects of objects
export const wrong: AnswerValue = { one: { two: 2 } };
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    install()
    document = build(create_app(Settings()))
    document["servers"] = [{"url": "https://learn.invalid"}]
    found = tmp_path_factory.mktemp("document") / "openapi.json"
    found.write_text(json.dumps(document))
    return found


async def test_spectral_finds_nothing(file: Path, tmp_path: Path) -> None:
    rules = TOOLS / "spectral.yaml"
    await run(
        node("spectral"), "lint", file, "-r", rules, "--fail-severity", "hint", folder=tmp_path
    )


async def test_redocly_finds_nothing(file: Path, tmp_path: Path) -> None:
    output = await run(
        node("redocly"), "lint", file, "--config", TOOLS / "redocly.yaml", folder=tmp_path
    )
    assert "You have" not in output, output  # as it ends if there are warnings


async def _check_types(folder: Path, *files: str) -> None:
    await run(
        node("tsc"), "--strict", "--noEmit", "--target", "es2022", "--module", "esnext",
        "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable", *files, folder=folder,
    )  # fmt: skip


async def test_typescript_types_leave_no_question_open(file: Path, tmp_path: Path) -> None:
    await run(node("openapi-typescript"), file, "-o", "openapi-typescript.ts", folder=tmp_path)
    await run(node("openapi-ts"), "-i", file, "-o", tmp_path / "hey-api", folder=TOOLS)
    (tmp_path / "program.ts").write_text(_TYPED)
    await _check_types(tmp_path, "program.ts", "hey-api/sdk.gen.ts")


async def test_orval_makes_a_strict_client(file: Path, tmp_path: Path) -> None:
    await run(
        node("orval"), "--input", file, "--output", tmp_path / "api.ts", "--client", "fetch",
        folder=TOOLS,
    )  # fmt: skip
    await _check_types(tmp_path, "api.ts")


async def test_openapi_generator_makes_a_strict_typescript_client(
    file: Path, tmp_path: Path
) -> None:
    await run(
        python("openapi-generator-cli"), "generate", "-g", "typescript-fetch", "-i", file,
        "-o", tmp_path / "client", "--global-property", _PARTS, folder=tmp_path,
    )  # fmt: skip
    await _check_types(tmp_path, "client/index.ts")


_IMPORTS = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""


async def test_openapi_generator_makes_a_python_client(file: Path, tmp_path: Path) -> None:
    await run(
        python("openapi-generator-cli"), "generate", "-g", "python", "-i", file,
        "-o", tmp_path, "--global-property", _PARTS, folder=tmp_path,
    )  # fmt: skip
    await run(python("python"), "-c", _IMPORTS, "openapi_client", folder=tmp_path)


async def test_openapi_python_client_leaves_nothing_out(file: Path, tmp_path: Path) -> None:
    output = await run(
        python("openapi-python-client"), "generate", "--path", file, "--meta", "none",
        "--output-path", tmp_path / "client", "--config", TOOLS / "openapi-python-client.yaml",
        folder=tmp_path,
    )  # fmt: skip
    assert "WARNING" not in output, output[:5000]
    await run(python("python"), "-c", _IMPORTS, "client", folder=tmp_path)


async def test_datamodel_code_generator_knows_every_answer(file: Path, tmp_path: Path) -> None:
    await run(
        python("datamodel-codegen"), "--input", file, "--input-file-type", "openapi",
        "--output", tmp_path / "models.py", "--output-model-type", "pydantic_v2.BaseModel",
        "--formatters", "builtin", folder=tmp_path,
    )  # fmt: skip
    await run(python("python"), "-c", "import models", folder=tmp_path)
    text = (tmp_path / "models.py").read_text()
    open_ones = re.findall(r"^ +(\w+): .*\bAny\b", text, re.MULTILINE)
    assert set(open_ones) <= {"metadata", "data"}  # the client's own, and nothing to say
