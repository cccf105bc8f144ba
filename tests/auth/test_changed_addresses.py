"""A changed address: which sessions it ends, and what the owner of its mailbox may rely on."""

from tests.api import Api, Response
from tests.auth.conftest import (
    NEW_ADDRESS,
    Phone,
    PostOffice,
    ask_for_change,
    enable_mfa,
    login,
    prove_address,
)
from tests.auth.mfa import challenge
from tests.people import Person

NEW = "nine-purple-kettles"


async def _confirm(api: Api, token: str, *, as_: Person | None = None) -> Response:
    return await api.post("/auth/verify-email/confirm", {"token": token}, as_=as_)


async def _refresh(api: Api, token: str) -> Response:
    return await api.post("/auth/refresh", {"refresh_token": token})


async def _reset(api: Api, post: PostOffice, email: str) -> Response:
    await api.post("/auth/forgot-password", {"email": email})
    token = await post.token(email, "Set a new password")
    return await api.post("/auth/reset-password", {"token": token, "new_password": NEW})


async def test_a_changed_address_confirmed_elsewhere_spares_the_session_that_asked(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    await prove_address(api, sam)
    other = (await login(api, sam.email)).data["tokens"]["refresh_token"]
    token = await ask_for_change(api, sam, post)
    reply = await _confirm(api, token, as_=olly)
    assert reply.data["password_reset_required"] is False
    assert (await _refresh(api, other)).code == "session_revoked"
    assert (await _refresh(api, sam.refresh_token)).status == 200
    assert (await login(api, NEW_ADDRESS)).status == 200, "the password is still hers"
    assert (await _refresh(api, olly.refresh_token)).status == 200


async def test_a_changed_address_confirmed_in_a_session_ends_the_others(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await prove_address(api, sam)
    mine = (await login(api, sam.email)).data["tokens"]
    token = await ask_for_change(api, sam, post)
    reply = await api.post(
        "/auth/verify-email/confirm", {"token": token}, token=mine["access_token"]
    )
    assert reply.status == 200
    assert (await _refresh(api, mine["refresh_token"])).status == 200
    assert (await _refresh(api, sam.refresh_token)).code == "session_revoked"


async def test_a_change_of_a_never_proved_address_is_a_first_proof(
    api: Api, sam: Person, post: PostOffice
) -> None:
    token = await ask_for_change(api, sam, post)
    assert (await _confirm(api, token)).data["password_reset_required"] is True
    assert (await _refresh(api, sam.refresh_token)).code == "session_revoked"
    assert (await login(api, NEW_ADDRESS)).code == "invalid_credentials"
    token = await post.token(NEW_ADDRESS, "Set a new password")
    body = {"token": token, "new_password": NEW}
    assert (await api.post("/auth/reset-password", body)).status == 200


async def test_who_only_has_the_mailbox_gets_past_the_factor_of_who_moved_the_account_there(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    """Else a stranger could lock somebody out of their own address for good."""
    phone, _ = await enable_mfa(api, sam)
    await enable_mfa(api, olly)
    assert (await _confirm(api, await ask_for_change(api, sam, post, phone))).status == 200
    assert (await login(api, NEW_ADDRESS)).data["mfa_required"] is True, "until it is reset"
    assert (await _reset(api, post, NEW_ADDRESS)).status == 200
    assert (await login(api, NEW_ADDRESS, NEW)).data["user"]["mfa_enabled"] is False
    assert await challenge(api, olly), "another person's factor stays"


async def test_so_do_they_past_a_factor_that_was_set_up_after_the_move(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await prove_address(api, sam)
    assert (await _confirm(api, await ask_for_change(api, sam, post))).status == 200
    await enable_mfa(api, sam)
    assert (await _reset(api, post, NEW_ADDRESS)).status == 200
    assert (await login(api, NEW_ADDRESS, NEW)).data["user"]["mfa_enabled"] is False


async def test_after_the_reset_a_factor_is_the_mailbox_owners(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await prove_address(api, sam)
    await _confirm(api, await ask_for_change(api, sam, post))
    await _reset(api, post, NEW_ADDRESS)
    token = (await login(api, NEW_ADDRESS, NEW)).data["tokens"]["access_token"]
    setup = await api.post("/auth/mfa/setup", {"password": NEW}, token=token)
    code = Phone(setup.data["secret"]).code()
    assert (await api.post("/auth/mfa/enable", {"code": code}, token=token)).status == 200
    assert (await _reset(api, post, NEW_ADDRESS)).status == 200
    assert (await login(api, NEW_ADDRESS, NEW)).data["mfa_required"] is True


async def test_a_change_that_the_account_itself_confirmed_keeps_its_factor(
    api: Api, sam: Person, post: PostOffice
) -> None:
    phone, _ = await enable_mfa(api, sam)
    token = await ask_for_change(api, sam, post, phone)
    assert (await _confirm(api, token, as_=sam)).status == 200
    assert (await _reset(api, post, NEW_ADDRESS)).status == 200
    assert (await login(api, NEW_ADDRESS, NEW)).data["mfa_required"] is True
