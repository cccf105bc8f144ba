"""Prices are in money: the active codes of ISO 4217, without those that nobody can pay with."""

import pytest

from lms.core.http.currencies import CURRENCIES
from tests.api import Api
from tests.factories import make_course
from tests.people import Person

# The list's other codes.
_NO_MONEY = {
    "units of account and funds": "BOV CHE CHW CLF COU MXV USN UYI UYW XAD XDR XSU XUA",
    "metals": "XAG XAU XPD XPT",
    "units of bond markets": "XBA XBB XBC XBD",
    "for tests, and for none": "XTS XXX",
    "withdrawn in the last years": "ANG BGN BYR CUC HRK LTL LVL MRO SLL STD VEF ZMK ZWL",
    "no code": "BTC EURO eur € U$D 978",
}


async def _price(api: Api, teacher: Person, course: object, currency: str) -> tuple[int, str]:
    body = {"price": {"amount": 1999, "currency": currency}}
    reply = await api.patch(f"/courses/{course['id']}", body, as_=teacher)  # type: ignore[index]
    return reply.status, reply.pointers[0] if reply.status == 422 else ""


def test_the_list_has_each_currency_once_and_in_order() -> None:
    assert len(CURRENCIES) == 155  # as the list of January 2026, with the euro in Bulgaria
    assert list(CURRENCIES) == sorted(set(CURRENCIES))


@pytest.mark.parametrize("kind", _NO_MONEY)
async def test_what_is_no_money_is_no_price(api: Api, tara: Person, kind: str) -> None:
    course = await make_course(api, tara)
    for code in _NO_MONEY[kind].split():
        assert await _price(api, tara, course, code) == (422, "/price/currency"), code


async def test_new_money_is_a_price(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    for code in ("MRU", "SLE", "STN", "VED", "VES", "XCG", "ZMW", "ZWG"):
        assert await _price(api, tara, course, code) == (200, ""), code
