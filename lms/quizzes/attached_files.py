"""The files that questions show: those whose addresses stand in texts, options or explanations.

Authors may attach files that they uploaded, and admins any file. The address of any other file
stays in the text as it is and gives nobody access.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from lms.core.http.request import CurrentUser
from lms.quizzes import queries
from lms.quizzes.queries import Question

_HEX = "[0-9a-f]"
_ADDRESS = re.compile(f"/api/v1/files/({_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}})/")


def mentioned_files(*parts: Any) -> set[UUID]:
    """The ids of files whose addresses stand in texts, at any depth of JSON values."""
    return {UUID(found) for found in _ADDRESS.findall(orjson.dumps(parts).decode())}


async def attach_files(
    db: asyncpg.Connection,
    user: CurrentUser,
    quiz_id: UUID,
    question_ids: Sequence[UUID],
    questions: Sequence[Mapping[str, Any]],
) -> None:
    """Attach the files that new questions name; one statement, or none if they name no file."""
    asked = zip(question_ids, questions, strict=True)
    await _attach(db, user, quiz_id, [(id, file) for id, one in asked for file in _shown(one)])


async def change_files(db: asyncpg.Connection, user: CurrentUser, question: Question) -> None:
    """Attach the files that a changed question names, and detach those that it no longer names."""
    shown = _shown(asdict(question))
    attached = set(await queries.list_attached_files(db, question.id))
    await _attach(db, user, question.quiz_id, [(question.id, id) for id in shown - attached])
    await _release(db, question, attached, shown)


async def release_files(db: asyncpg.Connection, question: Question) -> None:
    """Detach the files of a deleted question, unless an attempt has a copy of it."""
    await _release(db, question, set(await queries.list_attached_files(db, question.id)), set())


def _shown(question: Mapping[str, Any]) -> set[UUID]:
    return mentioned_files(
        *(question[part] for part in ("text", "explanation", "options", "answer"))
    )


async def _attach(
    db: asyncpg.Connection, user: CurrentUser, quiz_id: UUID, pairs: Sequence[tuple[UUID, UUID]]
) -> None:
    if pairs:
        await queries.attach_files(db, quiz_id, pairs, user.id, is_admin=user.is_admin)


async def _release(
    db: asyncpg.Connection, question: Question, attached: set[UUID], shown: set[UUID]
) -> None:
    if attached - shown:
        # An attempt that starts now would freeze a text whose file is being detached.
        await queries.lock_quiz(db, question.quiz_id)
        await queries.release_files(db, question.id, kept=shown)
