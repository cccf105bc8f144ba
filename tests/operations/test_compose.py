"""The Compose files, as one that knows their specification reads them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
_FILES = (
    "docker-compose.yml",
    *(f"config/compose.{name}.yml" for name in ("production", "staging", "observability")),
)


class _Loader(yaml.SafeLoader):
    """Takes `!override` for the list that it marks: each file is read by itself here."""


_Loader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node))


def _read(name: str) -> Any:
    text = (
        (ROOT / name).read_text().replace("${LMS_IMAGE:?say which image, with its digest}", "lms:1")
    )
    return yaml.load(text, _Loader)


@pytest.mark.slow  # the reader is a package that `bin/test --full` installs
@pytest.mark.parametrize("name", _FILES)
def test_a_compose_file_is_valid(name: str) -> None:
    try:
        import compose_spec
    except ImportError:
        if os.environ.get("TESTS_SKIP_NOTHING"):
            raise
        pytest.skip("pip install 'lms[full]' brings the reader")
    # As JSON: it resolves no YAML merges.
    compose_spec.PyCompose.from_json(json.dumps(_read(name)))
    broken = _read(name)
    next(iter(broken["services"].values()))["helthcheck"] = {}
    with pytest.raises(ValueError, match="helthcheck"):
        compose_spec.PyCompose.from_json(json.dumps(broken))


def test_the_proxy_leads_to_both_processes_and_alone_to_the_machine() -> None:
    services = _read("config/compose.production.yml")["services"]
    proxied = {
        value.removesuffix(":8000")
        for variable, value in services["proxy"]["environment"].items()
        if variable.startswith("LMS_API")
    }
    assert proxied == {"api", "api2"}
    assert [name for name, given in services.items() if "ports" in given] == ["proxy"]
    for name in proxied:
        assert "/api/v1/ready" in services[name]["healthcheck"]["test"][-1]
