"""Every mail we send: on what occasion, and the facts for its templates.

To add one, write its function here and `templates/<name>.txt` (with the subject) and
`<name>.html`. The function is called when the mail is sent, so that it reads the facts of that
moment. Its parameters after the worker are the context that `promise_email` must be given. These
values are stored with the job, so they are ids; a token is never passed but derived here from its
row.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from lms.core.jobs.tasks import WorkerContext
from lms.notifications import queries

Facts = dict[str, Any]
FactsFunction = Callable[..., Awaitable[Facts | None]]


@dataclass(frozen=True, slots=True)
class Mail:
    """A kind of mail. Its facts are None if their subject is gone; then nothing is sent."""

    name: str
    facts: FactsFunction

    def check(self, context: Mapping[str, Any]) -> None:
        """Raise TypeError unless the context has exactly the fields that the mail needs."""
        inspect.signature(self.facts).bind(None, **context)


MAILS: dict[str, Mail] = {}


def mail(facts: FactsFunction) -> FactsFunction:
    """Declare the mail that has the name of this function."""
    name = facts.__name__
    MAILS[name] = Mail(name, facts)
    return facts


@mail
async def welcome(worker: WorkerContext) -> Facts | None:
    """After registering."""
    return {}


@mail
async def enrolled(worker: WorkerContext, *, enrollment_id: str) -> Facts | None:
    """After enrolling in a course."""
    return await _enrollment_facts(worker, enrollment_id)


@mail
async def completed(worker: WorkerContext, *, enrollment_id: str) -> Facts | None:
    """After completing a course; held until the certificate is issued, since it links to it."""
    return await _enrollment_facts(worker, enrollment_id)


@mail
async def removed_from_course(worker: WorkerContext, *, enrollment_id: str) -> Facts | None:
    """After staff took a student out of a course; says why."""
    found = await queries.get_removal(worker.db, UUID(enrollment_id))
    return None if found is None else {"course_title": found.title, "reason": found.reason}


@mail
async def invited(worker: WorkerContext, *, course_id: str) -> Facts | None:
    """After a teacher gave somebody a place who has yet to prove their address."""
    title = await queries.get_course_title(worker.db, UUID(course_id))
    frontend = worker.settings.frontend_url
    return None if title is None else {"course_title": title, "site_url": frontend}


@mail
async def webhook_disabled(worker: WorkerContext, *, webhook_id: str) -> Facts | None:
    """After a webhook was disabled because its deliveries failed."""
    found = await queries.get_disabled_webhook(worker.db, UUID(webhook_id))
    if found is None:
        return None
    return {"webhook_id": webhook_id, "host": urlsplit(found.url).hostname, "reason": found.reason}


async def _enrollment_facts(worker: WorkerContext, enrollment_id: str) -> Facts | None:
    found = await queries.get_enrollment(worker.db, UUID(enrollment_id))
    if found is None:
        return None
    frontend = worker.settings.frontend_url
    return {
        "course_title": found.title,
        # Without a site of its own, the course has no page to link to.
        "course_url": f"{frontend.rstrip('/')}/courses/{found.slug}" if frontend else None,
        "certificate_number": found.number,
        "certificate_url": (
            f"{worker.settings.base_url}/verify/{found.number}" if found.number else None
        ),
    }
