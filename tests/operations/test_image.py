"""What the image is made of: locked releases with hashes, that are the ones of setup.cfg."""

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _wanted(part: str) -> dict[str, str]:
    """Name → version, as setup.cfg pins it."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", "utf-8")
    text = (
        config["options"]["install_requires"]
        if part == "image"
        else config["options.extras_require"][part]
    )
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {_name(line): line.split("==")[1] for line in lines}


def _locked(part: str) -> dict[str, tuple[str, int]]:
    """Name → version and number of hashes, as requirements/ has it."""
    text = (ROOT / "requirements" / f"{part}.txt").read_text()
    entries = re.findall(
        r"^([\w.\[\]-]+)==([\w.+]+)[^\n]*?\\?\n((?:    --hash=\S+(?: \\)?\n)*)", text, re.MULTILINE
    )
    assert len(entries) == len([line for line in text.splitlines() if "==" in line])
    return {
        _name(name): (version, hashes.count("--hash=sha256:")) for name, version, hashes in entries
    }


def _name(requirement: str) -> str:
    return re.split(r"[\[=]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("part", ["image", "azure", "tracing"])
def test_each_release_is_locked_as_it_is_pinned(part: str) -> None:
    locked, wanted = _locked(part), _wanted(part)
    assert wanted
    for name, version in wanted.items():
        assert locked[name][0] == version, f"run bin/lock: {name}"
    assert all(hashes for _, hashes in locked.values())


def test_extras_bring_no_other_release_of_what_the_image_has() -> None:
    image = _locked("image")
    for extra in ("azure", "tracing"):
        for name, (version, _) in _locked(extra).items():
            assert image.get(name, (version, 0))[0] == version, name


def test_the_image_installs_nothing_but_what_is_locked() -> None:
    installs = re.findall(r"pip --python \S+ install[^\n]*", (ROOT / "Dockerfile").read_text())
    assert len(installs) == 2
    assert ["--require-hashes" in line or "--no-deps" in line for line in installs] == [True, True]
