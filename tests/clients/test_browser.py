"""The TypeScript client in a browser, on a page of another origin, with the session in a cookie."""

import shutil
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lms.settings import Settings
from tests import chromium
from tests.clients.tools import typescript
from tests.demo import demo_site
from tests.running import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here"),
    pytest.mark.skipif(chromium.PROGRAM is None, reason="there is no Chromium here"),
]
_PAGE = """<!doctype html><title>Learn</title><pre></pre>
<script type="module">
import { LmsClient } from "/client/index.js";

const told = document.querySelector("pre");
const say = (text) => told.append(`${text}\\n`);

async function learn(lms) {
  const [course] = await lms.courses.list({ q: "learning" }).all({ max: 1 });
  const enrollment = await lms.learning.enroll({ course_id: course.id });
  const { lessons } = await lms.learning.getLearnerPage(course.id);
  for (const lesson of lessons) {
    if (lesson.quiz_id === null) {
      await lms.learning.completeLesson(enrollment.id, lesson.id);
      continue;
    }
    const attempt = await lms.attempts.start(lesson.quiz_id);
    const answers = attempt.questions.map((question) => ({
      question_id: question.id,
      seq: 1,
      answer: question.type === "true_false" || question.options.find((o) => o.text === "One").id,
    }));
    say(`passed: ${(await lms.attempts.submit(attempt.id, { answers })).passed}`);
  }
  say((await lms.learning.get(enrollment.id)).status);
}

try {
  const lms = new LmsClient({ baseUrl: "BASE_URL", auth: { cookie: true } });
  if (await lms.auth.restore()) {
    await learn(lms);
    await lms.auth.logout();
    say(`restored after leaving: ${await lms.auth.restore()}`);
  } else {
    const email = `you.${Date.now()}@example.com`;
    await lms.auth.register({ email, password: "seven-green-teapots", full_name: "You" });
    const isSafe = (await lms.auth.session()).refreshToken === undefined && !document.cookie;
    if (isSafe) {
      location.reload();
      await new Promise(() => undefined);
    }
  }
} catch (error) {
  say(`failed: ${error.name}: ${error.message}`);
}
say("That is all.");
</script>"""


async def test_a_page_of_another_origin_learns_with_a_cookie(
    settings: Settings, template: str, worker_name: str, tmp_path: Path
) -> None:
    folder = typescript()
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    name = f"lms_browser_{worker_name}"
    async with demo_site(settings, template, name, tmp_path, cors_origins=(origin,)) as site:
        page = _PAGE.replace("BASE_URL", site.settings.base_url)

        async def show(_: web.Request) -> web.Response:
            return web.Response(text=page, content_type="text/html")

        app = web.Application()
        app.router.add_get("/", show)
        app.router.add_static("/client", folder / "dist")
        browser = chromium.chromium(tmp_path / "browser", scripts=True)
        async with TestServer(app, port=port), browser as tab:
            await tab.open(origin)
            html = await tab.wait_for("That is all.\n</pre>", seconds=60)
    told = html.partition("<pre>")[2].partition("</pre>")[0]
    assert told.split("\n")[-5:-2] == ["passed: true", "completed", "restored after leaving: false"]
