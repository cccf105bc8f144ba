"""The demo data that bin/dev loads on its first run."""

from dataclasses import replace

import pytest

from lms.core.db.pool import Pool
from lms.settings import Secret, Settings, SettingsError
from lms.tools.seed.demo import load_demo
from lms.users.demo import DEMO_PASSWORD
from tests.api import Api
from tests.certificates.reissuing import work


async def _sign_in(api: Api, name: str) -> str:
    login = {"email": f"{name}@example.com", "password": DEMO_PASSWORD}
    return str((await api.post("/auth/login", login)).data["tokens"]["access_token"])


async def test_the_demo_course_has_lessons_of_every_type_and_its_student_reads_them(
    api: Api, settings: Settings
) -> None:
    assert await load_demo(settings)
    assert not await load_demo(settings), "what is there is left alone"
    token = await _sign_in(api, "student")
    (course,) = (await api.get("/courses?q=learning")).data
    lessons = (await api.get(f"/courses/{course['id']}/lessons", token=token)).data
    assert {lesson["content_type"] for lesson in lessons} == {"text", "video", "document", "quiz"}
    (document,) = (lesson for lesson in lessons if lesson["content_type"] == "document")
    path = f"/files/{document['file_id']}/download"
    assert (await api.get(path, token=token)).body.startswith(b"# Handout")
    assert (await api.get(path)).status == 404


async def test_the_demo_roster_has_places_that_wait_and_a_removed_student(
    api: Api, settings: Settings
) -> None:
    assert await load_demo(settings)
    token = await _sign_in(api, "instructor")
    (course,) = (await api.get("/courses?q=groups")).data
    roster = (await api.get(f"/courses/{course['id']}/enrollments", token=token)).data
    assert {row["student"]["email"].partition("@")[0]: row["status"] for row in roster} == {
        "invited": "invited",
        "waiting": "waiting",
        "removed": "dropped",
        "graduate": "completed",
    }
    again = await api.post(
        "/enrollments", {"course_id": course["id"]}, token=await _sign_in(api, "removed")
    )
    assert again.code == "enrollment_removed"


async def test_the_demo_graduate_has_a_certificate_that_was_put_right(
    api: Api, settings: Settings, db: Pool
) -> None:
    assert await load_demo(settings)
    await work(settings, db)
    token = await _sign_in(api, "graduate")
    right, wrong = (await api.get("/certificates/my-certificates", token=token)).data
    assert (right["status"], right["student_name"]) == ("issued", "Greta Graduate")
    assert (wrong["status"], wrong["student_name"]) == ("replaced", "Greta Graduat")
    assert wrong["replaced_by"] == right["number"]
    for certificate in (right, wrong):
        reply = await api.get(f"/certificates/{certificate['id']}/download", token=token)
        assert reply.status == 200


async def test_production_refuses_demo_data(settings: Settings, db: Pool) -> None:
    production = replace(settings, environment="production", secret_keys=(Secret(f"k:{'s' * 40}"),))
    with pytest.raises(SettingsError, match="LMS_ENVIRONMENT"):
        await load_demo(production)
