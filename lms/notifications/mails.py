"""Every mail we send: when, and what its templates may tell.

To add one, write its function here and `templates/<name>.txt` (with the subject) and
`<name>.html`. The function is asked when the mail is sent, so that it tells how things are
then. What it takes beside the worker is what `promise_email` must be given; those values
are kept with the job, so they are ids: a token is derived here, from its row, never passed.
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
    """A kind of mail. Its facts are None when what it tells of is gone."""

    name: str
    facts: FactsFunction

    def check(self, context: Mapping[str, Any]) -> None:
        """Raise TypeError unless the context is what the mail needs."""
        inspect.signature(self.facts).bind(None, **context)


MAILS: dict[str, Mail] = {}


def mail(facts: FactsFunction) -> FactsFunction:
    """Declare the mail that is called like this function."""
    name = facts.__name__
    MAILS[name] = Mail(name, facts)
    return facts


@mail
async def welcome(worker: WorkerContext) -> Facts | None:
    """After registering."""
    return {}


@mail
async def enrolled(worker: WorkerContext, *, enrollment_id: str) -> Facts | None:
    """After taking a place in a course."""
    return await _enrollment_facts(worker, enrollment_id)


@mail
async def completed(worker: WorkerContext, *, enrollment_id: str) -> Facts | None:
    """After completing a course; held until the certificate is there, whose link it carries."""
    return await _enrollment_facts(worker, enrollment_id)


@mail
async def invited(worker: WorkerContext, *, course_id: str) -> Facts | None:
    """After being enrolled by a teacher, without having had an account."""
    title = await queries.get_course_title(worker.db, UUID(course_id))
    frontend = worker.settings.frontend_url
    return None if title is None else {"course_title": title, "site_url": frontend}


@mail
async def webhook_disabled(worker: WorkerContext, *, webhook_id: str) -> Facts | None:
    """After a receiver of events was given up."""
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
        # Without a site of their own there is no page of a course to lead to.
        "course_url": f"{frontend.rstrip('/')}/courses/{found.slug}" if frontend else None,
        "certificate_number": found.number,
        "certificate_url": (
            f"{worker.settings.base_url}/verify/{found.number}" if found.number else None
        ),
    }
