"""Attempts, as the API shows and takes them."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from lms.core.http.body import MAX_INTEGER
from lms.core.http.request import parse_uuid
from lms.core.http.schemas import (
    BaseSchema,
    Boolean,
    Choice,
    Either,
    Exact,
    Id,
    Integer,
    Items,
    ListQuery,
    PatchSchema,
    Text,
    Time,
)
from lms.core.markup import TEXT_FORMATS
from lms.quizzes.forms import as_asked, forms
from lms.quizzes.numbers import MOST_PLACES
from lms.quizzes.options import MOST_OPTIONS
from lms.quizzes.types import TYPES

STATUSES = ("in_progress", "needs_marking", "graded")


_LONGEST = 100_000  # of an answer, in characters


class Answer(Either):
    """Any answer of any type; a later check compares it with its question."""

    def __init__(self, **kwargs: Any) -> None:
        parts: dict[str, fields.Field[Any]] = {
            "AnswerWord": fields.String(validate=validate.Length(max=_LONGEST)),
            "AnswerFigure": fields.Float(),
        }
        kinds: dict[str, fields.Field[Any]] = {
            "AnswerText": fields.String(validate=validate.Length(max=_LONGEST)),
            "AnswerNumber": fields.Float(),
            "AnswerFlag": fields.Boolean(),
            "AnswerList": fields.List(fields.String(), validate=validate.Length(max=MOST_OPTIONS)),
            "AnswerPairs": fields.Dict(values=Either("AnswerPart", parts, allow_none=True)),
        }
        super().__init__("AnswerValue", kinds, required=True, allow_none=True, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if _size(value) > _LONGEST:
            raise ValidationError("Too long.")
        return value


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(1 + _size(part) for part in value)
    if isinstance(value, dict):
        return sum(len(name) + 1 + _size(part) for name, part in value.items())
    return 1


class GivenAnswer(BaseSchema):
    question_id = Id(required=True)
    answer = Answer(metadata={"example": True})
    seq = Integer(min=0, max=MAX_INTEGER, required=True, metadata={"example": 1})


_NAMES = set(GivenAnswer().fields)


class GivenAnswers(fields.List[Any]):
    """Answers as GivenAnswer reads them; valid ones, nearly all, take a quarter of the time.

    Every student saves every few seconds, and this was a sixth of our own time per save.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Nested(GivenAnswer), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            good = [_read_good(one) for one in value]
            if None not in good:
                return good
        found: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return found


def _read_good(one: Any) -> dict[str, Any] | None:
    """A valid answer, or None, and then the schema says what is wrong with it."""
    if type(one) is not dict or one.keys() != _NAMES:
        return None
    id, answer, seq = one["question_id"], one["answer"], one["seq"]
    question_id = parse_uuid(id) if type(id) is str else None
    if question_id is None or type(seq) is not int or not 0 <= seq <= MAX_INTEGER:
        return None
    return {**one, "question_id": question_id} if _size(answer) <= _LONGEST else None


class AnswersToSave(BaseSchema):
    answers = GivenAnswers(required=True, validate=validate.Length(min=1, max=1000))


class Submission(BaseSchema):
    answers = GivenAnswers(
        load_default=list,
        validate=validate.Length(max=1000),
        metadata={"example": []},
    )


class GapResult(BaseSchema):
    """What a gap of a cloze earned, of the question's points."""

    points_awarded = fields.Decimal(required=True)
    correct = fields.Boolean(required=True)


class AskedQuestion(BaseSchema):
    """A question of an attempt; optional fields appear once `show_results` allows them."""

    id = Id(required=True)
    type = Choice(*TYPES, name="QuestionType", required=True)
    version = fields.Integer(required=True)
    text = fields.String(required=True)
    text_format = Choice(*TEXT_FORMATS, name="TextFormat", required=True)
    points = fields.Decimal(required=True)
    options = fields.Raw(required=True, allow_none=True)
    points_awarded = fields.Decimal(allow_none=True)
    feedback = fields.String(allow_none=True)
    correct = fields.Boolean(allow_none=True)
    answer = fields.Raw(allow_none=True)
    explanation = fields.String(allow_none=True)
    explanation_format = Choice(*TEXT_FORMATS, name="TextFormat")
    gaps = fields.Dict(keys=fields.String(), values=fields.Nested(GapResult))


AskedQuestion.shape = forms(
    "Asked{}Question",
    AskedQuestion().fields,
    as_asked,
    words="A question of type {}, as it is asked.",
)


class SavedAnswer(BaseSchema):
    question_id = Id(required=True)
    answer = Answer()
    seq = fields.Integer(required=True)


class AttemptSummary(BaseSchema):
    """An attempt without its questions."""

    id = Id(required=True)
    quiz_id = Id(required=True)
    student_id = Id(required=True)
    number = fields.Integer(required=True)
    status = Choice(*STATUSES, name="AttemptStatus", required=True)
    started_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = Choice(
        "student", "deadline", "access_ended", name="ClosedBy", required=True, allow_none=True
    )
    points = fields.Decimal(required=True, allow_none=True)
    max_points = fields.Decimal(required=True)
    score_percent = fields.Decimal(required=True, allow_none=True)
    passed = fields.Boolean(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)


class AttemptSchema(AttemptSummary):
    """An attempt: while open with its questions and answers, afterwards what may be shown.

    `questions` and `answers` are left out while its student has no access to the course.
    """

    questions = fields.List(fields.Nested(AskedQuestion))
    answers = fields.List(fields.Nested(SavedAnswer))
    server_now = fields.AwareDateTime(required=True)
    seconds_left = fields.Float(required=True, allow_none=True)


class SavedSchema(BaseSchema):
    """The named answers as they are stored now, and how much time there is."""

    id = Id(required=True)
    answers = fields.List(fields.Nested(SavedAnswer), required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    server_now = fields.AwareDateTime(required=True)
    seconds_left = fields.Float(required=True, allow_none=True)


class AttemptQuery(ListQuery):
    status = Choice(*STATUSES, name="AttemptStatus")
    student_id = Id()
    updated_since = Time()


class Grade(BaseSchema):
    question_id = Id(required=True)
    points = Exact(min=0, max=1000, places=MOST_PLACES, required=True, metadata={"example": 1})
    feedback = Text(max=20_000, lines=True, allow_none=True)


class NewGrades(BaseSchema):
    grades = Items(fields.Nested(Grade), required=True, validate=validate.Length(min=1, max=1000))


class ExtensionChanges(PatchSchema):
    extra_minutes = Integer(min=0, max=100_000)
    extra_attempts = Integer(min=0, max=10_000)
    available_until = Time(allow_none=True)


class ExtensionSchema(BaseSchema):
    """More time and more attempts for one person."""

    quiz_id = Id(required=True)
    user_id = Id(required=True)
    extra_minutes = fields.Integer(required=True)
    extra_attempts = fields.Integer(required=True)
    available_until = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class RegradeOrder(BaseSchema):
    dry_run = Boolean(required=True)


class RegradedAttempt(BaseSchema):
    attempt_id = Id(required=True)
    score_before = fields.Decimal(required=True, allow_none=True)
    score_after = fields.Decimal(required=True, allow_none=True)
    passed_before = fields.Boolean(required=True, allow_none=True)
    passed_after = fields.Boolean(required=True, allow_none=True)


class RegradeSchema(BaseSchema):
    """The attempts that regrading changed, or would change."""

    attempts = fields.List(fields.Nested(RegradedAttempt), required=True)


class StatisticsQuery(BaseSchema):
    attempts = Choice("first", "last", "best", "all", name="CountedAttempts", load_default="first")


class ResponseCount(BaseSchema):
    """How often something was answered; to a cloze, in the gap with this id."""

    gap = fields.String()
    response = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)


def _figure() -> fields.Float:
    return fields.Float(required=True, allow_none=True)


class QuestionStatistics(BaseSchema):
    """Percent; null where undefined. `docs/quizzes.md` says how each is defined."""

    question_id = Id(required=True)
    version = fields.Integer(
        required=True, metadata={"description": "The latest that an attempt was asked."}
    )
    facility_index = _figure()
    standard_deviation = _figure()
    discrimination_index = _figure()
    discriminative_efficiency = _figure()
    effective_weight = _figure()
    random_guess_score = _figure()
    responses = fields.List(fields.Nested(ResponseCount), required=True)


class StatisticsSchema(BaseSchema):
    count = fields.Integer(required=True)
    mean_percent = _figure()
    median_percent = _figure()
    standard_deviation_percent = _figure()
    cronbach_alpha = _figure()
    questions = fields.List(fields.Nested(QuestionStatistics), required=True)
