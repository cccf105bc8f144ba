"""What every type of question must define; `lms/quizzes/types/__init__.py` lists all types.

A type is one class in a module of its own. Options, keys and answers are JSON values whose form
the type decides, within two rules that the rest of the code relies on:

- Options are null, a list of items `{id, text, …}`, or an object of such lists by name. A type
  whose options have another form says how they are frozen, shown and corrected.
- An answer that is null, blank, `[]` or `{}` was not given: it earns nothing and is never marked.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, ClassVar

from lms.core.http.schemas import BaseSchema
from lms.errors import FieldError
from lms.quizzes.options import correct, rename, show


@dataclass(frozen=True, slots=True)
class Content:
    """A question as its author wrote it. `answer` is the key."""

    text: str
    points: Decimal
    options: Any
    answer: Any


@dataclass(frozen=True, slots=True)
class GapMark:
    """What the answer to one gap of a question earns, and what it says."""

    id: str  # in the attempt
    source: str  # the author's id
    worth: Fraction  # the share of the question's points that the gap is worth
    share: Fraction  # of what the gap is worth, 0 to 1
    words: list[str]  # empty when unanswered


class QuestionType(ABC):
    """One type of question. All methods are pure, and none fails, whatever an answer holds."""

    name: ClassVar[str]

    # Reads `options` and `answer` as an author sends them.
    schema: ClassVar[BaseSchema]

    # Whether the author gives a key. If not, a question without one is complete.
    has_key: ClassVar[bool] = True

    # Whether each attempt shuffles the options, even where the quiz keeps the author's order.
    is_always_shuffled: ClassVar[bool] = False

    # Whether the statistics count who answered what.
    is_tallied: ClassVar[bool] = True

    # Whether it asks something. What asks nothing gives no points, and neither counts as a question
    # nor stands in the statistics.
    is_asked: ClassVar[bool] = True

    # Whether answers are texts in the student's own words, which are erased with the person.
    is_own_words: ClassVar[bool] = False

    # While the author writes

    def default_points(self, options: Any) -> Decimal:
        """The points of a question whose author named none."""
        return Decimal(1)

    def faults(self, content: Content) -> list[FieldError]:
        """How parts of the question contradict each other; some may be missing."""
        return []

    def missing(self, content: Content) -> list[FieldError]:
        """What the question still needs to be asked and marked; pointers start at the question."""
        if self.has_key and (content.answer is None or content.answer in ([], {})):
            return [FieldError("/answer", "required", "Needs its key.")]
        return []

    # When an attempt starts, or is regraded

    def freeze_options(self, options: Any, *, shuffled: bool, random: Random) -> Any:
        """The options of a new attempt, under ids of its own."""
        return rename(options, shuffled=shuffled or self.is_always_shuffled, random=random)

    def freeze_text(self, text: str, options: Any) -> str:
        """The text of a new attempt, which names parts by the ids of the attempt's `options`."""
        return text

    def freeze_key(self, options: Any, answer: Any) -> Any:
        """A key with the ids of an attempt's `options`; options that it does not show are left out.

        `answer` is the author's key and not null.
        """
        return answer

    # While an attempt is shown, or regraded

    def show_options(self, options: Any, *, explained: bool) -> Any:
        """An attempt's options as its student sees them; explanations when allowed."""
        return show(options, explained=explained)

    def correct_options(self, options: Any, corrected: Any) -> Any:
        """An attempt's options, with weights and explanations of the question's as they are now."""
        return correct(options, corrected)

    # While a student answers

    @abstractmethod
    def answer_fault(self, answer: Any, ids: Any) -> str | None:
        """What is wrong with the form of an answer, in a sentence; None if it is right.

        `ids` has the form of the options, with ids in place of items; for a type with gaps it is
        the options themselves.
        """

    # When an attempt is closed, or regraded

    @abstractmethod
    def share(self, options: Any, key: Any, answer: Any) -> Fraction | None:
        """The share of its points that an answer earns; None if a person has to mark it.

        Less than 0 counts as 0, and more than 1 as 1. `key` is null only if `has_key` is false.
        """

    def gaps(self, options: Any, key: Any, answer: Any) -> list[GapMark]:
        """The marks of a question's gaps, which make its mark; empty for types without gaps."""
        return []

    # For the statistics

    @abstractmethod
    def words(self, options: Any, answer: Any) -> list[str]:
        """What was answered, in the author's words where it was a choice."""

    @abstractmethod
    def guess_percent(self, options: Any, key: Any) -> Decimal | None:
        """The score of random answers on average, in percent; None where Moodle defines none."""
