"""Whatever a program sends, the API answers in its own words: never with a failure of ours, always as its document says.

schemathesis draws the requests from the OpenAPI document: such as it allows, and such as it forbids. More of them:

    KEYUAN_FUZZ=300 python -m pytest src/keyuan/api/tests/test_fuzz.py --hypothesis-profile=default -n 2
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import requests
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

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


EXAMPLES = int(os.environ.get("KEYUAN_FUZZ", "6"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_that_the_document_allows_breaks_the_api_or_the_document(
    name: str, world: World, program: Client, things: dict[str, int | str]
) -> None:
    probe(name, program, things, mode=GenerationMode.POSITIVE, examples=EXAMPLES)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_that_the_document_forbids_breaks_the_api_or_the_document(
    name: str, world: World, program: Client, things: dict[str, int | str]
) -> None:
    try:
        probe(name, program, things, mode=GenerationMode.NEGATIVE, examples=EXAMPLES // 2)
    except Unsatisfiable:
        assert not OPERATIONS[name].query, "nothing can be wrong only where nothing is told"


def probe(name: str, program: Client, things: dict[str, int | str], *, mode: GenerationMode, examples: int) -> None:
    """Send what schemathesis draws to things that exist, and hold each answer against the document."""
    operation = OPERATIONS[name]
    path = operation.path
    for kind, thing in things.items():
        path = path.replace(f"{{{kind}_id}}", str(thing))

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: schemathesis.Case) -> None:
        query = urlencode(case.query or {}, doseq=True, errors="replace")
        body, media_type = _body(case)
        answer = program.generic(operation.method.upper(), f"{path}?{query}", body, media_type)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        case.validate_response(
            Response(
                status_code=answer.status_code,
                headers={key.lower(): [value] for key, value in answer.headers.items()},
                content=content,
                request=requests.Request(operation.method.upper(), f"http://testserver{path}").prepare(),
                elapsed=0.0,
                verify=False,
            ),
            checks=CHECKS,
        )
        assert answer.status_code < 400 or {"code", "message", "remedy"} <= set(json.loads(content))

    sent()


def _body(case: schemathesis.Case) -> tuple[bytes, str]:
    if case.media_type == "multipart/form-data":
        parts = case.body if isinstance(case.body, dict) else {}
        return encode_multipart(BOUNDARY, {key: _part(key, one) for key, one in parts.items()}), MULTIPART
    told = isinstance(case.body, dict | list | str | int | float | bool) or case.body is None
    return json.dumps(case.body).encode() if told else b"", "application/json"


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
