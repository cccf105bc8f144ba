"""No write takes a field that the document does not list, whatever the table's columns are."""

import pytest
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.http.routing import endpoints
from tests.contract.world import Call, World
from tests.contract.writes import WRITES

# Which table a write's own resource is in, by the last fixed part of its path.
_NO_JSON = {
    # a form: tests/files/test_uploading.py sends it fields that it does not take
    "POST /api/v1/files/upload",
    # the bytes of a file, and nothing else
    "PUT /api/v1/files/uploads/{upload_id}/content",
    # nothing at all: tests/contract/test_keys.py sends it a field
    "POST /api/v1/files/uploads/{upload_id}/complete",
}
_BODIES = sorted(name for name in WRITES if not name.startswith("DELETE ") and name not in _NO_JSON)
_WORDS = ("is_admin", "roles", "permissions", "owner", "__proto__", "constructor", "$where")


async def _columns(db: Pool) -> set[str]:
    """Every column of every table: what one resource must not take, another must not either."""
    async with db.acquire() as connection:
        found = await connection.fetch(
            "select distinct column_name from information_schema.columns "
            "where table_schema in ('public', 'figures') and table_name not like '%yoyo%'"
        )
    return {name for (name,) in found}


@pytest.mark.parametrize("name", _BODIES)
async def test_columns_that_are_not_fields_are_refused(
    app: web.Application, world: World, db: Pool, name: str
) -> None:
    endpoint = next(one for one in endpoints(app) if one.name == name)
    listed = set(endpoint.body.fields) if endpoint.body is not None else set()
    call: Call = await WRITES[name](world)
    strange = (await _columns(db) | set(_WORDS)) - listed
    assert {"id", "created_at", "password_hash"} <= strange
    # Together, since the answer names each that it refuses.
    body = {**(call.body or {}), **dict.fromkeys(sorted(strange), 1)}
    method = name.partition(" ")[0]
    reply = await world.api.request(method, call.path, as_=call.person, json=body)
    assert (reply.status, reply.code) == (422, "validation_failed")
    refused = {fault["pointer"].removeprefix("/") for fault in reply.json["errors"]}
    assert strange <= refused
    # And the call as it was declared goes through: nothing else was wrong with it.
    good = await world.api.request(method, call.path, as_=call.person, json=call.body)
    assert good.status < 300, good.body


@pytest.mark.parametrize("name", _BODIES)
async def test_the_document_lists_the_accepted_fields(
    app: web.Application, world: World, name: str
) -> None:
    """The lists that the walk above trusts are those of the document."""
    document = (await world.api.get("/openapi.json", root=True, check=False)).json
    method, _, path = name.partition(" ")
    operation = document["paths"][path][method.lower()]
    endpoint = next(one for one in endpoints(app) if one.name == name)
    content = operation.get("requestBody", {}).get("content", {})
    if endpoint.body is None:
        assert not content
        return
    schema = content["application/json"]["schema"]
    components = document["components"]["schemas"]
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    refs = schema.get("oneOf") or schema.get("anyOf") or ()
    forms = [components[ref["$ref"].rpartition("/")[2]] for ref in refs] or [schema]
    assert {name for form in forms for name in form["properties"]} == set(endpoint.body.fields)
    assert all(form.get("additionalProperties") is False for form in forms)
