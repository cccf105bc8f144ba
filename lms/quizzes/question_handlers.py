"""Questions with their keys: only for those who may edit the quiz."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import hdrs, web

from lms.core.db.query import Db
from lms.core.http.body import read_json_bytes
from lms.core.http.checked_body import read_checked
from lms.core.http.etags import check_if_match, make_etag, none_match, version_of
from lms.core.http.pagination import fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.core.http.streamed import KEY_IN_USE, Streamed, nothing_to_undo
from lms.core.parsers import PARSER_FAULTS, PARSERS, PARSING_DEADLINE
from lms.core.storage import STORAGE, StorageUnavailable
from lms.errors import Conflict, FieldError, MalformedJson, NotFound
from lms.files.enclosed import enclosed_in_hand, take_back
from lms.files.errors import QuotaExceeded
from lms.permissions import may_edit_course
from lms.quizzes import queries
from lms.quizzes.attached_files import attach_files, change_files, release_files
from lms.quizzes.exporting import ENDINGS, MEDIA_TYPES, NotExportable, export
from lms.quizzes.importing import ImportRefused, import_items, taken
from lms.quizzes.publishing import QuizNotPublishable, check_publishable
from lms.quizzes.queries import Question, QuizAccess
from lms.quizzes.questions import check_parts, check_question
from lms.quizzes.rights import lock_own_quiz, own_quiz
from lms.quizzes.schemas import (
    ExportQuery,
    ImportOrder,
    ImportSchema,
    NewQuestion,
    NewQuestionOrder,
    QuestionChanges,
    QuestionQuery,
    QuestionSchema,
)
from lms.quizzes.types import UNASKED_TYPES

routes = Routes("Questions")

_EDITABLE = (
    "type", "name", "text", "text_format", "points", "explanation", "explanation_format", "options",
    "answer", "tags", "external_id",
)  # fmt: skip
MOST_QUESTIONS = 1000  # per quiz, since an attempt freezes all of them


class QuestionsDiffer(Conflict):
    """`question_ids` must be exactly the quiz's questions, each once; read them again."""


class QuizFull(Conflict):
    """A quiz has at most 1000 questions, with the descriptions between them."""


@routes.get("/quizzes/{quiz_id}/questions", query=QuestionQuery, data=QuestionSchema, many=True)
async def list_questions(request: web.Request) -> Page[Question]:
    """A quiz's questions with their keys, in their order."""
    access = await own_quiz(request, pool(request), path_id(request, "quiz_id"))
    (after,) = position(request, [0])
    rows = await queries.list_questions_page(
        pool(request), access.id, after_position=after, limit=fetch_limit(request)
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_questions(pool(request), access.id)
    return page(request, rows, lambda question: [question.position], total=total)


def _check_parts(request: web.Request, given: Mapping[str, Any]) -> list[FieldError]:
    return check_parts(given)


@routes.post(
    "/quizzes/{quiz_id}/questions",
    body=NewQuestion,
    check=_check_parts,
    data=QuestionSchema,
    status=201,
    message="The question was added at the end.",
    errors=(QuizNotPublishable, QuizFull),
)
async def create_question(request: web.Request) -> Reply:
    """Add a question at the end of a quiz; in a draft it may be unfinished."""
    new = check_question(request[BODY])
    async with transaction(request) as db:
        access = await lock_own_quiz(request, db, path_id(request, "quiz_id"))
        await _keep_room(db, access.id, 1)
        question = await queries.create_question(db, access.id, new)
        await attach_files(db, require_user(request), access.id, [question.id], [asdict(question)])
        await _keep_publishable(db, access)
    return _reply(question, headers={"Location": f"/api/v1/questions/{question.id}"})


@routes.patch(
    "/quizzes/{quiz_id}/questions/reorder",
    body=NewQuestionOrder,
    data=QuestionSchema,
    many=True,
    message="The order was saved.",
    errors=(QuestionsDiffer,),
)
async def reorder_questions(request: web.Request) -> Reply:
    """Put a quiz's questions into a new order; names each of them once.

    If-Match takes the tag of an earlier answer of this call.
    """
    question_ids: list[UUID] = request[BODY]["question_ids"]
    async with transaction(request) as db:
        access = await lock_own_quiz(request, db, path_id(request, "quiz_id"))
        before = await queries.list_questions(db, access.id)
        check_if_match(request, max((question.updated_at for question in before), default=None))
        present = {question.id for question in before}
        if len(question_ids) != len(present) or set(question_ids) != present:
            raise QuestionsDiffer
        await queries.reorder_questions(db, access.id, question_ids)
        questions = await queries.list_questions(db, access.id)
    version = max((version_of(question.updated_at) for question in questions), default=None)
    return Reply(questions, version=version)


@routes.post(
    "/quizzes/{quiz_id}/questions/import",
    body=ImportOrder,
    data=ImportSchema,
    message="The questions were added at the end.",
    reads_body=False,  # no transaction waits for a parser
    errors=(
        ImportRefused,
        QuizNotPublishable,
        QuizFull,
        QuotaExceeded,
        StorageUnavailable,
        MalformedJson,
        *PARSER_FAULTS,
    ),
    deadline=PARSING_DEADLINE + 10,  # and the body, which the handler reads
)
async def import_questions(request: web.Request) -> Streamed:
    """Add the questions of a GIFT, Moodle XML or CSV file at the end of a quiz.

    Where an item has errors nothing is stored, or with `on_error: "skip"` all the others. A dry run
    stores nothing and tells what would be.
    """
    raw, key = await read_json_bytes(request), request[KEY_IN_USE]
    if key is not None and await key.is_answered():
        return Streamed(raw, effect=None)
    order = await read_checked(request, ImportOrder())
    user, settings = require_user(request), request.app[SETTINGS]
    quiz_id = path_id(request, "quiz_id")
    await own_quiz(request, pool(request), quiz_id)
    items = await import_items(order["format"], order["content"], settings, request.app[PARSERS])
    good, reply = taken(items, skips=order["on_error"] == "skip", dry_run=order["dry_run"])
    files = [enclosed.file for item in good for enclosed in item.files]

    async def store(db: asyncpg.Connection) -> dict[str, Any]:
        if order["dry_run"] or not good:
            return reply
        questions = [item.question for item in good]
        async with enclosed_in_hand(
            pool(request), request.app[STORAGE], settings, user.id, files
        ) as hand:
            access = await lock_own_quiz(request, db, quiz_id)
            await _keep_room(db, access.id, len(good))
            await hand.finish(db)
            ids = await queries.create_questions(db, access.id, questions)
            await attach_files(db, user, access.id, ids, questions)
            await _keep_publishable(db, access)
        waiting = iter(ids)
        results = [
            one if one["errors"] else {**one, "question_id": next(waiting)}
            for one in reply["results"]
        ]
        return {**reply, "results": results}

    stores = files and not order["dry_run"]
    undo = partial(take_back, pool(request), request.app[STORAGE], files)
    return Streamed(raw, store, undo=undo if stores else nothing_to_undo)


@routes.get(
    "/quizzes/{quiz_id}/export",
    query=ExportQuery,
    raw=True,
    statuses=(304,),
    media_types=tuple(MEDIA_TYPES.values()),
    errors=(NotExportable, *PARSER_FAULTS),
    deadline=PARSING_DEADLINE,
)
async def export_questions(request: web.Request) -> web.Response:
    """A quiz's questions as a file, which an import reads to equal questions."""
    access = await own_quiz(request, pool(request), path_id(request, "quiz_id"))
    format = request[QUERY]["format"]
    questions = await queries.list_questions(pool(request), access.id)
    content = (await request.app[PARSERS].run(export, format, questions)).encode()
    headers = {
        hdrs.ETAG: make_etag(content),
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="quiz-{access.id}.{ENDINGS[format]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if none_match(request, headers[hdrs.ETAG]):
        return web.Response(status=304, headers={hdrs.ETAG: headers[hdrs.ETAG]})
    return web.Response(
        body=content, content_type=MEDIA_TYPES[format], charset="utf-8", headers=headers
    )


@routes.get("/questions/{question_id}", data=QuestionSchema)
async def get_question(request: web.Request) -> Reply:
    """A question with its key."""
    question, _ = await _own_question(request, pool(request))
    return _reply(question)


@routes.patch(
    "/questions/{question_id}",
    body=QuestionChanges,
    data=QuestionSchema,
    message="Saved.",
    errors=(QuizNotPublishable,),
)
async def update_question(request: web.Request) -> Reply:
    """Change a question; attempts keep it as they asked it, until they are regraded."""
    async with transaction(request) as db:
        question, access = await _lock_own_question(request, db)
        check_if_match(request, question.updated_at)
        values = _changed(question, request[BODY])
        question = await queries.update_question(db, question.id, values)
        await change_files(db, require_user(request), question)
        await _keep_publishable(db, access)
    return _reply(question)


@routes.delete("/questions/{question_id}", status=204, errors=(QuizNotPublishable,))
async def delete_question(request: web.Request) -> None:
    """Take a question out of its quiz; attempts that asked it keep it."""
    async with transaction(request) as db:
        question, access = await _lock_own_question(request, db)
        check_if_match(request, question.updated_at)
        await queries.delete_question(db, question)
        await release_files(db, question)
        await _keep_publishable(db, access)


def _changed(question: Question, changes: dict[str, Any]) -> dict[str, Any]:
    values = {name: changes.get(name, getattr(question, name)) for name in _EDITABLE}
    if values["type"] != question.type:
        # The parts of the old type mean nothing to the new one.
        values |= {name: changes.get(name) for name in ("options", "answer")}
        if {question.type, values["type"]} & set(UNASKED_TYPES):
            values["points"] = changes.get("points")  # what asks nothing had none
    return check_question(values)


async def _own_question(request: web.Request, db: Db) -> tuple[Question, QuizAccess]:
    """A question that the caller may edit; for anyone else it does not exist."""
    user = require_user(request)
    question = await queries.get_question(db, path_id(request, "question_id"))
    access = await queries.get_quiz_access(db, question.quiz_id, user.id)
    if not may_edit_course(user, access.instructor_id):
        raise NotFound
    return question, access


async def _lock_own_question(request: web.Request, db: Db) -> tuple[Question, QuizAccess]:
    question, _ = await _own_question(request, db)
    access = await lock_own_quiz(request, db, question.quiz_id)
    return await queries.get_question(db, question.id), access  # read again under the lock


async def _keep_room(db: Db, quiz_id: UUID, more: int) -> None:
    if await queries.count_questions(db, quiz_id) + more > MOST_QUESTIONS:
        raise QuizFull


async def _keep_publishable(db: Db, access: QuizAccess) -> None:
    """After a change, check that a published quiz could still be published."""
    if access.status == "published":
        await check_publishable(db, access.id)


def _reply(question: Question, headers: dict[str, str] | None = None) -> Reply:
    return Reply(question, version=version_of(question.updated_at), headers=headers or {})
