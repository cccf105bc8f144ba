"""Admins invite, list, promote and disable; one of them always stays."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.auth.conftest import PostOffice, enable_mfa, login
from tests.auth.mfa import answer, challenge
from tests.people import PASSWORD, Cast, Person


async def test_an_invited_person_sets_their_own_password(
    api: Api, ada: Person, post: PostOffice
) -> None:
    body = {"email": "tess@example.com", "full_name": "Tess Teacher", "role": "instructor"}
    reply = await api.post("/users", body, as_=ada)
    assert reply.status == 201
    assert reply.headers["Location"] == f"/api/v1/users/{reply.data['id']}"
    assert (reply.data["role"], reply.data["email_verified"]) == ("instructor", False)
    assert (await login(api, "tess@example.com", "")).status == 422
    assert (await login(api, "tess@example.com", "anything-at-all")).status == 401
    token = await post.token("tess@example.com", "You are invited")
    setting = {"token": token, "new_password": "nine-purple-kettles"}
    assert (await api.post("/auth/reset-password", setting)).status == 200
    user = (await login(api, "tess@example.com", "nine-purple-kettles")).data["user"]
    assert (user["role"], user["email_verified"]) == ("instructor", True)
    again = await api.post("/users", body, as_=ada)
    assert (again.status, again.code) == (409, "email_taken")


async def test_an_invitation_that_is_repeated_with_its_key_is_mailed_once(
    api: Api, ada: Person, post: PostOffice
) -> None:
    body = {"email": "tess@example.com", "full_name": "Tess Teacher"}
    headers = {"Idempotency-Key": "invite-tess"}
    first = await api.post("/users", body, as_=ada, headers=headers)
    second = await api.post("/users", body, as_=ada, headers=headers)
    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(await post.to("tess@example.com")) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"email": "x@example.com", "full_name": "X", "password": "set-by-an-admin-1"},
        {"email": "x@example.com", "full_name": "X", "role": "owner"},
        {"email": "x@example.com", "full_name": ""},
        {"email": "not an address", "full_name": "X"},
        {"email": "x@example.com", "full_name": "X", "email_verified": True},
    ],
)
async def test_an_invalid_invitation_is_refused(
    api: Api, ada: Person, body: dict[str, object]
) -> None:
    assert (await api.post("/users", body, as_=ada)).code == "validation_failed"


async def test_people_are_found_by_name_address_role_and_state(
    api: Api, ada: Person, tara: Person, sam: Person, olly: Person
) -> None:
    await api.patch(f"/users/{olly.id}", {"is_active": False}, as_=ada)

    async def found(query: str) -> list[str]:
        return [user["full_name"] for user in (await api.get(f"/users{query}", as_=ada)).data]

    assert await found("") == ["Olly Outsider", "Sam Student", "Tara Teacher", "Ada Admin"]
    assert await found("?q=teach") == ["Tara Teacher"]
    assert await found(f"?q={sam.email.upper()}") == ["Sam Student"]
    assert await found("?role=admin") == ["Ada Admin"]
    assert await found("?is_active=false") == ["Olly Outsider"]
    assert await found("?q=%25") == []
    assert await found("?q=_am") == []
    assert await found("?q=%5C") == []
    assert await found("?q='") == []


async def test_the_list_is_paged_and_counted_in_a_constant_number_of_queries(
    api: Api, ada: Person, cast: Cast, queries: object
) -> None:
    for number in range(7):
        await cast.person(f"Person{number}")
    await api.get("/users", as_=ada)
    seen = []
    path: str | None = "/users?limit=3&include_total=true"
    while path is not None:
        async with queries.expect(2):  # type: ignore[attr-defined]
            reply = await api.get(path, as_=ada)
        assert reply.meta["total"] == 8
        seen += [user["id"] for user in reply.data]
        cursor = reply.meta["next_cursor"]
        path = f"/users?limit=3&include_total=true&cursor={cursor}" if cursor else None
    assert len(seen) == len(set(seen)) == 8


async def test_a_disabled_person_is_signed_out_and_an_enabled_one_may_sign_in(
    api: Api, ada: Person, sam: Person, olly: Person
) -> None:
    assert (await api.patch(f"/users/{sam.id}", {"is_active": False}, as_=ada)).status == 200
    async with asyncio.timeout(1):
        while (await api.get("/users/me", as_=sam)).status != 401:
            await asyncio.sleep(0.02)
    assert (await login(api, sam.email)).code == "invalid_credentials"
    await api.patch(f"/users/{sam.id}", {"is_active": True}, as_=ada)
    assert (await login(api, sam.email)).status == 200
    assert (await api.get("/users/me", as_=sam)).status == 401, "old sessions stay ended"
    assert (await api.get("/users/me", as_=olly)).status == 200


async def test_the_last_admin_stays(api: Api, ada: Person, sam: Person, cast: Cast) -> None:
    for change in ({"role": "student"}, {"is_active": False}):
        reply = await api.patch(f"/users/{ada.id}", change, as_=ada)
        assert (reply.status, reply.code) == (409, "last_admin")
    assert (await api.patch(f"/users/{ada.id}", {"full_name": "Ada L."}, as_=ada)).status == 200
    bea = await cast.person("Bea Admin", role="admin")
    assert (await api.patch(f"/users/{bea.id}", {"is_active": False}, as_=ada)).status == 200
    reply = await api.patch(f"/users/{ada.id}", {"role": "student"}, as_=ada)
    assert reply.code == "last_admin", "a disabled admin does not count"


async def test_admins_who_demote_each_other_at_once_leave_one(
    api: Api, cast: Cast, db: Pool
) -> None:
    admins = [await cast.person(f"Admin{n}", role="admin") for n in range(4)]
    await asyncio.gather(
        *(
            api.patch(f"/users/{other.id}", {"role": "student"}, as_=admin)
            for admin in admins
            for other in admins
            if other is not admin
        )
    )
    async with db.acquire() as connection:
        left = await connection.fetchval("select count(*) from users where role = 'admin'")
    assert left == 1


async def test_an_edit_with_an_outdated_tag_is_refused(api: Api, ada: Person, sam: Person) -> None:
    etag = (await api.get(f"/users/{sam.id}", as_=ada)).etag
    await api.patch("/users/me", {"bio": "Hello."}, as_=sam)
    headers = {"If-Match": etag}
    reply = await api.patch(f"/users/{sam.id}", {"role": "admin"}, as_=ada, headers=headers)
    assert (reply.status, reply.code) == (412, "precondition_failed")
    fresh = (await api.get(f"/users/{sam.id}", as_=ada)).etag
    reply = await api.patch(
        f"/users/{sam.id}", {"role": "instructor"}, as_=ada, headers={"If-Match": fresh}
    )
    assert reply.data["role"] == "instructor"


async def test_only_admins_administer_and_nobody_promotes_themselves(
    api: Api, sam: Person, tara: Person
) -> None:
    for person in (sam, tara):
        assert (await api.get("/users", as_=person)).code == "forbidden"
        assert (await api.get(f"/users/{person.id}", as_=person)).code == "forbidden"
        own = await api.patch(f"/users/{person.id}", {"role": "admin"}, as_=person)
        assert own.code == "forbidden"
        mine = await api.patch("/users/me", {"role": "admin"}, as_=person)
        assert (mine.status, mine.pointers) == (422, ["/role"])


@pytest.mark.parametrize("ident", ["0", "me2", "00000000-0000-7000-8000-000000000000"])
async def test_an_unknown_person_is_not_found(api: Api, ada: Person, ident: str) -> None:
    assert (await api.get(f"/users/{ident}", as_=ada)).status == 404
    assert (await api.patch(f"/users/{ident}", {"role": "admin"}, as_=ada)).status == 404


async def test_an_admin_resets_the_second_factor_of_somebody_who_lost_it(
    api: Api, ada: Person, sam: Person, olly: Person, post: PostOffice, db: Pool
) -> None:
    await enable_mfa(api, sam)
    await enable_mfa(api, olly)
    begun = await challenge(api, sam)
    path, body = f"/users/{sam.id}/mfa/reset", {"reason": "The phone was lost."}
    assert (await api.post(path, {}, as_=ada)).pointers == ["/reason"]
    assert (await api.post(path, body, as_=sam)).code == "forbidden"
    assert (await api.post(path, body, as_=ada)).status == 204
    again = await api.post(path, body, as_=ada)
    assert (again.status, again.code) == (409, "mfa_not_enabled")
    assert (await answer(api, begun, "123456")).code == "token_invalid"
    assert (await _refresh(api, sam)).code == "session_revoked"
    assert "tokens" in (await login(api, sam.email)).data
    assert (await _refresh(api, olly)).status == 200
    assert await challenge(api, olly), "another person's factor stays"
    told = [mail for mail in await post.to(sam.email) if "an administrator" in mail.text]
    assert len(told) == 1
    async with db.acquire() as connection:
        entries = await connection.fetch(
            "select actor_id, subject_id, data from audit_log where action = 'mfa.reset'"
        )
    assert [tuple(entry) for entry in entries] == [(ada.id, sam.id, body)]


async def test_no_admin_resets_their_own_second_factor(api: Api, ada: Person) -> None:
    await enable_mfa(api, ada)
    reply = await api.post(f"/users/{ada.id}/mfa/reset", {"reason": "Mine."}, as_=ada)
    assert (reply.status, reply.code) == (403, "forbidden")
    assert (await api.get("/users/me", as_=ada)).data["mfa_enabled"] is True
    unknown = f"/users/{UUID(int=7)}/mfa/reset"
    assert (await api.post(unknown, {"reason": "Whose?"}, as_=ada)).status == 404


@pytest.mark.parametrize("body", [None, {"reason": "A laptop was stolen."}])
async def test_an_admin_ends_every_session_of_somebody(
    api: Api, ada: Person, sam: Person, olly: Person, post: PostOffice, db: Pool, body: Any
) -> None:
    await enable_mfa(api, sam)
    begun = await challenge(api, sam)
    path = f"/users/{sam.id}/logout-all"
    assert (await api.post(path, body, as_=olly)).code == "forbidden"
    assert (await api.post(path, body, as_=ada)).status == 204
    assert (await _refresh(api, sam)).code == "session_revoked"
    assert (await answer(api, begun, "123456")).code == "token_invalid"
    assert await challenge(api, sam), "and may sign in again"
    assert (await _refresh(api, olly)).status == 200
    assert "You were signed out everywhere at Learning Platform" in await post.subjects(sam.email)
    assert (await api.post(f"/users/{UUID(int=7)}/logout-all", as_=ada)).status == 404
    async with db.acquire() as connection:
        entry = await connection.fetchrow(
            "select actor_id, subject_id, data from audit_log where action = 'session.all_ended'"
        )
    assert tuple(entry) == (ada.id, sam.id, {"reason": (body or {}).get("reason")})


async def test_an_invited_admin_who_never_signed_in_is_no_last_admin(
    api: Api, ada: Person, sam: Person, post: PostOffice, db: Pool
) -> None:
    body = {"email": "bea@example.com", "full_name": "Bea Admin", "role": "admin"}
    assert (await api.post("/users", body, as_=ada)).status == 201
    for change in ({"role": "student"}, {"is_active": False}):
        reply = await api.patch(f"/users/{ada.id}", change, as_=ada)
        assert (reply.status, reply.code) == (409, "last_admin")
    erasing = await api.request("DELETE", "/users/me", json={"password": PASSWORD}, as_=ada)
    assert erasing.code == "last_admin"
    token = await post.token("bea@example.com", "You are invited")
    setting = {"token": token, "new_password": "nine-purple-kettles"}
    assert (await api.post("/auth/reset-password", setting)).status == 200
    assert (await api.patch(f"/users/{ada.id}", {"role": "student"}, as_=ada)).status == 200
    assert (await api.get("/users/me", as_=sam)).status == 200


async def test_an_admin_whose_password_was_voided_still_counts(
    api: Api, ada: Person, cast: Cast, db: Pool
) -> None:
    """They signed in before, and a link to set a new one is in their mailbox."""
    bea = await cast.person("Bea Admin", role="admin")
    async with db.acquire() as connection:
        await connection.execute("update users set password_hash = null where id = $1", bea.id)
    assert (await api.patch(f"/users/{ada.id}", {"role": "student"}, as_=ada)).status == 200


async def test_the_last_two_admins_who_can_sign_in_do_not_both_leave(
    api: Api, ada: Person, cast: Cast, db: Pool
) -> None:
    bea = await cast.person("Bea Admin", role="admin")
    body = {"email": "never@example.com", "full_name": "Never Here", "role": "admin"}
    await api.post("/users", body, as_=ada)
    leaving = {"password": PASSWORD}
    replies = await asyncio.gather(
        api.patch(f"/users/{ada.id}", {"role": "student"}, as_=ada),
        api.request("DELETE", "/users/me", json=leaving, as_=bea),
    )
    assert sorted(reply.status for reply in replies)[-1] == 409
    assert {reply.code for reply in replies if reply.status == 409} == {"last_admin"}


async def _refresh(api: Api, person: Person) -> Response:
    return await api.post("/auth/refresh", {"refresh_token": person.refresh_token})
