"""The demo data that bin/dev loads on its first run."""

from dataclasses import replace

import pytest

from lms.core.db.pool import Pool
from lms.settings import Secret, Settings, SettingsError
from lms.tools.seed.demo import load_demo
from lms.users.demo import DEMO_PASSWORD
from tests.api import Api


async def test_the_demo_course_has_lessons_of_every_type_and_its_student_reads_them(
    api: Api, settings: Settings
) -> None:
    assert await load_demo(settings)
    assert not await load_demo(settings), "what is there is left alone"
    login = {"email": "student@example.com", "password": DEMO_PASSWORD}
    token = (await api.post("/auth/login", login)).data["tokens"]["access_token"]
    (course,) = (await api.get("/courses")).data
    lessons = (await api.get(f"/courses/{course['id']}/lessons", token=token)).data
    assert {lesson["content_type"] for lesson in lessons} == {"text", "video", "document", "quiz"}
    (document,) = (lesson for lesson in lessons if lesson["content_type"] == "document")
    path = f"/files/{document['file_id']}/download"
    assert (await api.get(path, token=token)).body.startswith(b"# Handout")
    assert (await api.get(path)).status == 404


async def test_production_refuses_demo_data(settings: Settings, db: Pool) -> None:
    production = replace(settings, environment="production", secret_keys=(Secret(f"k:{'s' * 40}"),))
    with pytest.raises(SettingsError, match="LMS_ENVIRONMENT"):
        await load_demo(production)
