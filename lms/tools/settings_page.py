"""docs/settings.md, made from the comments beside the defaults in lms/settings.py."""

import dataclasses
import inspect
import re
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lms.settings import Secret, Settings, variable

_FIELD = re.compile(
    r"^    (?P<name>[a-z_0-9]+): [^=#]+(?:= (?P<default>[^#]*?))?\s*(?:# (?P<why>.*))?$"
)
_HEADING = re.compile(r"^    # (?P<text>.*)$")

_TOP = """# Settings

Made by `python -m lms settings --markdown` from `lms/settings.py`; do not edit.

Every setting is an environment variable, read once at the start. Each may instead name a file,
`LMS_SECRET_KEYS_FILE=/run/secrets/keys`, as container secrets do. A wrong one stops the start
with one sentence that names it; `python -m lms settings check` says whether all are right.
Lists are separated by commas. Times are in the unit that the name ends with.
"""


def render() -> str:
    """The page, in Markdown."""
    kinds = get_type_hints(Settings)
    defaults = {f.name: f.default for f in dataclasses.fields(Settings)}
    lines = [_TOP.rstrip("\n")]
    in_table, after_gap = False, True
    for line in inspect.getsource(Settings).splitlines():
        if heading := _HEADING.match(line):
            if not after_gap:  # the reason of the setting above continues
                lines[-1] = f"{lines[-1].removesuffix(' |')} {heading['text']} |"
                continue
            if not heading["text"].endswith("."):
                lines += ["", f"## {heading['text']}"]
            else:  # a sentence about the settings that follow
                lines += ["", heading["text"]]
            in_table = False
        elif (field := _FIELD.match(line)) and field["name"] in defaults:
            if not in_table:
                lines += ["", "| variable | kind | default | |", "| --- | --- | --- | --- |"]
                in_table = True
            name = field["name"]
            cells = [
                f"`{variable(name)}`",
                _kind(kinds[name]),
                _default(defaults[name]),
                (field["why"] or "").replace("|", "\\|"),
            ]
            lines.append(f"| {' | '.join(cells)} |".replace("  ", " "))
        elif line.startswith("    @property"):
            break
        after_gap = not line
    return "\n".join(lines) + "\n"


def _kind(kind: Any) -> str:
    if get_origin(kind) in (Union, UnionType):
        kinds = [k for k in get_args(kind) if k is not type(None)]
        return "network" if len(kinds) > 1 else _kind(kinds[0])
    if get_origin(kind) is Literal:
        return " · ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is tuple:
        return f"list of {_kind(get_args(kind)[0])}s"
    names = {str: "text", bool: "true or false", int: "whole number", float: "number"}
    return names.get(kind) or str(kind.__name__).lower()


def _default(value: object) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return ", ".join(_default(part) for part in value)
    if isinstance(value, Secret):
        value = value.value
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
