"""Addresses: compared in one form, shown as typed, taken if they can be mailed."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.auth.conftest import PostOffice, login, register
from tests.people import PASSWORD, Cast, Person

NOT_MAILABLE = [
    f"{'x' * 65}@example.com", f"{'ü' * 33}@example.com", "a@[127.0.0.1]", "a@[IPv6:::1]",
    "a@127.0.0.1", '"a b"@example.com', "a b@example.com", "a@example..com", ".a@example.com",
    "a.@example.com", "a..b@example.com", f"a@{'x' * 64}.example", "a@example.com.", "a@-x.example",
    "a@x-.example", "a@x_y.example", "a@example", "a@exam ple.com", "a\u200b@example.com",
    "a@b@example.com", "a﹫b@example.com", "a(c)@example.com", "a@xn--zzzzzz99.example",
    f"a@{'ü' * 60}.{'ö' * 60}.{'ä' * 60}.{'ß' * 60}.de", "@example.com", "a@", "a", "",
    "=?utf-8?q?a?=@example.com", "a\u202eb@example.com",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_MAILABLE)
async def test_an_address_that_cannot_be_mailed_is_none(
    api: Api, sam: Person, ada: Person, address: str
) -> None:
    new = {"email": address, "password": PASSWORD, "full_name": "Sam Student"}
    change = {"new_email": address, "password": PASSWORD}
    invited = {"email": address, "full_name": "Sam Student"}
    for reply, pointer in (
        (await api.post("/auth/register", new), "/email"),
        (await api.post("/users/me/email", change, as_=sam), "/new_email"),
        (await api.post("/users", invited, as_=ada), "/email"),
    ):
        assert reply.faults == {(pointer, "invalid_email")}
    assert (await api.get("/users/me", as_=sam)).data["email"] == sam.email


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("user@münchen.example", ["USER@MÜNCHEN.example", "user@xn--mnchen-3ya.example"]),
        ("user@faß.example", ["user@FAẞ.example", "user@xn--fa-hia.example"]),
        ("ａ@b.co", ["a@b.co", "A@B.CO"]),
        ("üser@example.com", ["ÜSER@example.com", "u\u0308ser@example.com"]),
        ("नमस्ते@example.com", []),
        ("user@例え。テスト", ["user@例え.テスト"]),
        ("o'brien+tag@mail.example.com", ["O'Brien+Tag@mail.example.com"]),
        ("user@i❤.example", ["user@xn--i-7iq.example"]),
        (f"{'x' * 64}@example.com", []),
    ],
)
async def test_an_address_is_shown_as_typed_and_compared_in_one_form(
    api: Api, post: PostOffice, typed: str, also: list[str]
) -> None:
    assert (await register(api, typed))["user"]["email"] == typed
    for address in (typed, *also):
        reply = await login(api, address)
        assert reply.data["user"]["email"] == typed, address
        new = {"email": address, "password": PASSWORD, "full_name": "Olly Outsider"}
        assert (await api.post("/auth/register", new)).code == "email_taken"
    await post.mails()
    assert (await api.get("/dev/mail.json", root=True)).status == 200


async def test_sharp_s_is_another_domain_than_double_s(api: Api) -> None:
    first = await register(api, "user@faß.example")
    second = await register(api, "user@fass.example")
    assert first["user"]["id"] != second["user"]["id"]
    for address, made in (("user@faß.example", first), ("user@fass.example", second)):
        assert (await login(api, address)).data["user"]["id"] == made["user"]["id"]


async def test_fifty_who_type_one_address_get_one_account(api: Api, db: Pool) -> None:
    forms = ["user@münchen.example", "USER@xn--mnchen-3ya.example", "ｕser@MÜNCHEN.example"]
    replies = await asyncio.gather(
        *(
            api.post(
                "/auth/register",
                {"email": forms[n % 3], "password": PASSWORD, "full_name": "Sam Student"},
            )
            for n in range(50)
        )
    )
    made = [reply for reply in replies if reply.status == 201]
    assert len(made) == 1
    assert {reply.status for reply in replies} <= {201, 409, 503}


@pytest.mark.parametrize(
    "address",
    ["a@[127.0.0.1]", f"{'x' * 70}@example.com", '"a"@example.com', "a@xn--zzz99.example"],
)
async def test_an_older_account_with_such_an_address_signs_in(
    api: Api, db: Pool, cast: Cast, address: str
) -> None:
    sam = await cast.person("Sam Student")
    olly = await cast.person("Olly Outsider")
    async with db.acquire() as connection:
        await connection.execute(
            "update users set email = $2, email_key = $2 where id = $1", sam.id, address
        )
    assert (await login(api, address)).data["user"]["email"] == address
    assert (await login(api, olly.email)).data["user"]["id"] == str(olly.id)
    assert (await api.post("/auth/forgot-password", {"email": address})).status == 202
    assert (await api.get("/users/me", as_=sam)).data["email"] == address
    reply = await api.patch("/users/me", {"full_name": "Sam S."}, as_=sam)
    assert reply.data["email"] == address
