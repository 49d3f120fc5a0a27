"""Whatever a program sends, the API answers in its own words: never with a failure of ours."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from hypothesis import HealthCheck, given, settings

from keyuan.accounts.scope import system_viewer
from keyuan.api.app import api
from keyuan.customer360.tests.world import World
from keyuan.customers.models import Contract
from keyuan.policies.models import GroupMember
from keyuan.policies.tests.groups import company, group_policy
from keyuan.underwriting.actions import submit_application
from keyuan.underwriting.tests.told import facts

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS = {f"{one.ok().method} {one.ok().path}": one.ok() for one in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_that_the_document_allows_breaks_the_api(
    name: str, world: World, program: Client, things: dict[str, int | str]
) -> None:
    operation = OPERATIONS[name]
    path = operation.path
    for name, thing in things.items():
        path = path.replace(f"{{{name}_id}}", str(thing))

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def probe(case: schemathesis.Case) -> None:
        query = urlencode(case.query or {}, doseq=True, errors="replace")
        if case.media_type == "multipart/form-data":
            parts = case.body if isinstance(case.body, dict) else {}
            body, media_type = (
                encode_multipart(BOUNDARY, {key: _part(key, one) for key, one in parts.items()}),
                MULTIPART,
            )
        else:
            body = json.dumps(case.body).encode() if isinstance(case.body, dict) else b""
            media_type = "application/json"
        answer = program.generic(operation.method.upper(), f"{path}?{query}", body, media_type)
        assert answer.status_code < 500, answer
        assert answer.status_code < 400 or {"code", "message", "remedy"} <= set(answer.json())

    probe()


def _part(name: str, value: Any) -> Any:
    """A part of a form; a file gets a name."""
    if name != "file":
        return value if isinstance(value, str | int) else str(value)
    content = value if isinstance(value, bytes) else str(value).encode(errors="replace")
    return SimpleUploadedFile("x.pdf", content)


@pytest.fixture
def things(world: World, settings: Any, tmp_path: Path) -> dict[str, int | str]:
    """One of each sort that an address names, in scope, or an id that nobody has: what only an enterprise has is one's."""
    settings.MEDIA_ROOT = tmp_path
    firm = company(world.customer.org_unit)
    policy = group_policy(firm)
    contract = Contract.objects.create(
        customer=firm, number="HT-1", title="x", kind="other", starts_on=date(2026, 1, 1)
    )
    member = GroupMember.objects.create(
        policy=policy, customer=firm, name="员工", document_kind="resident_id", id_number="x", id_digest=b"x" * 16,
        joined_on=policy.starts_on,
    )  # fmt: skip
    application = submit_application(
        facts(answered={"hospital": True}), product="TRM", customer_id=world.customer.pk, by=system_viewer("tests")
    )
    nobodys = str(uuid4())
    return {
        "application": application.pk, "quote": nobodys, "proposal": nobodys,
        "customer": world.customer.pk, "policy": policy.pk, "contract": contract.pk, "member": member.pk, "file": 1,
        "view": 1, "form": 1, "prospect": 1,
    }  # fmt: skip


def test_every_operation_is_probed_with_something_that_exists(things: dict[str, int | str]) -> None:
    named = {name for path in OPERATIONS for name in re.findall(r"{(\w+)_id}", path)}
    assert named <= set(things)


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
