"""Whatever a program sends, the API answers in its own words: never with a failure of ours."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings

from keyuan.api.app import api
from keyuan.customer360.tests.world import World

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS = {f"{one.ok().method} {one.ok().path}": one.ok() for one in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_that_the_document_allows_breaks_the_api(name: str, world: World, program: Client) -> None:
    operation = OPERATIONS[name]
    path = operation.path.replace("{customer_id}", str(world.customer.pk))

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def probe(case: schemathesis.Case) -> None:
        query = urlencode(case.query or {}, doseq=True, errors="replace")
        body = orjson.dumps(case.body) if isinstance(case.body, dict) else b""
        answer = program.generic(operation.method.upper(), f"{path}?{query}", body, "application/json")
        assert answer.status_code < 500, answer.content
        assert answer.status_code < 400 or {"code", "message", "remedy"} <= set(answer.json())

    probe()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[]", b'"x"', b"null", b'{"name": "\\ud800"}', b'{"name": "\\u0000"}']
)
def test_a_broken_body_is_refused_in_words(world: World, program: Client, body: bytes) -> None:
    answer = program.generic("POST", "/api/v1/customers", body, "application/json")
    assert answer.status_code in (400, 422)
    assert {"code", "message"} <= set(answer.json())


@pytest.mark.parametrize("customer_id", ["0", "-1", str(2**63), "x", "1e3"])
def test_an_impossible_id_is_refused_in_words(program: Client, customer_id: str) -> None:
    answer = program.get(f"/api/v1/customers/{customer_id}/360")
    assert answer.status_code in (404, 422)
    assert {"code", "message"} <= set(answer.json())
