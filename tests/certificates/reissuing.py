"""Issuing and reissuing certificates, as an admin and the worker do."""

import io
from typing import Any

from pypdf import PdfReader

from lms.certificates.tasks import (
    delete_erased_documents,
    render_certificate_pdf,
    render_reissued_certificate,
)
from lms.core.db.pool import Pool
from lms.core.jobs.claims import claim
from lms.settings import Settings
from tests.api import Api
from tests.factories import enroll, make_open_course
from tests.people import Person
from tests.webhooks.conftest import context

REASON = {"reason": "The name was misspelt."}
TASKS = {
    "render_certificate": render_certificate_pdf,
    "render_reissued_certificate": render_reissued_certificate,
    "delete_erased_documents": delete_erased_documents,
}


async def work(settings: Settings, db: Pool) -> int:
    """Do what the worker would do until nothing is left; how many jobs there were."""
    done = 0
    while jobs := await claim(
        db, "certificates", dict.fromkeys(TASKS, 99), room=99, lease_seconds=60
    ):
        for job in jobs:
            await TASKS[job.kind](context(settings, db), job)
            if not job.finished:
                await job.finish(db)
        done += len(jobs)
    return done


async def issued(
    api: Api, settings: Settings, db: Pool, teacher: Person, student: Person, **fields: Any
) -> Any:
    """A certificate that was issued."""
    course, lessons = await make_open_course(api, teacher, lessons=1, **fields)
    place = await enroll(api, student, course)
    await api.post(f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete", as_=student)
    await work(settings, db)
    return await generate(api, place["id"], student)


async def generate(api: Api, enrollment_id: str, student: Person) -> Any:
    body = {"enrollment_id": enrollment_id}
    return (await api.post("/certificates/generate", body, as_=student)).data


async def reissue(api: Api, admin: Person, certificate: Any, **given: Any) -> Any:
    return await api.post(
        f"/certificates/{certificate['id']}/reissue", {**REASON, **given}, as_=admin
    )


async def verify(api: Api, certificate: Any) -> Any:
    return (await api.get(f"/certificates/verify/{certificate['number']}")).data


async def get(api: Api, who: Person, certificate: Any) -> Any:
    return (await api.get(f"/certificates/{certificate['id']}", as_=who)).data


def text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


async def pdf(api: Api, who: Person, certificate: Any) -> str:
    reply = await api.get(f"/certificates/{certificate['id']}/download", as_=who)
    assert reply.status == 200, reply.body
    return text(reply.body)


def files(settings: Settings, certificate_id: str) -> list[str]:
    folder = settings.data_dir / "files" / "certificates"
    return [file.name for file in folder.glob(f"{certificate_id}*")]
