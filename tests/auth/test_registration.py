"""Registering: at once, or by a mailed link that says nothing about who is a member."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.auth.conftest import PostOffice, login, register, until_answered
from tests.people import PASSWORD, Person


async def test_registering_makes_a_student_who_is_signed_in(api: Api, post: PostOffice) -> None:
    made = await register(api, "New.Person@Example.com")
    assert made["user"]["role"] == "student"
    assert made["user"]["email_verified"] is False
    me = await api.get("/users/me", token=made["tokens"]["access_token"])
    assert me.data["email"] == "New.Person@Example.com"
    subjects = await post.subjects("New.Person@Example.com")
    assert [s.split()[0] for s in subjects] == ["Confirm", "Welcome"]


@pytest.mark.parametrize("same", ["sam@example.com", "SAM@EXAMPLE.COM", "ｓａｍ@example.com"])
async def test_an_address_has_one_account_however_it_is_written(api: Api, same: str) -> None:
    await register(api, "sam@example.com")
    body = {"email": same, "password": PASSWORD, "full_name": "Another"}
    reply = await api.post("/auth/register", body)
    assert (reply.status, reply.code) == (409, "email_taken")


async def test_a_domain_is_compared_in_its_ascii_form(api: Api) -> None:
    await register(api, "sam@bücher.example")
    assert (await login(api, "sam@xn--bcher-kva.example")).status == 200


@pytest.mark.parametrize(
    "email",
    ["=?utf-8?q?victim=40example.org=3e?=@example.com", "a@b@example.com", "a b@example.com",
     "a@example.com\r\nBcc: b@example.org", "a@example.com\u2028", "a,b@example.com", "@x.com"],
)  # fmt: skip
async def test_an_address_that_mail_programs_may_misread_is_refused(api: Api, email: str) -> None:
    body = {"email": email, "password": PASSWORD, "full_name": "Who Ever"}
    reply = await api.post("/auth/register", body)
    assert (reply.status, reply.pointers) == (422, ["/email"])


async def test_fifty_registrations_of_one_address_make_one_account(
    patient: Api, db: Pool, sam: Person
) -> None:
    body = {"email": "race@example.com", "password": PASSWORD, "full_name": "Racer"}
    replies = await asyncio.gather(
        *(until_answered(lambda: patient.post("/auth/register", body)) for _ in range(50))
    )
    assert sorted(r.status for r in replies) == [201] + [409] * 49
    assert {r.code for r in replies if r.status == 409} == {"email_taken"}
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from users") == 2, "she and Sam"


async def test_confirm_mode_creates_the_account_when_its_link_is_opened(
    proxied: Api, api: Api, post: PostOffice
) -> None:
    body = {"email": "new@example.com", "password": PASSWORD, "full_name": "New Person"}
    reply = await proxied.post("/auth/register", body)
    assert (reply.status, reply.data) == (202, {})
    assert (await login(api, "new@example.com")).code == "invalid_credentials"
    token = await post.token("new@example.com", "Confirm your registration")
    body = {"token": token, "password": PASSWORD}
    confirmed = await proxied.post("/auth/verify-email/confirm", body)
    assert confirmed.data == {
        "email": "new@example.com",
        "email_verified": True,
        "password_reset_required": False,
    }
    user = (await login(api, "new@example.com")).data["user"]
    assert (user["email_verified"], user["role"]) == (True, "student")
    again = await proxied.post("/auth/verify-email/confirm", body)
    assert (again.status, again.code) == (400, "token_invalid")


async def test_confirm_mode_answers_members_like_strangers_and_mails_them(
    proxied: Api, api: Api, post: PostOffice, sam: Person
) -> None:
    replies = [
        await proxied.post(
            "/auth/register", {"email": email, "password": PASSWORD, "full_name": "Who Ever"}
        )
        for email in (sam.email, "nobody@example.com")
    ]
    bodies = [{**r.json, "meta": None} for r in replies]
    assert bodies[0] == bodies[1]
    assert replies[0].status == replies[1].status == 202
    assert await post.subjects(sam.email) == ["You have an account at Learning Platform"]
    assert (await login(api, sam.email)).status == 200, "her password is still hers"


async def test_two_links_of_one_address_open_one_account_with_its_own_password(
    proxied: Api, api: Api, post: PostOffice
) -> None:
    for password in ("of-somebody-else-1", PASSWORD):
        body = {"email": "new@example.com", "password": password, "full_name": "New Person"}
        await proxied.post("/auth/register", body)
    mails = await post.to("new@example.com")
    assert len(mails) == 2
    token = await post.token("new@example.com", "Confirm your registration")
    confirmed = {}
    for password in ("of-somebody-else-1", PASSWORD):
        body = {"token": token, "password": password}
        confirmed[password] = (await proxied.post("/auth/verify-email/confirm", body)).status
    assert list(confirmed.values()) in ([200, 400], [403, 200])
    for password, status in confirmed.items():
        reply = await login(api, "new@example.com", password)
        assert reply.status == (200 if status == 200 else 401)


async def test_registering_cannot_flood_a_strangers_mailbox(proxied: Api, post: PostOffice) -> None:
    body = {"email": "victim@example.com", "password": PASSWORD, "full_name": "Not Me"}
    for _ in range(8):
        assert (await proxied.post("/auth/register", body)).status == 202
    assert len(await post.to("victim@example.com")) <= 3


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-7", "too_short"),
        ("ﷺ", "too_short"),  # one code point, eighteen after NFKC
        ("password1", "common_password"),
        ("ILoveYou123", "common_password"),
        ("aaaaaaaaaaaa", "predictable_password"),
        ("xk2xk2xk2xk2", "predictable_password"),
        ("abcdefgh1234", "predictable_password"),
        ("98765432", "predictable_password"),
        ("learningplatform1", "personal_password"),
        ("rosalind.franklin@example.com", "personal_password"),
        ("Franklin1920", "personal_password"),
        ("Rosalind-Franklin", "personal_password"),
    ],
)
async def test_an_easily_guessed_password_is_refused(api: Api, password: str, code: str) -> None:
    body = {
        "email": "rosalind.franklin@example.com",
        "password": password,
        "full_name": "Rosalind Franklin",
    }
    reply = await api.post("/auth/register", body)
    assert (reply.status, reply.code) == (422, "validation_failed")
    [fault] = reply.json["errors"]
    assert fault["pointer"] == "/password"
    assert fault["code"] in (code, "common_password")
    assert password not in fault["detail"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "пароль-из-сказки",
        "🐘🦒🦓🐆🦏🦛🐪🦘",
        "tRustno1-but-me",
        "x" * 3 + "y" * 2 + "q7#kLm",
    ],
)
async def test_any_unicode_makes_a_password(api: Api, password: str) -> None:
    body = {"email": "p@example.com", "password": password, "full_name": "Rosalind Franklin"}
    assert (await api.post("/auth/register", body)).status == 201
    assert (await login(api, "p@example.com", password)).status == 200


async def test_a_password_is_the_same_however_a_keyboard_composes_it(api: Api) -> None:
    body = {"email": "p@example.com", "password": "Ame\u0301lie-ﬁnds-it", "full_name": "A B"}
    await api.post("/auth/register", body)
    assert (await login(api, "p@example.com", "Am\u00e9lie-finds-it")).status == 200
    assert (await login(api, "p@example.com", "Amelie-finds-it")).status == 401


async def test_a_password_of_128_characters_is_taken_whole(api: Api) -> None:
    password = "".join(chr(0x4E00 + 37 * n) for n in range(128))
    body = {"email": "p@example.com", "password": password, "full_name": "A B"}
    assert (await api.post("/auth/register", body)).status == 201
    assert (await login(api, "p@example.com", password[:-1] + "x")).status == 401
    assert (await login(api, "p@example.com", password)).status == 200
    longer = {**body, "email": "q@example.com", "password": password + "x"}
    assert (await api.post("/auth/register", longer)).pointers == ["/password"]
