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
    Items,
    ListQuery,
    PatchSchema,
    Text,
    Time,
    Title,
)
from lms.core.markup import TEXT_FORMATS
from lms.quizzes.formats import FORMATS
from lms.quizzes.forms import as_kept, as_sent, forms
from lms.quizzes.numbers import MOST_PLACES
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


class QuestionSource(BaseSchema):
    """What the import of a question knew of it."""

    category = fields.String(metadata={"description": "The category in the file."})


class QuestionSchema(BaseSchema):
    """A question with its key, for those who may edit it."""

    id = Id(required=True)
    quiz_id = Id(required=True)
    type = Choice(*TYPES, name="QuestionType", required=True)
    version = fields.Integer(
        required=True,
        metadata={
            "description": "Grows with what is asked; not with points, position, name or tags."
        },
    )
    name = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    text_format = Choice(*TEXT_FORMATS, name="TextFormat", required=True)
    points = fields.Decimal(required=True)
    position = fields.Integer(required=True)
    explanation = fields.String(required=True, allow_none=True)
    explanation_format = Choice(*TEXT_FORMATS, name="TextFormat", required=True)
    options = fields.Raw(required=True, allow_none=True)
    answer = fields.Raw(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    external_id = fields.String(required=True, allow_none=True)
    source = fields.Nested(
        QuestionSource,
        required=True,
        allow_none=True,
        metadata={"description": "What its import knew; null if it was not imported."},
    )
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


QuestionSchema.shape = forms(
    "{}Question", QuestionSchema().fields, as_kept, words="A question of type {}, with its key."
)

_OPTIONS = {
    "description": "By type: a list of `{id, text}`, `{left, right}`, `{true, false}`, "
    "or `{gaps}`. docs/quizzes.md has them all."
}
_KEY = {"description": "The key, by type; may be left out until the quiz is published."}


class Tags(Items):
    """Words to find a question by, each once, in the order given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Text(min=1, max=255), validate=validate.Length(max=100), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


class NewQuestion(BaseSchema):
    type = Choice(*TYPES, name="QuestionType", required=True, metadata={"example": "true_false"})
    name = Text(min=1, max=255, allow_none=True, load_default=None)
    text = Text(min=1, max=20_000, lines=True, required=True, metadata={"example": "Is it so?"})
    text_format = Choice(*TEXT_FORMATS, name="TextFormat", load_default="markdown")
    points = Exact(
        min=0, max=1000, places=MOST_PLACES, load_default=None,
        metadata={"example": 1, "description": "Without it 1; for a cloze the sum of its gaps."},
    )  # fmt: skip
    explanation = Text(max=20_000, lines=True, allow_none=True, load_default=None)
    explanation_format = Choice(*TEXT_FORMATS, name="TextFormat", load_default="markdown")
    tags = Tags(load_default=list)
    external_id = Text(min=1, max=255, trim=False, allow_none=True, load_default=None)
    options = fields.Raw(allow_none=True, load_default=None, metadata=_OPTIONS)
    answer = fields.Raw(allow_none=True, load_default=None, metadata={**_KEY, "example": True})


NewQuestion.shape = forms(
    "New{}Question", NewQuestion().fields, as_sent, words="A new question of type {}."
)


class QuestionChanges(PatchSchema):
    type = Choice(*TYPES, name="QuestionType")
    name = Text(min=1, max=255, allow_none=True)
    text = Text(min=1, max=20_000, lines=True)
    text_format = Choice(*TEXT_FORMATS, name="TextFormat")
    points = Exact(min=0, max=1000, places=MOST_PLACES)
    explanation = Text(max=20_000, lines=True, allow_none=True)
    explanation_format = Choice(*TEXT_FORMATS, name="TextFormat")
    tags = Tags()
    external_id = Text(min=1, max=255, trim=False, allow_none=True)
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
    question_ids = Items(Id(), required=True, validate=validate.Length(min=1, max=5000))


class ImportOrder(BaseSchema):
    format = Choice(*FORMATS, name="ImportFormat", required=True)
    content = Text(min=1, max=1_000_000, lines=True, trim=False, required=True,
                   metadata={"example": "Is the sea salty? {T}"})  # fmt: skip
    dry_run = Boolean(load_default=False)
    on_error = Choice("refuse", "skip", name="OnImportError", load_default="refuse")

    @post_load
    def _plain_lines(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        content = data["content"].removeprefix("\ufeff")
        return {**data, "content": content.replace("\r\n", "\n").replace("\r", "\n")}


class ExportQuery(BaseSchema):
    format = Choice("gift", "moodle_xml", name="ExportFormat", required=True)


class ImportFault(BaseSchema):
    line = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ImportResult(BaseSchema):
    """The result of one item of the file; `line` is where it starts, from 1."""

    line = fields.Integer(required=True)
    type = fields.String(required=True, allow_none=True)
    source_type = fields.String(
        required=True, allow_none=True, metadata={"description": "What the file calls the type."}
    )
    name = fields.String(required=True, allow_none=True)
    question_id = Id(required=True, allow_none=True)
    errors = fields.List(fields.Nested(ImportFault), required=True)
    warnings = fields.List(
        fields.Nested(ImportFault),
        required=True,
        metadata={"description": "What the file says and the question does not."},
    )


class ImportSchema(BaseSchema):
    """How many questions were stored, or would be on a dry run, and the result of each item."""

    component = "QuestionImport"

    stored = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    results = fields.List(fields.Nested(ImportResult), required=True)
