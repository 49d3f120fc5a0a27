"""Underwriting through the API: asked without a trace, kept with one, and read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.underwriting.models import Application
from keyuan.underwriting.tests.told import facts

pytestmark = pytest.mark.django_db
DECISIONS = "/api/v1/underwriting/decisions"


def ask(program: Client, **different: Any) -> Any:
    body = {"product": "TRM", "facts": facts(), **different}
    return program.post(DECISIONS, body, content_type="application/json")


def test_a_question_to_the_rules_leaves_nothing_behind(program: Client) -> None:
    answer = ask(program, facts=facts(weight_kg=85, occupation="0402"))
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["loading_percent"]) == (200, "loading", 100)
    assert [reason["rule"] for reason in told["reasons"]] == ["LIFE-BMI-3", "LIFE-OCC-5"]
    assert told["reasons"][1]["text"] == {"zh": "职业类别5类", "en": "Occupation class 5"}
    assert not Application.objects.exists()


def test_an_application_is_kept_and_read_again(program: Client) -> None:
    made = ask(program, facts=facts(answered={"hospital": True}), keep=True)
    told = made.json()
    assert (made.status_code, told["outcome"]) == (201, "refer")
    one = program.get(f"/api/v1/underwriting/applications/{told['application_id']}").json()
    assert (one["standing"], one["number"], one["final_outcome"]) == ("waiting", told["number"], "")


def test_what_a_product_asks_comes_typed_and_in_order(program: Client) -> None:
    told = program.get("/api/v1/underwriting/questions?product=TRM").json()
    assert (told["questionnaire"], told["questionnaire_version"]) == ("life", 1)
    assert list(told["questions"])[:2] == ["smoker", "cigarettes"]
    assert told["questions"]["cigarettes"]["when"] == {"smoker": True}
    unknown = program.get("/api/v1/underwriting/questions?product=XXX")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "product_not_found")


def test_a_body_of_another_shape_is_refused(program: Client) -> None:
    assert ask(program, facts={"age": 35, "wealth": 1}).status_code == 422
    assert ask(program, customer_id=987654).status_code == 404


def test_another_branch_does_not_find_the_application(
    program: Client, program_as: Callable[..., Client], org: Organisation
) -> None:
    key = ask(program, keep=True).json()["application_id"]
    other = program_as(Role.UNDERWRITER, unit=org.other_branch)
    assert other.get(f"/api/v1/underwriting/applications/{key}").status_code == 404
