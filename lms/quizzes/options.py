"""The options of a question, whatever its type: null, a list of items, or lists of items by name.

An item is an object with an `id` and a `text`, and often more. An author gives each item an id;
each attempt gives it another one, at random, and keeps the author's as `source`. The author's own
ids ("correct"), UUIDs in order of creation, or positions would give hints about the key.
"""

import secrets
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from lms.errors import FieldError

MOST_OPTIONS = 100


# What an author sends


def ids_of(pointer: str, items: Iterable[dict[str, Any]]) -> tuple[set[str], list[FieldError]]:
    """The ids of a list, and a fault for each that comes again."""
    seen: set[str] = set()
    faults = []
    for index, item in enumerate(items):
        if item["id"] in seen:
            where = f"{pointer}/{index}/id"
            faults.append(FieldError(where, "repeated", "Each id may be used once."))
        seen.add(item["id"])
    return seen, faults


def unknown(pointer: str, named: Any, ids: set[str]) -> list[FieldError]:
    """A fault unless an option has this id."""
    if named in ids:
        return []
    return [FieldError(pointer, "unknown_option", "Names no option of this question.")]


# What an attempt asks

_SEEN = ("id", "text", "text_format")
_EXPLAINED = (*_SEEN, "explanation", "explanation_format")
_CORRECTED = ("explanation", "explanation_format", "percent")


def rename(options: Any, *, shuffled: bool, random: Random) -> Any:
    """Options under new ids, each with the author's as `source`."""

    def rename_items(items: Any) -> list[dict[str, Any]]:
        renamed = [{**item, "id": secrets.token_hex(8), "source": item["id"]} for item in items]
        if shuffled:
            random.shuffle(renamed)
        return renamed

    return _each_list(options, rename_items)


def ids_by_source(items: Any) -> dict[str, str]:
    """An attempt's ids by the author's."""
    return {item["source"]: item["id"] for item in items or ()}


def texts_by_id(items: Any) -> dict[str, str]:
    return {item["id"]: item["text"] for item in items or ()}


def distinct_ids(answer: Any) -> set[str]:
    """The ids that an answer lists; none if it is no list."""
    return {one for one in answer if isinstance(one, str)} if isinstance(answer, list) else set()


def show(options: Any, *, explained: bool) -> Any:
    """Options as a student sees them: no author's ids, no weights; explanations when allowed."""
    names = _EXPLAINED if explained else _SEEN
    return _each_list(
        options,
        lambda items: [{name: item[name] for name in names if name in item} for item in items],
    )


def correct(options: Any, corrected: Any) -> Any:
    """The options that an attempt shows, with weights and explanations from the corrected ones."""
    if options is None or corrected is None:
        return options
    if isinstance(options, dict):
        return {name: _correct_items(items, corrected[name]) for name, items in options.items()}
    return _correct_items(options, corrected)


def _correct_items(items: Any, corrected: Any) -> list[dict[str, Any]]:
    now = {item["id"]: item for item in corrected}
    kept = []
    for item in items:
        shown = {name: item[name] for name in (*_SEEN, "source") if name in item}
        new = now.get(item["source"], {})
        kept.append({**shown, **{name: new[name] for name in _CORRECTED if name in new}})
    return kept


def _each_list(options: Any, change: Callable[[Any], list[dict[str, Any]]]) -> Any:
    if isinstance(options, dict):
        return {name: change(items) for name, items in options.items()}
    return None if options is None else change(options)
