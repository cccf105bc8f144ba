"""Moodle XML with pictures in it, its import, and who may read the files that came with it."""

import base64
import re
from typing import Any
from uuid import UUID

from lms.core.http.reply import to_json
from lms.quizzes.attached_files import mentioned_files
from tests.api import Api
from tests.files.samples import EXE, image
from tests.people import Person

_FILE = re.compile(r"/api/v1/files/([0-9a-f-]{36})/download")


def embed(content: bytes, name: str = "a.png", more: str = 'path="/" encoding="base64"') -> str:
    """A file inside the XML; `more` are its other attributes."""
    return f'<file name="{name}" {more}>{base64.b64encode(content).decode()}</file>'


def show(name: str = "a.png") -> str:
    """A text that shows the embedded file of this name."""
    return f'<![CDATA[<p>See <img src="@@PLUGINFILE@@/{name}" alt=""></p>]]>'


def essay(text: str, files: str = "", more: str = "") -> str:
    return (
        f"<question type='essay'>\n<questiontext><text>{text}</text>\n{files}</questiontext>"
        f"{more}</question>"
    )


def quiz_of(*questions: str) -> str:
    return "<quiz>\n" + "\n".join(questions) + "\n</quiz>"


def picture(number: int) -> bytes:
    """A picture that differs from those of other numbers."""
    return image(size=(40 + number, 30))


CHOICE = f"""<question type="multichoice"><questiontext format="html">
<text>{show("in%20text.png")}</text>{embed(picture(1), "in text.png")}</questiontext>
<generalfeedback><text>{show("sub/why.png?forcedownload=1")}</text>
{embed(picture(2), "why.png", 'path="/sub/" encoding="base64"')}</generalfeedback>
<single>true</single>
<answer fraction="100"><text>{show("Ä &amp; b.png")}</text>{embed(picture(3), "Ä &amp; b.png")}
<feedback><text>{show("option.png")}</text>{embed(picture(4), "option.png")}</feedback></answer>
<answer fraction="0"><text>No</text></answer>
<correctfeedback><text>Well done</text>{embed(EXE, "unseen.exe")}</correctfeedback>
</question>"""


async def take_in(api: Api, teacher: Person, quiz: Any, content: str, **more: Any) -> Any:
    """Import the XML into a quiz."""
    body = {"format": "moodle_xml", "content": content, **more}
    return await api.post(f"/quizzes/{quiz['id']}/questions/import", body, as_=teacher)


def results_of(reply: Any) -> Any:
    """The results of an import, whether it was refused or not."""
    return reply.json.get("data", reply.json)["results"]


def files_of(value: Any) -> list[str]:
    """The ids of the files that texts show, in their order."""
    assert {UUID(id) for id in _FILE.findall(to_json(value).decode())} == mentioned_files(value)
    return list(_FILE.findall(to_json(value).decode()))


async def reads(api: Api, person: Person | None, file_id: str) -> bool:
    reply = await api.get(f"/files/{file_id}/download", as_=person)
    assert reply.status in (200, 404)
    return reply.status == 200
