"""Pictures that come with Moodle XML: what is checked, what is stored, and that nothing is."""

import asyncio
import contextlib
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.http.request import SETTINGS
from lms.core.storage import Storage, StorageUnavailable
from lms.files.tasks import sweep
from lms.quizzes.importing import read_items
from lms.settings import Settings
from tests.api import Api
from tests.exchange import changed_settings
from tests.files.conftest import Stored
from tests.files.forms import at_site
from tests.files.samples import EXE, HTML, MP3, PDF, SVG, archive, image, office
from tests.people import Person
from tests.quizzes.moodle import (
    CHOICE,
    embed,
    essay,
    files_of,
    picture,
    quiz_of,
    results_of,
    show,
    take_in,
)
from tests.running import Process, SiteAddress, free_port, wait_until_ready
from tests.work import Work


async def test_a_dry_run_and_a_bad_item_store_nothing(
    api: Api,
    tara: Person,
    draft: Any,
    stored: Stored,
) -> None:
    (result,) = results_of(await take_in(api, tara, draft, quiz_of(CHOICE), dry_run=True))
    assert (result["question_id"], result["errors"]) == (None, [])
    await stored.assert_nothing()
    bad = quiz_of(CHOICE, essay(show(), embed(SVG)))
    results = results_of(await take_in(api, tara, draft, bad))
    assert [bool(one["errors"]) for one in results] == [False, True]
    await stored.assert_nothing()
    assert (await api.get(f"/quizzes/{draft['id']}/questions", as_=tara)).data == []


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (embed(SVG), "file_type_not_allowed"),
        (embed(HTML), "file_type_not_allowed"),
        (embed(EXE), "file_type_not_allowed"),
        (embed(picture(0) + HTML), "file_type_not_allowed"),
        (embed(picture(0)[:-30]), "file_type_not_allowed"),
        (embed(b"", "a.png"), "file_empty"),
        (embed(picture(0), "../../a.png"), "invalid_filename"),
        (embed(picture(0), "a/../b.png"), "invalid_filename"),
        (embed(picture(0), ""), "invalid_filename"),
        (embed(picture(0), more='path="/../" encoding="base64"'), "invalid"),
        (embed(picture(0), more=""), "embedded_file"),
        (embed(picture(0), more='encoding="hex"'), "embedded_file"),
        ("<file name='a.png' encoding='base64'>not base64!</file>", "embedded_file"),
        ("<file name='a.png' encoding='base64'>iVBORw0KGgo</file>", "embedded_file"),
    ],
)
async def test_a_hostile_file_is_an_error_of_its_item_with_its_line(
    api: Api,
    tara: Person,
    draft: Any,
    stored: Stored,
    files: str,
    code: str,
) -> None:
    content = quiz_of(essay("Fine"), essay(show(), files))
    results = results_of(await take_in(api, tara, draft, content))
    assert [(f["line"], f["code"]) for one in results for f in one["errors"]] == [(7, code)]
    await stored.assert_nothing()


async def test_a_type_that_no_upload_may_have_is_refused(
    api: Api, tara: Person, draft: Any
) -> None:
    content = quiz_of(essay(show("a.svg"), embed(SVG, "a.svg")))
    (result,) = results_of(await take_in(api, tara, draft, content))
    assert [(f["line"], f["code"]) for f in result["errors"]] == [(4, "file_type_not_allowed")]


async def test_archives_inside_an_import_are_refused(api: Api, tara: Person, draft: Any) -> None:
    for name, content in (("a.zip", archive()), ("a.docx", office("word"))):
        bad = quiz_of(essay(show(name), embed(content, name)))
        (result,) = results_of(await take_in(api, tara, draft, bad))
        assert [(f["line"], f["code"]) for f in result["errors"]] == [(4, "file_type_not_allowed")]


def test_ids_of_option_pictures_do_not_reveal_their_order() -> None:
    options = "".join(
        f"<answer fraction='{100 if n == 0 else 0}'><text>{show(f'{n}.png')}</text>"
        f"{embed(picture(n), f'{n}.png')}</answer>"
        for n in range(8)
    )
    content = quiz_of(
        "<question type='multichoice'><questiontext><text>Q</text></questiontext>"
        f"<single>true</single>{options}</question>"
    )
    orders = []
    for _ in range(3):  # by chance alone all of them are in order once in 10^13
        (item,) = read_items("moodle_xml", content)
        orders.append([one.file.id for one in item.files])
    assert all(id.version == 7 for ids in orders for id in ids)
    assert any(ids != sorted(ids) for ids in orders)


async def test_pixels_are_counted_over_the_whole_file(
    api: Api,
    app: web.Application,
    tara: Person,
    draft: Any,
    stored: Stored,
) -> None:
    bomb = essay(show(), embed(image(size=(4_001, 1))))
    many = quiz_of(*[essay(show(), embed(image(size=(40, 30)))) for _ in range(4)])
    with changed_settings(app, image_max_pixels=4_000):
        (result,) = results_of(await take_in(api, tara, draft, quiz_of(bomb)))
        results = results_of(await take_in(api, tara, draft, many))
    assert [(f["line"], f["code"]) for f in result["errors"]] == [(4, "image_too_large")]
    assert [[f["code"] for f in one["errors"]] for one in results] == [
        [], [], [], ["image_too_large"],
    ]  # fmt: skip
    await stored.assert_nothing()


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (essay(show()), 3, "embedded_file"),
        (essay(show("b.png"), embed(picture(0))), 3, "embedded_file"),
        (essay("![](@@PLUGINFILE@@/A.png)", embed(picture(0))), 3, "embedded_file"),
        (
            "<question type='shortanswer'><questiontext><text>Q</text></questiontext>\n"
            f"<answer fraction='100'><text>{show()}</text>{embed(picture(0))}</answer></question>",
            3,
            "unsupported",
        ),
    ],
)
def test_a_text_may_show_only_files_that_come_with_it(content: str, line: int, code: str) -> None:
    (item,) = read_items("moodle_xml", quiz_of(content))
    assert [(fault["line"], fault["code"]) for fault in item.errors] == [(line, code)]


@pytest.mark.parametrize(
    "text",
    [
        "![a cat](@@PLUGINFILE@@/a%20b.png)",
        '<![CDATA[<img src="@@PLUGINFILE@@/a b.png">]]>',
        "<![CDATA[<img src='@@PLUGINFILE@@/a b.png'>]]>",
        "<![CDATA[<img src=@@PLUGINFILE@@/a%20b.png?forcedownload=1 alt>]]>",
        '&lt;img src="@@PLUGINFILE@@/a%20b.png"&gt;',
    ],
)
def test_a_picture_is_found_under_any_spelling_of_its_name(text: str) -> None:
    content = quiz_of(essay(text, embed(picture(0), "a b.png")))
    (item,) = read_items("moodle_xml", content, base_url="https://lms.example")
    (embedded,) = item.files
    shown = item.question["text"]
    assert f"https://lms.example/api/v1/files/{embedded.file.id}/download" in shown
    assert "PLUGINFILE" not in shown
    assert "?" not in shown


def test_a_file_that_no_text_shows_is_checked_but_not_stored() -> None:
    (item,) = read_items("moodle_xml", quiz_of(essay("Q", embed(picture(0)))))
    assert (item.errors, item.files) == ([], [])
    (item,) = read_items("moodle_xml", quiz_of(essay("Q", embed(picture(0), more=""))))
    assert item.errors


def test_feedback_on_true_and_false_is_kept() -> None:
    answers = "".join(
        f"<answer fraction='{percent}'><text>{word}</text>"
        f"<feedback><text>{said}</text></feedback></answer>"
        for percent, word, said in ((0, "true", "It is not."), (100, "false", "Indeed."))
    )
    content = (
        "<question type='truefalse'><questiontext><text>Q</text></questiontext>"
        f"<generalfeedback><text>So.</text></generalfeedback>{answers}</question>"
    )
    (item,) = read_items("moodle_xml", quiz_of(content))
    assert item.question["answer"] is False
    assert item.question["explanation"] == "So."
    assert item.question["options"] == {
        "true": {"explanation": "It is not."}, "false": {"explanation": "Indeed."},
    }  # fmt: skip


async def test_questions_may_have_sound(
    api: Api,
    tara: Person,
    draft: Any,
    stored: Stored,
) -> None:
    text = '<![CDATA[<audio src="@@PLUGINFILE@@/say.mp3"></audio>]]>'
    (result,) = (await take_in(api, tara, draft, quiz_of(essay(text, embed(MP3, "say.mp3"))))).data[
        "results"
    ]
    assert result["errors"] == []
    (file_id,) = await stored.rows()
    assert (await api.get(f"/files/{file_id}", as_=tara)).data["content_type"] == "audio/mpeg"


async def test_an_import_refused_for_quota_or_size_stores_nothing(
    api: Api,
    app: web.Application,
    tara: Person,
    draft: Any,
    stored: Stored,
    db: Pool,
) -> None:
    one = quiz_of(essay(show(), embed(picture(0))))
    async with db.acquire() as connection:
        await connection.execute(
            "insert into file_usage (user_id, bytes) values ($1, $2)",
            tara.id, app[SETTINGS].file_quota_bytes - 10,
        )  # fmt: skip
    assert (await take_in(api, tara, draft, one)).code == "quota_exceeded"
    async with db.acquire() as connection:
        await connection.execute("delete from file_usage")
    await stored.assert_nothing()
    # A question that gives no points cannot be published, so a published quiz refuses it.
    content = "type,text\n" + "essay,Q\n" * 1000
    order = {"format": "csv", "content": content}
    assert (
        await api.post(f"/quizzes/{draft['id']}/questions/import", order, as_=tara)
    ).status == 200
    assert (await take_in(api, tara, draft, one)).code == "quiz_full"
    await stored.assert_nothing()


async def test_a_storage_that_is_away_leaves_neither_question_nor_file(
    api: Api,
    tara: Person,
    draft: Any,
    stored: Stored,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = []
    write = type(stored.storage).write

    async def fail_late(self: Storage, key: str, chunks: Any) -> None:
        await write(self, key, chunks)
        written.append(key)
        if len(written) == 2:
            raise StorageUnavailable

    monkeypatch.setattr(type(stored.storage), "write", fail_late)
    reply = await take_in(api, tara, draft, quiz_of(CHOICE))
    assert (reply.status, reply.code) == (503, "storage_unavailable")
    await work()  # which deletes what was stored before
    await stored.assert_nothing()
    assert (await api.get(f"/quizzes/{draft['id']}/questions", as_=tara)).data == []


async def test_an_import_under_a_key_is_stored_once(
    api: Api,
    tara: Person,
    draft: Any,
    stored: Stored,
) -> None:
    body = {"format": "moodle_xml", "content": quiz_of(CHOICE)}
    path = f"/quizzes/{draft['id']}/questions/import"
    replies = [
        await api.post(path, body, as_=tara, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert replies[0].data == replies[1].data
    assert len(await stored.rows()) == 4
    assert await stored.objects() == [f"files/{id}" for id in await stored.rows()]


async def test_a_pdf_in_a_text_is_a_file_like_any_other(
    api: Api,
    tara: Person,
    draft: Any,
    stored: Stored,
) -> None:
    text = '<![CDATA[<a href="@@PLUGINFILE@@/read.pdf">Read</a>]]>'
    content = quiz_of(essay(text, embed(PDF, "read.pdf")))
    assert results_of(await take_in(api, tara, draft, content))[0]["errors"] == []
    assert await stored.usage() == len(PDF)


async def test_a_kill_during_imports_leaves_no_half_question_or_file(
    api: Api,
    settings: Settings,
    tara: Person,
    draft: Any,
    stored: Stored,
    db: Pool,
    tmp_path: Path,
) -> None:
    site = replace(settings, port=free_port(), shutdown_grace_seconds=0.0)
    teacher = at_site(tara, site)
    pictures = "".join(embed(picture(n), f"{n}.png") for n in range(20))
    shown = "".join(f'<img src="@@PLUGINFILE@@/{n}.png">' for n in range(20))
    body = {
        "format": "moodle_xml",
        "content": quiz_of(essay(f"<![CDATA[{shown}]]>", pictures)),
    }
    moments, answered = random.Random(7), 0
    for _ in range(3):
        process = Process("api", settings=site, log=tmp_path / "api.log")
        await process.start()
        server = SiteAddress(site)
        async with Api(server) as other:
            await wait_until_ready(other, process)
            path = f"/quizzes/{draft['id']}/questions/import"
            first = asyncio.Event()

            async def keep_importing(
                other: Api = other, path: str = path, first: asyncio.Event = first
            ) -> int:
                done = 0
                with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                    while (await other.post(path, body, as_=teacher)).status == 200:
                        first.set()
                        done += 1
                return done

            importing = asyncio.create_task(keep_importing())
            await first.wait()
            await asyncio.sleep(moments.uniform(0.02, 0.3))
            await process.kill_all()
            answered += await importing
    async with db.acquire() as connection:
        questions = await connection.fetch("select id, text from questions")
        ready = await connection.fetch("select id::text from files where status = 'ready'")
        attached = await connection.fetchval("select count(*) from question_files")
        used = await connection.fetchval("select sum(bytes) from file_usage")
        size = await connection.fetchval("select sum(size) from files where status = 'ready'")
        await connection.execute("update files set alive_until = now() where status <> 'ready'")
    assert len(questions) >= answered >= 3
    shown_ids = sorted(id for question in questions for id in files_of(question["text"]))
    assert shown_ids == sorted(row[0] for row in ready)
    assert (attached, used) == (20 * len(questions), size)
    past = timedelta(seconds=-60)
    await sweep(db, stored.storage, grace=past, unfinished_grace=past)
    await sweep(db, stored.storage, grace=past, unfinished_grace=past)
    assert sorted(await stored.rows()) == shown_ids
    assert await stored.objects() == [f"files/{id}" for id in shown_ids]
