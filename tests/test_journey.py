"""The main job, end to end, against really started processes."""

import asyncio
import io
from typing import Any

from pypdf import PdfReader

from tests.people import PASSWORD
from tests.redis_server import RedisServer
from tests.running import Site, eventually


async def _login(site: Site, email: str) -> str:
    reply = await site.api.post("/auth/login", {"email": email, "password": PASSWORD})
    return str(reply.data["tokens"]["access_token"])


async def _open_course(site: Site, token: str) -> tuple[Any, list[Any]]:
    course = (
        await site.api.post(
            "/courses",
            {"title": "Steam engines", "description": "How they work.", "category": "history"},
            token=token,
        )
    ).data
    lessons = [
        (await site.api.post(f"/courses/{course['id']}/lessons", fields, token=token)).data
        for fields in (
            {"title": "Watt", "content_type": "text", "content": "Condensers."},
            {
                "title": "Newcomen",
                "content_type": "video",
                "video_url": "https://media.example.com/newcomen.mp4",
            },
        )
    ]
    lessons.reverse()
    order = {"course_id": course["id"], "lesson_ids": [lesson["id"] for lesson in lessons]}
    ordered = (await site.api.patch("/lessons/reorder", order, token=token)).data
    assert [lesson["title"] for lesson in ordered] == ["Newcomen", "Watt"]
    published = await site.api.post(f"/courses/{course['id']}/publish", token=token)
    assert published.data["status"] == "published"
    return course, lessons


async def _finish_course(site: Site, token: str, course: Any, lessons: list[Any]) -> Any:
    enrollment = (
        await site.api.post("/enrollments", {"course_id": course["id"]}, token=token)
    ).data
    for lesson in lessons:
        path = f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete"
        state = (await site.api.post(path, token=token)).data["enrollment"]
    assert (state["status"], state["progress_percent"]) == ("completed", 100)
    return enrollment


async def _wait_for_certificate(site: Site, token: str) -> Any:
    async def look() -> Any:
        found = (await site.api.get("/certificates/my-certificates", token=token)).data
        assert len(found) <= 1, "one certificate for one enrolment"
        return found[0] if found and found[0]["status"] == "issued" else None

    return await eventually(look)


async def _set_up(site: Site) -> tuple[str, Any, list[Any], str]:
    tara = await site.register("Tara Teacher")
    await site.make_instructor(tara["user"]["id"])
    teacher = await _login(site, "tara@example.com")
    course, lessons = await _open_course(site, teacher)
    sam = await site.register("Sam Søgaard")
    return teacher, course, lessons, sam["tokens"]["access_token"]


async def test_from_registration_to_a_certificate_that_anyone_can_verify(site: Site) -> None:
    _, course, lessons, _ = await _set_up(site)
    await site.wait_for_mail("sam@example.com", "Welcome")

    signed_in = (
        await site.api.post("/auth/login", {"email": "SAM@Example.com", "password": PASSWORD})
    ).data
    refreshed = (
        await site.api.post(
            "/auth/refresh", {"refresh_token": signed_in["tokens"]["refresh_token"]}
        )
    ).data
    sam = refreshed["tokens"]["access_token"]

    listed = (await site.api.get("/courses?category=history&difficulty=beginner")).data
    assert [found["title"] for found in listed] == ["Steam engines"]
    assert (await site.api.get("/courses?category=cooking")).data == []
    outline = (await site.api.get(f"/courses/{course['id']}/lessons")).data
    assert [lesson["locked"] for lesson in outline] == [True, True]
    assert "content" not in outline[1]

    enrollment = await _finish_course(site, sam, course, lessons)
    await site.wait_for_mail("sam@example.com", "You are enrolled in Steam engines")
    certificate = await _wait_for_certificate(site, sam)
    generated = await site.api.post(
        "/certificates/generate", {"enrollment_id": enrollment["id"]}, token=sam
    )
    assert (generated.status, generated.data["number"]) == (200, certificate["number"])

    pdf = await site.api.get(f"/certificates/{certificate['id']}/download", token=sam)
    assert pdf.headers["Content-Type"] == "application/pdf"
    text = " ".join(PdfReader(io.BytesIO(pdf.body)).pages[0].extract_text().split())
    assert "Sam Søgaard" in text
    assert "Steam engines" in text
    assert certificate["number"] in text

    verified = (await site.api.get(f"/certificates/verify/{certificate['number']}")).data
    assert verified["status"] == "valid"
    assert verified["student_name"] == "Sam Søgaard"
    page = await site.api.get(f"/verify/{certificate['number']}", root=True)
    assert certificate["verify_url"].endswith(f"/verify/{certificate['number']}")
    assert "This certificate is valid." in page.body.decode()
    forged = await site.api.get("/verify/0000-0000-0000-0000", root=True)
    assert "There is no certificate" in forged.body.decode()

    mail = await site.wait_for_mail("sam@example.com", "You have completed")
    assert certificate["number"] in mail["text"]
    assert (await site.api.post("/auth/logout", token=sam)).status == 204
    last = {"refresh_token": refreshed["tokens"]["refresh_token"]}
    assert (await site.api.post("/auth/refresh", last)).code == "session_revoked"


async def test_a_worker_killed_before_the_certificate_is_made_up_for_once(site: Site) -> None:
    _, course, lessons, sam = await _set_up(site)
    await site.worker.kill()
    await _finish_course(site, sam, course, lessons)
    # No further traffic from here: what is promised stands in the database alone.
    await site.worker.start()
    certificate = await _wait_for_certificate(site, sam)
    mail = await site.wait_for_mail("sam@example.com", "You have completed")
    assert certificate["number"] in mail["text"]
    files = list((site.settings.data_dir / "files" / "certificates").iterdir())
    assert len(files) == 1


async def test_a_completion_while_redis_is_stopped_leads_to_the_certificate(
    site: Site, redis_server: RedisServer
) -> None:
    _, course, lessons, sam = await _set_up(site)
    await redis_server.stop()
    ready = (await site.api.get("/ready")).data
    assert ready["status"] == "degraded"
    await _finish_course(site, sam, course, lessons)
    await redis_server.start()
    await _wait_for_certificate(site, sam)
    await site.wait_for_mail("sam@example.com", "You have completed")


async def test_each_process_ends_cleanly_on_sigterm(site: Site) -> None:
    for process in (site.worker, site.scheduler):
        await process.wait_for_log("started")
    codes = await asyncio.gather(site.api_process.stop(), site.worker.stop(), site.scheduler.stop())
    assert codes == [0, 0, 0]
