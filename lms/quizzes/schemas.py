"""Quizzes and questions, as the API shows and takes them."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from lms.core.http.schemas import (
    BaseSchema,
    Boolean,
    Choice,
    Exact,
    Id,
    Integer,
    ListQuery,
    PatchSchema,
    Text,
    Time,
    Title,
)
from lms.quizzes.formats import FORMATS
from lms.quizzes.forms import as_kept, as_sent, forms
from lms.quizzes.types import TYPES

SHOW_RESULTS = ("never", "score", "answers", "answers_after_pass")


class QuizSchema(BaseSchema):
    """What a quiz is called and how it is taken."""

    id = Id(required=True)
    course_id = Id(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    time_limit_minutes = fields.Integer(required=True, allow_none=True)
    passing_score = fields.Decimal(required=True)
    max_attempts = fields.Integer(required=True, allow_none=True)
    shuffle_questions = fields.Boolean(required=True)
    shuffle_options = fields.Boolean(required=True)
    is_required = fields.Boolean(required=True)
    status = Choice("draft", "published", name="QuizStatus", required=True)
    show_results = Choice(*SHOW_RESULTS, name="ShowResults", required=True)
    available_from = fields.AwareDateTime(required=True, allow_none=True)
    available_until = fields.AwareDateTime(required=True, allow_none=True)
    question_count = fields.Integer(required=True)
    total_points = fields.Decimal(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class _QuizFields(BaseSchema):
    description = Text(max=20_000, lines=True, trim=False)
    time_limit_minutes = Integer(min=1, max=100_000, allow_none=True)
    passing_score = Exact(min=0, max=100, places=2, metadata={"example": 70})
    max_attempts = Integer(min=1, max=10_000, allow_none=True)
    shuffle_questions = Boolean()
    shuffle_options = Boolean()
    is_required = Boolean()
    show_results = Choice(*SHOW_RESULTS, name="ShowResults")
    available_from = Time(allow_none=True)
    available_until = Time(allow_none=True)

    @validates_schema(skip_on_field_errors=False)
    def _window(self, data: dict[str, Any], **_: Any) -> None:
        start: datetime | None = data.get("available_from")
        end: datetime | None = data.get("available_until")
        if start and end and start >= end:
            raise ValidationError("Must be after available_from.", "available_until")


class NewQuiz(_QuizFields):
    course_id = Id(required=True)
    title = Title(required=True, metadata={"example": "What do you remember?"})


class QuizChanges(_QuizFields, PatchSchema):
    title = Title()


class QuizQuery(ListQuery):
    course_id = Id()
    updated_since = Time()


class QuestionSchema(BaseSchema):
    """A question with its key, for those who may edit it."""

    id = Id(required=True)
    quiz_id = Id(required=True)
    type = Choice(*TYPES, name="QuestionType", required=True)
    text = fields.String(required=True)
    points = fields.Decimal(required=True)
    position = fields.Integer(required=True)
    explanation = fields.String(required=True, allow_none=True)
    options = fields.Raw(required=True, allow_none=True)
    answer = fields.Raw(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


QuestionSchema.shape = forms(
    "{}Question", QuestionSchema().fields, as_kept, words="A question of type {}, with its key."
)

_OPTIONS = {"description": "By type: a list of `{id, text, explanation?}`, or `{left, right}`."}
_KEY = {"description": "The key, by type; may be left out until the quiz is published."}


class NewQuestion(BaseSchema):
    type = Choice(*TYPES, name="QuestionType", required=True, metadata={"example": "true_false"})
    text = Text(min=1, max=20_000, lines=True, required=True, metadata={"example": "Is it so?"})
    points = Exact(min=0, max=1000, places=4, load_default=1, metadata={"example": 1})
    explanation = Text(max=20_000, lines=True, allow_none=True, load_default=None)
    options = fields.Raw(allow_none=True, load_default=None, metadata=_OPTIONS)
    answer = fields.Raw(allow_none=True, load_default=None, metadata={**_KEY, "example": True})


NewQuestion.shape = forms(
    "New{}Question", NewQuestion().fields, as_sent, words="A new question of type {}."
)


class QuestionChanges(PatchSchema):
    type = Choice(*TYPES, name="QuestionType")
    text = Text(min=1, max=20_000, lines=True)
    points = Exact(min=0, max=1000, places=4)
    explanation = Text(max=20_000, lines=True, allow_none=True)
    options = fields.Raw(allow_none=True, metadata=_OPTIONS)
    answer = fields.Raw(allow_none=True, metadata=_KEY)


QuestionChanges.shape = forms(
    "{}QuestionChanges",
    QuestionChanges().fields,
    as_sent,
    words="Changes of a question of type {}; `options` and `answer` of another type are refused.",
    is_patch=True,
)


class QuestionQuery(ListQuery):
    """Questions in their order."""


class NewQuestionOrder(BaseSchema):
    question_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=5000))


class ImportOrder(BaseSchema):
    format = Choice(*FORMATS, name="ImportFormat", required=True)
    content = Text(min=1, max=1_000_000, lines=True, trim=False, required=True,
                   metadata={"example": "Is the sea salty? {T}"})  # fmt: skip
    dry_run = Boolean(load_default=False)

    @post_load
    def _plain_lines(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        content = data["content"].removeprefix("\ufeff")
        return {**data, "content": content.replace("\r\n", "\n").replace("\r", "\n")}


class ImportFault(BaseSchema):
    line = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ImportResult(BaseSchema):
    """The result of one item of the file; `line` is where it starts, from 1."""

    line = fields.Integer(required=True)
    type = fields.String(required=True, allow_none=True)
    question_id = Id(required=True, allow_none=True)
    errors = fields.List(fields.Nested(ImportFault), required=True)


class ImportSchema(BaseSchema):
    """The results of an import, one for each item of the file."""

    component = "QuestionImport"

    results = fields.List(fields.Nested(ImportResult), required=True)
