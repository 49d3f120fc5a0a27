"""Prospects, cards and surveys through the API: what the pages say, in the scope of who calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pydantic import TypeAdapter
from tests.fixtures.organisation import Organisation

from keyuan.accounts.actions import create_token
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.api.forms import FilledPage, FormPage, FormResults
from keyuan.api.prospect_shapes import ProspectPage, ProspectSeen
from keyuan.customers.models import Customer
from keyuan.engagement import actions as forms
from keyuan.engagement.models import Form
from keyuan.engagement.tests.conftest import send
from keyuan.eventlog.models import Event
from keyuan.sales.models import Prospect

__all__ = ["send"]
PROSPECTS = "/api/v1/prospects"
MOBILE = "13800138000"


@pytest.fixture
def recorded(program: Client) -> Callable[..., Any]:
    """``recorded(name="王芳", …)``: the answer to writing a prospect down."""

    def write(**body: Any) -> Any:
        return program.post(PROSPECTS, {"name": "王芳", "mobile": MOBILE, **body}, "application/json")

    return write


def test_a_prospect_is_written_down_seen_followed_and_becomes_a_customer(
    program: Client, recorded: Callable[..., Any]
) -> None:
    made = recorded(interests=["motor"], source="referral", next_step="报价", next_step_on="2026-12-01")
    assert made.status_code == 201
    one = f"{PROSPECTS}/{made.json()['id']}"
    seen = program.get(one)
    TypeAdapter(ProspectSeen).validate_json(seen.content)
    assert (seen.json()["row"]["mobile"], seen.json()["row"]["stage"]) == ("138****8000", "new")
    assert program.patch(one, {"note": "有两辆车"}, "application/json").json() == {"fields": ["note"]}
    call = {"way": "call", "result": "interested", "text": "要报价"}
    assert program.post(f"{one}/contacts", call, "application/json").status_code == 201
    moved = program.post(f"{one}/moves", {"move": "propose"}, "application/json").json()
    assert (moved["stage"], "convert" in moved["moves"]) == ("proposal", True)
    customer = program.post(f"{one}/convert", {}, "application/json")
    assert customer.status_code == 201
    assert Customer.objects.get(number=customer.json()["number"]).name == "王芳"
    again = program.post(f"{one}/convert", {}, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "prospect_move_refused")


def test_the_list_counts_every_stage_and_reads_on_by_pages(program: Client, recorded: Callable[..., Any]) -> None:
    ids = [recorded(name=name, mobile=None).json()["id"] for name in ("甲", "乙", "丙")]
    program.post(f"{PROSPECTS}/{ids[0]}/moves", {"move": "lose", "reason": "price"}, "application/json")
    first = program.get(PROSPECTS, {"size": 2})
    TypeAdapter(ProspectPage).validate_json(first.content)
    assert ([row["id"] for row in first.json()["prospects"]], first.json()["more"]) == ([ids[2], ids[1]], True)
    assert program.get(PROSPECTS, {"size": 2, "page": 2}).json()["more"] is False
    lost = program.get(PROSPECTS, {"stage": "lost"}).json()
    assert ([row["id"] for row in lost["prospects"]], lost["counts"]) == ([ids[0]], {"lost": 1, "new": 2})
    assert len(program.get(PROSPECTS, {"open": "true"}).json()["prospects"]) == 2


def test_who_is_known_is_not_written_down_twice_unless_one_says_so(recorded: Callable[..., Any]) -> None:
    assert recorded().status_code == 201
    refused = recorded()
    assert (refused.status_code, refused.json()["code"]) == (409, "already_known")
    assert Prospect.objects.count() == 1
    assert recorded(even_if_known=True).status_code == 201


def test_an_entry_sent_twice_is_one_and_the_same_key_of_another_program_is_another(
    program_as: Callable[..., Client], org: Organisation
) -> None:
    one, other = program_as(Role.MANAGER, unit=org.branch), program_as(Role.MANAGER, unit=org.other_branch)
    body = {"name": "王芳", "entry_key": "42"}
    first = one.post(PROSPECTS, body, "application/json").json()
    assert one.post(PROSPECTS, body, "application/json").json() == first
    assert other.post(PROSPECTS, body, "application/json").json() != first


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": ""}, 422, "invalid_request"),
        ({"mobile": "138"}, 422, "invalid_identifier"),
        ({"source": "rumour"}, 422, "invalid_request"),
        ({"surprise": 1}, 422, "invalid_request"),
        ({"org_unit_id": 2**40}, 403, "outside_scope"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_writes_nothing(
    recorded: Callable[..., Any], body: dict[str, Any], status: int, code: str
) -> None:
    before = Event.objects.count()
    answer = recorded(**body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (Prospect.objects.count(), Event.objects.count()) == (0, before)


def test_a_program_of_another_branch_and_one_without_the_right_get_nothing(
    program_as: Callable[..., Client], org: Organisation, recorded: Callable[..., Any]
) -> None:
    pk = recorded(org_unit_id=org.branch.pk).json()["id"]
    stranger = program_as(Role.MANAGER, unit=org.other_branch)
    assert stranger.get(PROSPECTS).json()["prospects"] == []
    answers = [
        stranger.get(f"{PROSPECTS}/{pk}"),
        stranger.patch(f"{PROSPECTS}/{pk}", {"note": "x"}, "application/json"),
        stranger.post(f"{PROSPECTS}/{pk}/moves", {"move": "lose"}, "application/json"),
        stranger.post(f"{PROSPECTS}/{pk}/convert", {}, "application/json"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    analyst = program_as(Role.ANALYST)
    assert analyst.post(f"{PROSPECTS}/{pk}/convert", {}, "application/json").status_code == 403
    assert Prospect.objects.get(pk=pk).customer is None


def test_a_key_for_marketing_lists_nobody_who_has_not_agreed(
    user_as: Callable[..., Any], recorded: Callable[..., Any]
) -> None:
    recorded()
    viewer = viewer_of(user_as(Role.MANAGER))
    _, text = create_token("ads", scopes=viewer.permissions, days=1, purpose=Purpose.MARKETING, by=viewer)
    told = Client(headers={"Authorization": f"Bearer {text}"}).get(PROSPECTS).json()
    assert (told["prospects"], told["counts"]) == ([], {})


def test_sources_say_what_became_of_whom_they_brought(program: Client, recorded: Callable[..., Any]) -> None:
    recorded(source="referral")
    (told,) = program.get(f"{PROSPECTS}/sources").json()
    assert (told["code"], told["prospects"], told["open"], told["won"]) == ("referral", 1, 1, 0)


@pytest.fixture
def survey(viewer: Viewer, org: Organisation) -> Form:
    form = forms.create_form("survey", by=viewer, org_unit_id=org.branch.pk)
    forms.publish_form(form.pk, by=viewer)
    form.refresh_from_db()
    return form


def test_cards_and_surveys_are_listed_apart_with_what_came_back(
    program: Client, program_as: Callable[..., Client], survey: Form, org: Organisation, send: Callable[..., Any]
) -> None:
    question = next(one for one in survey.versions.get().content["questions"] if one["kind"] == "scale")
    assert send(survey, {question["key"]: "9"}).status_code == 303
    listed = program.get("/api/v1/surveys")
    TypeAdapter(FormPage).validate_json(listed.content)
    assert [(one["id"], one["status"]) for one in listed.json()["forms"]] == [(survey.pk, "open")]
    assert program.get("/api/v1/cards").json()["forms"] == []
    results = program.get(f"/api/v1/forms/{survey.pk}/results")
    TypeAdapter(FormResults).validate_json(results.content)
    filled = program.get(f"/api/v1/forms/{survey.pk}/submissions")
    TypeAdapter(FilledPage).validate_json(filled.content)
    assert results.json()["total"] == len(filled.json()["submissions"])
    other = program_as(Role.MANAGER, unit=org.other_branch)
    assert other.get(f"/api/v1/forms/{survey.pk}/results").status_code == 404
    assert other.get("/api/v1/surveys").json()["forms"] == []
