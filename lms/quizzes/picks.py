"""How many points the picked options of a choice earn."""

from fractions import Fraction
from typing import Any

from lms.quizzes.numbers import read_percent
from lms.quizzes.options import distinct_ids, texts_by_id

NOTHING = Fraction(0)


def worth_of_options(
    options: Any, right: list[str | None], *, wrong: int = 0
) -> dict[str, Fraction]:
    """The worth of each option: its own percent where the author gave it one.

    Otherwise the right options share 1 equally, and a wrong option is worth that share times
    `wrong`.
    """
    named = set(right) - {None}
    share = Fraction(1, len(named)) if named else NOTHING
    return {
        option["id"]: read_percent(option["percent"])
        if "percent" in option
        else share * (1 if option["id"] in named else wrong)
        for option in options or ()
    }


def picked_texts(options: Any, answer: Any) -> list[str]:
    """The texts of the options that an answer picks, in the order of the options."""
    picked = {answer} if isinstance(answer, str) else distinct_ids(answer)
    return [text for id, text in texts_by_id(options).items() if id in picked]
