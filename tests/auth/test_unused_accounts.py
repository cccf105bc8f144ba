"""An account that somebody was invited to, and never used, gives way to who proves the address."""

from typing import Any

from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.auth.conftest import PostOffice, login, prove_address
from tests.enrollments.places import enroll_in_bulk, read_statuses
from tests.factories import make_open_course
from tests.people import PASSWORD, Person
from tests.work import Work

NEW = "new@example.com"
BYSTANDER = "other@example.com"
REGISTRATION = {"email": NEW, "password": PASSWORD, "full_name": "New Person"}


async def _count_accounts(db: Pool, email: str) -> int:
    async with db.acquire() as connection:
        return int(
            await connection.fetchval("select count(*) from users where email_key = $1", email)
        )


async def _invite(api: Api, tara: Person, work: Work) -> Any:
    course, _ = await make_open_course(api, tara, capacity=2)
    await enroll_in_bulk(api, tara, course, work, f"{NEW},As Tara says", f"{BYSTANDER},")
    return course


async def _change(api: Api, post: PostOffice, who: Person) -> Response:
    body = {"new_email": NEW, "password": PASSWORD}
    assert (await api.post("/users/me/email", body, as_=who)).status == 202
    token = await post.token(NEW, "onfirm your new")
    return await api.post("/auth/verify-email/confirm", {"token": token}, as_=who)


async def test_a_registration_before_an_invitation_opens_its_account(
    proxied: Api, api: Api, tara: Person, work: Work, post: PostOffice
) -> None:
    assert (await proxied.post("/auth/register", REGISTRATION)).status == 202
    token = await post.token(NEW, "Confirm your registration")
    course = await _invite(api, tara, work)
    body = {"token": token, "password": PASSWORD}
    confirmed = await proxied.post("/auth/verify-email/confirm", body)
    assert (confirmed.status, confirmed.data) == (
        200, {"email": NEW, "email_verified": True, "password_reset_required": False},
    )  # fmt: skip
    assert (await login(api, NEW)).data["user"]["full_name"] == "New Person"
    assert await read_statuses(api, tara, course) == {NEW: "active", BYSTANDER: "invited"}


async def test_an_invited_person_may_register_where_addresses_are_confirmed_first(
    proxied: Api, api: Api, tara: Person, work: Work, post: PostOffice
) -> None:
    course = await _invite(api, tara, work)
    await proxied.post("/auth/register", REGISTRATION)
    body: dict[str, Any] = {"token": await post.token(NEW, "Confirm your registration")}
    confirmed = await proxied.post("/auth/verify-email/confirm", body)
    assert confirmed.data["password_reset_required"] is True
    assert (await login(api, NEW)).status == 401, "nobody showed that the password is theirs"
    assert await read_statuses(api, tara, course) == {NEW: "active", BYSTANDER: "invited"}


async def test_a_disabled_invited_account_stays_closed(
    proxied: Api, api: Api, ada: Person, post: PostOffice
) -> None:
    await proxied.post("/auth/register", REGISTRATION)
    token = await post.token(NEW, "Confirm your registration")
    made = await api.post("/users", {"email": NEW, "full_name": "In Vited"}, as_=ada)
    await api.patch(f"/users/{made.data['id']}", {"is_active": False}, as_=ada)
    body = {"token": token, "password": PASSWORD}
    assert (await proxied.post("/auth/verify-email/confirm", body)).code == "token_invalid"


async def test_a_change_of_address_takes_over_an_account_that_was_only_invited(
    api: Api, tara: Person, sam: Person, work: Work, post: PostOffice, db: Pool
) -> None:
    await prove_address(api, sam)
    course = await _invite(api, tara, work)
    assert (await _change(api, post, sam)).status == 200
    assert (await api.get("/users/me", as_=sam)).data["email"] == NEW
    assert await read_statuses(api, tara, course) == {NEW: "active", BYSTANDER: "invited"}
    assert [await _count_accounts(db, email) for email in (NEW, BYSTANDER)] == [1, 1]


async def test_an_account_that_is_used_never_gives_way(
    api: Api, sam: Person, post: PostOffice
) -> None:
    body = {"new_email": NEW, "password": PASSWORD}
    await api.post("/users/me/email", body, as_=sam)
    token = await post.token(NEW, "onfirm your new")
    await api.post("/auth/register", REGISTRATION)  # unverified, but somebody uses it
    refused = await api.post("/auth/verify-email/confirm", {"token": token}, as_=sam)
    assert (refused.status, refused.code) == (400, "token_invalid")
    assert (await login(api, NEW)).status == 200


async def test_an_invited_teacher_does_not_give_way_to_a_change(
    api: Api, sam: Person, ada: Person, post: PostOffice
) -> None:
    body = {"email": NEW, "full_name": "In Vited", "role": "instructor"}
    made = await api.post("/users", body, as_=ada)
    assert (await _change(api, post, sam)).code == "token_invalid"
    assert (await api.get(f"/users/{made.data['id']}", as_=ada)).data["role"] == "instructor"


async def test_an_invited_person_is_told_to_come_in_by_mail_where_registering_is_open(
    api: Api, tara: Person, work: Work, post: PostOffice
) -> None:
    await _invite(api, tara, work)
    refused = await api.post("/auth/register", REGISTRATION)
    assert (refused.status, refused.code) == (409, "email_taken")
    await api.post("/auth/forgot-password", {"email": NEW})
    body = {"token": await post.token(NEW, "Set a new password"), "new_password": PASSWORD}
    assert (await api.post("/auth/reset-password", body)).status == 200
