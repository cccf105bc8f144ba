"""Our few pages: one style sheet, strict policies, and errors that a person can read."""

import base64
import hashlib
import re

import pytest

from tests.api import Api

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
PAGES = (
    "/", "/verify/x", "/reset-password?token=x", "/verify-email?token=x", "/problems",
    "/problems/not_found", "/dev/mail", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_pages_share_one_style_sheet_that_their_policy_names(api: Api, path: str) -> None:
    reply = await api.get(path, root=True, headers=BROWSER)
    page = reply.body.decode()
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    if path == "/dev/mail":  # mails have their styles in attributes
        assert "style-src 'unsafe-inline'" in policy
    else:
        assert f"style-src 'sha256-{digest}'" in policy
        assert "unsafe" not in policy
        assert " style=" not in page
    assert "<script" not in page
    other = (await api.get("/verify/y", root=True)).body.decode()
    assert f"<style>{style}</style>" in other


@pytest.mark.parametrize(
    "path", ["/nothing", "/verify/x/certificate.pdf", "/problems/nothing", "/docs/nothing.js"]
)
async def test_what_is_not_there_is_a_page_for_browsers(api: Api, path: str) -> None:
    page = await api.get(path, root=True, headers=BROWSER)
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Not found</h1>" in page.body.decode()
    assert page.headers["X-Request-ID"] in page.body.decode()
    for accept in ("*/*", "application/problem+json, */*;q=0.5", "text/html;q=0, */*"):
        told = await api.get(path, root=True, headers={"Accept": accept})
        assert told.headers["Content-Type"] == "application/problem+json", accept
        assert (told.status, told.code) == (404, "not_found")


async def test_below_api_every_error_is_a_document(api: Api) -> None:
    for path in ("/api/v1/nothing", "/api/nothing", "/api/v1/courses/nothing"):
        told = await api.get(path, root=True, headers=BROWSER)
        assert told.headers["Content-Type"] == "application/problem+json", path


async def test_another_error_outside_the_api_is_a_page_too(api: Api) -> None:
    page = await api.post("/verify/x", root=True, headers=BROWSER)
    assert (page.status, page.headers["Allow"]) == (405, "GET, HEAD")
    assert page.headers["Content-Type"].startswith("text/html")
    bad = await api.get("/dev/mail?limit=0", root=True, headers=BROWSER)
    assert (bad.status, bad.headers["Content-Type"]) == (422, "text/html; charset=utf-8")


async def test_the_catalogue_of_errors_lists_every_code(api: Api) -> None:
    listed = (await api.get("/problems", root=True)).data
    assert all(
        set(one) == {"code", "status", "title", "detail", "url"} and one["detail"] for one in listed
    )
    codes = [one["code"] for one in listed]
    assert codes == sorted(codes)
    assert not [code for code in codes if code.startswith("_")]
    assert [one["status"] for one in listed if one["code"] == "token_invalid"] == [400, 401]
    [one] = [one for one in listed if one["code"] == "not_found"]
    assert one["url"].endswith("/problems/not_found")
    page = (await api.get("/problems", root=True, headers=BROWSER)).body.decode()
    assert all(f'href="problems/{code}"' in page for code in codes)
