"""The SDKs are made from the document as it is; a changed schema makes them stale."""

import copy
import runpy

import pytest

from lms.app import create_app
from lms.openapi.document import build
from lms.settings import Settings
from tests.clients.tools import CLIENTS
from tests.openapi_checker import Json

_MADE = runpy.run_path(str(CLIENTS / "make_document.py"))


@pytest.fixture(scope="module")
def document() -> Json:
    return build(create_app(Settings()))


@pytest.mark.parametrize("sdk", _MADE["SDKS"])
def test_an_sdk_is_made_from_todays_document(document: Json, sdk: str) -> None:
    kept = _MADE["digest_file"](sdk).read_text().strip()
    assert kept == _MADE["digest"](document, sdk), f"clients/{sdk} is stale: run bin/sdk"


@pytest.mark.parametrize("sdk", _MADE["SDKS"])
def test_a_changed_schema_makes_an_sdk_stale(document: Json, sdk: str) -> None:
    changed = copy.deepcopy(document)
    changed["components"]["schemas"]["Course"]["properties"]["colour"] = {"type": "string"}
    assert _MADE["digest"](changed, sdk) != _MADE["digest"](document, sdk)
    reworded = copy.deepcopy(document)
    reworded["paths"]["/api/v1/courses"]["get"]["responses"]["200"]["content"]["application/json"][
        "example"
    ] = {}
    assert _MADE["digest"](reworded, sdk) == _MADE["digest"](document, sdk)
