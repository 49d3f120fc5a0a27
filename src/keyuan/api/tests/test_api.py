"""The API says what the page says, in JSON, and refuses in one shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pydantic import TypeAdapter
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.api.app import api
from keyuan.api.shapes import Found
from keyuan.customer360.shapes import Overview
from keyuan.customer360.tests.world import MOBILE, PLATE, World
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today

CUSTOMERS = "/api/v1/customers"


@pytest.mark.parametrize("identifier", [MOBILE, PLATE, "PDZA20260001", "11010519491231002x"])
def test_any_identifier_names_the_customer(world: World, program: Client, identifier: str) -> None:
    told = program.get(CUSTOMERS, {"identifier": identifier}).json()
    assert [hit["number"] for hit in told["results"]] == [world.customer.number]
    assert told["overviews"] == []


def test_an_unknown_identifier_names_nobody(world: World, program: Client) -> None:
    assert program.get(CUSTOMERS, {"identifier": "13000000000"}).json() == {"results": [], "overviews": []}


def test_a_beginning_is_no_identifier(world: World, program: Client) -> None:
    assert program.get(CUSTOMERS, {"identifier": "PDZA2026"}).json()["results"] == []


def test_look_up_and_overview_in_one_request_are_what_the_schema_says(world: World, program: Client) -> None:
    answer = program.get(CUSTOMERS, {"identifier": MOBILE, "expand": "360"})
    found = TypeAdapter(Found).validate_json(answer.content, strict=False)
    assert [seen.number for seen in found.overviews] == [world.customer.number]
    whole = program.get(f"{CUSTOMERS}/{world.customer.pk}/360").json()
    assert answer.json()["overviews"] == [whole]


def test_the_overview_is_what_the_schema_says_and_amounts_are_exact(world: World, program: Client) -> None:
    answer = program.get(f"{CUSTOMERS}/{world.customer.pk}/360")
    TypeAdapter(Overview).validate_json(answer.content)
    told = answer.json()
    assert told["money"] == [
        {"currency": "CNY", "premiums": "1200.00", "claims": "640.50", "payouts": "0.00", "net": "559.50"}
    ]
    assert (told["mobile"], told["holdings"][0]["product"]) == ("138****5678", "机动车综合险")


def test_the_time_machine_answers_for_another_day(world: World, program: Client) -> None:
    day = (today() - timedelta(days=101)).isoformat()
    told = program.get(f"{CUSTOMERS}/{world.customer.pk}/360", {"as_of": day}).json()
    assert (told["as_of"], told["is_today"], told["holdings"], told["timeline"]) == (day, False, [], [])


def test_a_contact_and_a_task_are_written_down(world: World, program: Client) -> None:
    contacts = f"{CUSTOMERS}/{world.customer.pk}/contacts"
    body = {"channel": "call", "direction": "inbound", "outcome": "resolved", "text": "已告知"}
    assert program.post(contacts, body, "application/json").status_code == 201
    task = {"title": "回访", "due_at": (now() + timedelta(days=1)).isoformat()}
    assert program.post(f"{CUSTOMERS}/{world.customer.pk}/tasks", task, "application/json").status_code == 201
    told = program.get(f"{CUSTOMERS}/{world.customer.pk}/timeline").json()
    assert [line["name"] for line in told["lines"][:2]] == ["task.created", "contact.made"]


@pytest.mark.parametrize("due", ["2026-12-01T09:00:00+16:00", "2026-12-01T01:00:00"])
def test_a_moment_is_taken_in_any_zone_and_in_ours_without_one(world: World, program: Client, due: str) -> None:
    body = {"title": "回访", "due_at": due}
    made = program.post(f"{CUSTOMERS}/{world.customer.pk}/tasks", body, "application/json").json()
    tasks = program.get(f"{CUSTOMERS}/{world.customer.pk}/360").json()["tasks"]
    assert [task["due_at"] for task in tasks if task["id"] == made["id"]] == ["2026-12-01T01:00:00+08:00"]


def test_the_timeline_reads_on_from_its_cursor(world: World, program: Client) -> None:
    address = f"{CUSTOMERS}/{world.customer.pk}/timeline"
    first = program.get(address, {"limit": 1}).json()
    second = program.get(address, {"limit": 1, "before": first["next"]}).json()
    assert first["lines"][0]["id"] != second["lines"][0]["id"]


def test_a_customer_is_registered_and_found(org: Organisation, program: Client) -> None:
    body = {"name": "周敏", "org_unit_id": org.branch.pk, "person": {"mobile": "13812340000"}}
    made = program.post(CUSTOMERS, body, "application/json")
    assert made.status_code == 201
    found = program.get(CUSTOMERS, {"identifier": "13812340000"}).json()
    assert found["results"][0]["number"] == made.json()["number"]
    assert program.get(f"{CUSTOMERS}/{made.json()['id']}").json()["name"] == "周敏"


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"person": {"mobile": "138"}}, 422, "invalid_identifier", "mobile"),
        ({"person": {"mobile": MOBILE}}, 409, "identifier_taken", "mobile"),
        ({"person": None}, 422, "one_kind", "person"),
        ({"enterprise": {}}, 422, "one_kind", "person"),
        ({"name": ""}, 422, "invalid_request", "name"),
        ({"name": "\u0000"}, 422, "invalid_request", "name"),
        ({"person": {"sex": "robot"}}, 422, "invalid_request", "person.sex"),
        ({"person": {"employer": "x" * 121}}, 422, "invalid_request", "person.employer"),
        ({"surprise": 1}, 422, "invalid_request", "surprise"),
    ],
)
def test_a_refused_registration_says_which_field_and_writes_nothing(
    world: World, program: Client, org: Organisation, change: dict[str, object], status: int, code: str, field: str
) -> None:
    before = Customer.objects.count(), Event.objects.count()
    body = {"name": "周敏", "org_unit_id": org.branch.pk, "person": {}, **change}
    answer = program.post(CUSTOMERS, body, "application/json")
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (status, code, field)
    assert (Customer.objects.count(), Event.objects.count()) == before


def test_without_a_token_there_is_nothing(world: World, client: Client) -> None:
    answer = client.get(CUSTOMERS, {"identifier": MOBILE})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_another_branch_finds_nobody_and_sees_nothing(
    world: World, org: Organisation, program_as: Callable[..., Client]
) -> None:
    program = program_as(Role.HOTLINE, unit=org.other_branch)
    assert program.get(CUSTOMERS, {"identifier": MOBILE}).json()["results"] == []
    assert program.get(f"{CUSTOMERS}/find", {"q": "王伟"}).json() == []
    for address in ("", "/360", "/timeline"):
        assert program.get(f"{CUSTOMERS}/{world.customer.pk}{address}").status_code == 404
    body = {"channel": "call", "direction": "inbound", "text": "x"}
    assert program.post(f"{CUSTOMERS}/{world.customer.pk}/contacts", body, "application/json").status_code == 404


def test_the_schema_is_openapi_3_1_and_names_every_operation(desk: Client, client: Client) -> None:
    schema = api.get_openapi_schema()
    assert schema["openapi"].startswith("3.1")
    told = set(schema["paths"])
    assert told >= {
        CUSTOMERS,
        f"{CUSTOMERS}/find",
        *(f"{CUSTOMERS}/{{customer_id}}{rest}" for rest in ("", "/360", "/timeline", "/contacts", "/tasks")),
        "/api/v1/renewals",
        "/api/v1/renewals/{policy_id}/{due_on}/outcomes",
        "/api/v1/custom-fields",
        "/api/v1/policies/{policy_id}/custom",
        "/api/v1/events",
        "/api/v1/events/kinds",
    }
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    assert all(operation.get("summary") and operation.get("description") for operation in operations)
    assert desk.get("/api/v1/openapi.json").status_code == 200
    assert client.get("/api/v1/docs").status_code == 302


def test_look_up_with_overview_stays_within_its_queries(
    world: World, program: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    program.get(CUSTOMERS, {"identifier": MOBILE})
    with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
        program.get(CUSTOMERS, {"identifier": MOBILE, "expand": "360"})
