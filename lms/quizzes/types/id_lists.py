"""Keys and answers that are lists of option ids, for the types that have them."""

from typing import Any

from lms.errors import invalid
from lms.quizzes.options import check_ids, check_known, ids_by_source
from lms.quizzes.types.base import Content


def check_list(content: Content) -> None:
    """Raise Invalid unless the key lists ids of options, each at most once."""
    ids = check_ids("/options", content.options or ())
    for index, named in enumerate(content.answer or ()):
        check_known(f"/answer/{index}", named, ids)
    if content.answer is not None and len(set(content.answer)) != len(content.answer):
        raise invalid("/answer", "repeated", "Names an option twice.")


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
