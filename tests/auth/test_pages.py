"""The pages behind mailed links: no script, no cookie, and opening one changes nothing."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from tests import chromium
from tests.api import Api, Response
from tests.auth.conftest import PostOffice, login, prove_address
from tests.people import PASSWORD, Person

NEW = "nine-purple-kettles"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class _Form(HTMLParser):
    """The form of a page, as a browser without JavaScript sees it."""

    html: str
    action: str | None = None
    method: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    scripts: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = values["action"], values["method"]
        elif tag == "input":
            self.fields[values["name"]] = values.get("value", "")
        elif tag == "button" and "name" in values:
            self.buttons[values["name"]] = values["value"]
        elif tag == "script":
            self.scripts += 1


def _path(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


async def _open(api: Api, path: str) -> tuple[_Form, Response]:
    reply = await api.get(path, root=True)
    assert reply.status == 200
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    form = _Form(reply.body.decode())
    assert form.scripts == 0
    return form, reply


async def _send(
    api: Api, path: str, fields: dict[str, str], headers: dict[str, str] | None = None
) -> Response:
    return await api.request(
        "POST", path, root=True, data=urlencode(fields), headers={**FORM, **(headers or {})}
    )


async def _link(post: PostOffice, address: str, subject: str, page: str) -> str:
    token = await post.token(address, subject)
    return f"/{page}?token={token}"


async def test_an_address_is_confirmed_without_a_front_end(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    [mail] = await post.to(sam.email)
    assert "http://127.0.0.1:8000/verify-email?token=" in mail.text
    path = await _link(post, sam.email, "Confirm your address", "verify-email")
    form, _ = await _open(api, path)
    await _open(api, path)  # as a scanner of links does
    assert (await api.get("/users/me", as_=sam)).data["email_verified"] is False
    assert form.method == "post"
    assert form.fields["password"] == ""
    wrong = {**form.fields, "password": "not-hers-at-all"}
    refused = await _send(api, urljoin(path, form.action), wrong)
    assert "This is not your password." in refused.body.decode()
    form.fields["password"] = PASSWORD
    done = await _send(api, urljoin(path, form.action), form.fields)
    assert "Your address is confirmed." in done.body.decode()
    assert (await login(api, sam.email)).data["user"]["email_verified"] is True
    again = await _send(api, urljoin(path, form.action), form.fields)
    assert "does not work any more" in again.body.decode()


async def test_a_password_is_set_without_a_front_end(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await api.post("/auth/forgot-password", {"email": sam.email})
    path = await _link(post, sam.email, "Set a new password", "reset-password")
    form, _ = await _open(api, path)
    target = urljoin(path, form.action)
    for password, repeated, said in (
        (NEW, "something-else", "not the same"),
        ("password1", "password1", "first to be guessed"),
        ("short", "short", "8 characters or more"),
        ("x" * 129, "x" * 129, "at most 128"),
    ):
        fields = {**form.fields, "password": password, "repeated": repeated}
        reply = await _send(api, target, fields)
        assert said in reply.body.decode(), said
        assert password not in reply.body.decode() or password == "short"
    done = await _send(api, target, {**form.fields, "password": NEW, "repeated": NEW})
    assert "Your new password is set." in done.body.decode()
    assert (await login(api, sam.email, NEW)).status == 200
    _, reply = await _open(api, path)
    assert "does not work any more" in reply.body.decode()


async def test_a_form_sent_from_another_site_is_refused(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    path = await _link(post, sam.email, "Confirm your address", "verify-email")
    form, _ = await _open(api, path)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        reply = await _send(api, "/verify-email", form.fields, headers)
        assert (reply.status, reply.code) == (403, "forbidden")
    as_json = await api.request("POST", "/verify-email", root=True, json=form.fields, headers={})
    assert as_json.status == 415
    assert (await api.get("/users/me", as_=sam)).data["email_verified"] is False
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    form.fields["password"] = PASSWORD
    assert (await _send(api, "/verify-email", form.fields, own)).status == 200
    assert (await login(api, sam.email)).data["user"]["email_verified"] is True


async def test_whoever_confirms_without_the_password_is_mailed_a_link_to_set_one(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    path = await _link(post, sam.email, "Confirm your address", "verify-email")
    form, _ = await _open(api, path)
    assert form.buttons == {"without_password": "yes"}
    fields = {**form.fields, **form.buttons}
    done = await _send(api, urljoin(path, form.action), fields)
    assert "We mailed you a link" in done.body.decode()
    assert (await login(api, sam.email)).code == "invalid_credentials"
    path = await _link(post, sam.email, "Set a new password", "reset-password")
    form, _ = await _open(api, path)
    fields = {**form.fields, "password": NEW, "repeated": NEW}
    assert "is set" in (await _send(api, urljoin(path, form.action), fields)).body.decode()
    assert (await login(api, sam.email, NEW)).status == 200


async def test_an_empty_password_is_not_given_yet(api: Api, sam: Person, post: PostOffice) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    path = await _link(post, sam.email, "Confirm your address", "verify-email")
    form, _ = await _open(api, path)
    for fields in ({"token": form.fields["token"]}, form.fields,
                   {**form.fields, "without_password": ""}):  # fmt: skip
        asked = await _send(api, urljoin(path, form.action), fields)
        assert "Type your password, or go on without it." in asked.body.decode()
        assert _Form(asked.body.decode()).fields == form.fields
    assert (await api.get("/users/me", as_=sam)).data["email_verified"] is False
    form.fields["password"] = PASSWORD
    done = await _send(api, urljoin(path, form.action), form.fields)
    assert "You may close this page and sign in." in done.body.decode()
    assert (await login(api, sam.email)).data["user"]["email_verified"] is True


async def test_a_form_takes_its_own_fields_once(api: Api, sam: Person, post: PostOffice) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    await api.post("/auth/forgot-password", {"email": sam.email})
    for page, subject in (("verify-email", "Confirm your"), ("reset-password", "Set a new")):
        path = await _link(post, sam.email, subject, page)
        form, _ = await _open(api, path)
        fields = {**form.fields, "password": NEW, "repeated": NEW, "role": "admin"}
        assert (await _send(api, f"/{page}", fields)).status == 400
        twice = urlencode([*form.fields.items(), ("token", "x")])
        reply = await api.request("POST", f"/{page}", root=True, data=twice, headers=FORM)
        assert reply.status == 400
    assert (await api.get("/users/me", as_=sam)).data["email_verified"] is False
    assert (await login(api, sam.email)).status == 200


async def test_a_new_address_of_a_proved_account_asks_for_no_password(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await prove_address(api, sam)
    body = {"new_email": "new@example.org", "password": PASSWORD}
    assert (await api.post("/users/me/email", body, as_=sam)).status == 202
    path = await _link(post, "new@example.org", "Confirm your new", "verify-email")
    form, _ = await _open(api, path)
    assert set(form.fields) == {"token"}
    done = await _send(api, urljoin(path, form.action), form.fields)
    assert "You may close this page and sign in." in done.body.decode()


@pytest.mark.parametrize("page", ["verify-email", "reset-password"])
@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=x&utm_source=mail", '?token="><script>alert(1)</script>',
              "?token=%ED%A0%80", "?token=%00", "?token=" + "a" * 2000],
)  # fmt: skip
async def test_a_broken_link_leads_to_a_page_that_says_so(api: Api, page: str, query: str) -> None:
    form, reply = await _open(api, f"/{page}{query}")
    assert "does not work any more" in reply.body.decode()
    assert form.action is None


@pytest.mark.parametrize(
    "body", [b"", b"token", b"token=%ff&password=%ff", b"\xff\xfe", b"a=1&" * 50, b"token=x\0"]
)
async def test_a_broken_form_changes_nothing_and_is_a_client_error(api: Api, body: bytes) -> None:
    for page in ("/verify-email", "/reset-password"):
        reply = await api.request("POST", page, root=True, data=body, headers=FORM)
        assert reply.status in (200, 400)
    large = await api.request("POST", page, root=True, data=b"x" * 20_000, headers=FORM)
    assert large.status == 413


@pytest.mark.slow
@pytest.mark.skipif(chromium.PROGRAM is None, reason="no Chromium on this machine")
async def test_the_pages_work_in_a_browser_without_javascript(
    api: Api, sam: Person, post: PostOffice, tmp_path: Path
) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    await api.post("/auth/forgot-password", {"email": sam.email})
    verify = await _link(post, sam.email, "Confirm your address", "verify-email")
    reset = await _link(post, sam.email, "Set a new password", "reset-password")
    base = api.url("/").rstrip("/")
    async with chromium.chromium(tmp_path / "browser", scripts=False) as page:
        await page.open(base + verify)
        await page.wait_for("Confirm your e-mail address")
        await page.type("input[name=password]", PASSWORD)
        await page.click("button")
        await page.wait_for("Your address is confirmed.")
        await page.open(base + reset)
        await page.wait_for("Set a new password</h1>")
        await page.type("input[name=password]", NEW)
        await page.type("input[name=repeated]", NEW + "x")
        await page.click("button")
        await page.wait_for("The two passwords are not the same.")
        await page.type("input[name=password]", NEW)
        await page.type("input[name=repeated]", NEW)
        await page.click("button")
        await page.wait_for("Your new password is set.")
    assert (await login(api, sam.email, NEW)).data["user"]["email_verified"] is True
