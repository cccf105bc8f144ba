"""Keys and answers that are lists of option ids, for the types that have them."""

from typing import Any

from lms.errors import FieldError
from lms.quizzes.options import ids_by_source, ids_of, unknown
from lms.quizzes.types.base import Content


def list_faults(content: Content) -> list[FieldError]:
    """What is wrong unless the key lists options, each once."""
    ids, faults = ids_of("/options", content.options or ())
    for index, named in enumerate(content.answer or ()):
        faults += unknown(f"/answer/{index}", named, ids)
    if content.answer is not None and len(set(content.answer)) != len(content.answer):
        faults.append(FieldError("/answer", "repeated", "Names an option twice."))
    return faults


def freeze_list(options: Any, answer: Any) -> list[str]:
    """The key with an attempt's ids."""
    names = ids_by_source(options)
    return [names[one] for one in answer if one in names]


def list_fault(answer: Any, ids: Any) -> str | None:
    """What is wrong with the form of an answer."""
    fits = isinstance(answer, list) and all(isinstance(one, str) and one in ids for one in answer)
    if fits and len(set(answer)) == len(answer):
        return None
    return "Must list options' ids, each once."
