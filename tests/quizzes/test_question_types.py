"""The registries of question types and of import formats are complete."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, get_type_hints

import pytest

from lms.attempts.freezing import freeze_key
from lms.attempts.grading import mark
from lms.core.db.pool import Pool
from lms.core.http.schemas import BaseSchema
from lms.quizzes import formats, types
from lms.quizzes.formats import FORMATS
from lms.quizzes.formats.items import Format
from lms.quizzes.questions import check_question, content_of, missing_parts
from lms.quizzes.types import OWN_WORDS_TYPES, TYPES, UNTALLIED_TYPES
from lms.quizzes.types.base import QuestionType
from tests.api import Api
from tests.attempts.casts import CLOZE, EIGHT

each_type = pytest.mark.parametrize("type", TYPES.values(), ids=list(TYPES))


def modules_of(package: Any) -> list[Any]:
    names = [found.name for found in pkgutil.iter_modules(package.__path__)]
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def written_types(modules: list[Any]) -> set[type]:
    """The classes of question types that are defined in some modules."""
    return {
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, QuestionType)
        and not inspect.isabstract(found)
        and found.__module__ == module.__name__
    }


def test_every_type_that_is_written_is_registered() -> None:
    assert written_types(modules_of(types)) == {type(one) for one in TYPES.values()}


def test_a_type_left_out_of_the_registry_is_found() -> None:
    registered = {type(one) for one in TYPES.values() if one.name != "essay"}
    assert {one.__name__ for one in written_types(modules_of(types)) - registered} == {"Essay"}


@each_type
def test_a_type_has_a_module_of_its_name(type: QuestionType) -> None:
    assert type.__class__.__module__ == f"{types.__name__}.{type.name}"
    assert TYPES[type.name] is type


async def test_the_api_names_every_type(api: Api) -> None:
    schemas = (await api.get("/openapi.json", root=True)).json["components"]["schemas"]
    for schema in ("Question", "NewQuestion", "AskedQuestion"):
        assert list(schemas[schema]["discriminator"]["mapping"]) == list(TYPES), schema
    assert len(schemas["QuestionChanges"]["anyOf"]) == len(TYPES)


async def test_the_table_of_questions_takes_every_type(db: Pool) -> None:
    async with db.acquire() as connection:
        rule = await connection.fetchval(
            "select pg_get_constraintdef(oid) from pg_constraint "
            "where conname = 'questions_type_known'"
        )
    missing = [name for name in TYPES if f"'{name}'" not in rule]
    assert not missing, "a migration has to add these to questions_type_known"


@each_type
def test_a_type_answers_the_whole_protocol(type: QuestionType) -> None:
    assert isinstance(type.schema, BaseSchema)
    assert set(type.schema.fields) == {"options", "answer"}
    for name, method in inspect.getmembers(QuestionType, inspect.isfunction):
        asked = list(inspect.signature(method).parameters)
        assert list(inspect.signature(getattr(type.__class__, name)).parameters) == asked, name
    flags = [name for name, hint in get_type_hints(QuestionType).items() if "bool" in str(hint)]
    assert len(flags) == 5
    assert all(isinstance(getattr(type, name), bool) for name in flags)


@pytest.mark.parametrize("question", [*EIGHT, CLOZE], ids=lambda one: one["type"])
def test_a_good_question_of_each_type_goes_all_the_way(question: dict[str, Any]) -> None:
    type = TYPES[question["type"]]
    new = check_question({"points": Decimal(2), "options": None, "answer": None, **question})
    assert missing_parts(type.name, content_of(new)) == []
    options = type.freeze_options(new["options"], shuffled=True, random=Random(1))
    key = freeze_key(type.name, options, new["answer"])
    answer = right_answer(type, key)
    assert type.answer_fault(answer, ids_of(options)) is None
    marked = mark(type.name, options, key, answer, Decimal(2))
    assert marked.points == (2 if type.has_key else None)
    assert bool(marked.responses) == type.is_tallied
    assert mark(type.name, options, key, None, Decimal(2)).points == 0
    guessed = type.guess_percent(options, key)
    assert guessed is None or 0 <= guessed <= 100


@each_type
def test_an_unfinished_question_lacks_its_key(type: QuestionType) -> None:
    new = check_question({"type": type.name, "text": "?", "options": None, "answer": None})
    lacking = {fault.pointer for fault in missing_parts(type.name, content_of(new))}
    assert ("/answer" in lacking) == type.has_key


@each_type
def test_a_question_whose_key_is_gone_earns_nothing(type: QuestionType) -> None:
    earned = mark(type.name, None, None, "x", Decimal(1)).points
    assert earned == (0 if type.has_key or not type.is_asked else None)


def test_only_essays_are_read_and_not_counted() -> None:
    assert (UNTALLIED_TYPES, OWN_WORDS_TYPES) == (["essay", "description"], ["essay"])


def test_a_new_type_is_a_class_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text with one gap, whose name is an id of the author's and stays."""

    class Gap(QuestionType):
        name = "gap"
        schema = TYPES["essay"].schema

        def answer_fault(self, answer: Any, ids: Any) -> str | None:
            return None if answer["gap"] in ids["gap"] else "Must fill the gap."

        def share(self, options: Any, key: Any, answer: Any) -> Fraction:
            return Fraction(answer == key)

        def words(self, options: Any, answer: Any) -> list[str]:
            return [item["text"] for item in options["gap"] if item["id"] == answer["gap"]]

        def guess_percent(self, options: Any, key: Any) -> None:
            return None

    monkeypatch.setitem(TYPES, "gap", Gap())
    options = TYPES["gap"].freeze_options(
        {"gap": [{"id": "sea", "text": "Sea"}]}, shuffled=False, random=Random(1)
    )
    answer = {"gap": options["gap"][0]["id"]}
    assert TYPES["gap"].answer_fault(answer, ids_of(options)) is None
    marked = mark("gap", options, answer, answer, Decimal(3))
    assert (marked.points, marked.responses) == (3, ["Sea"])


def test_every_format_that_is_written_is_registered() -> None:
    read = {module for module in modules_of(formats) if hasattr(module, "read")}
    assert read == set(FORMATS.values())


async def test_the_api_names_every_format(api: Api) -> None:
    schemas = (await api.get("/openapi.json", root=True)).json["components"]["schemas"]
    assert schemas["ImportFormat"]["enum"] == list(FORMATS)


@pytest.mark.parametrize("format", FORMATS.values(), ids=list(FORMATS))
def test_a_format_answers_the_whole_protocol(format: Format) -> None:
    asked = list(inspect.signature(Format.read).parameters)[1:]
    assert list(inspect.signature(format.read).parameters) == asked
    for content in ("", "\x00", "{", "<quiz>", '"', "type,text\n"):
        assert isinstance(format.read(content, ""), list)


def ids_of(options: Any) -> Any:
    """What `list_shapes` makes of options."""
    if isinstance(options, dict) and "gaps" in options:
        return options
    if isinstance(options, dict):
        return {name: [item["id"] for item in items] for name, items in options.items()}
    return None if options is None else [item["id"] for item in options]


def right_answer(type: QuestionType, key: Any) -> Any:
    answers: dict[str, Callable[[], Any]] = {
        "short_answer": lambda: key["accepted"][0],
        "numeric": lambda: key["value"],
        "essay": lambda: "Words",
        "cloze": lambda: {id: _right_in_gap(one) for id, one in key.items()},
    }
    return answers.get(type.name, lambda: key)()


def _right_in_gap(key: Any) -> Any:
    return key if isinstance(key, str) else key.get("value") or key["accepted"][0]
