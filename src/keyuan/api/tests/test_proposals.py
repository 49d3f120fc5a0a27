"""Proposals through the API: from needs or from plans, with illustration, suitability and the customer's link."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pydantic import TypeAdapter

from keyuan.api.proposals import ProposalAnswer, SuggestionsAnswer
from keyuan.sales.models import Proposal

pytestmark = pytest.mark.django_db
PROPOSALS = "/api/v1/proposals"
NEEDS: dict[str, Any] = {
    "age": 35, "sex": "female", "children": [6], "income": "180000", "household_income": "300000", "budget": "15000",
}  # fmt: skip
RISK: dict[str, Any] = {"age": 35, "sex": "male", "sum": "100000", "cover_term": "20 years", "pay_years": 5}


def ask(program: Client, **body: Any) -> Any:
    return program.post(PROPOSALS, body, "application/json")


def test_a_proposal_is_made_from_needs_and_read_again(program: Client) -> None:
    made = ask(program, needs=NEEDS, share=True)
    assert made.status_code == 201
    told = TypeAdapter(ProposalAnswer).validate_json(made.content)
    assert 1 <= len(told.plans) <= 3
    assert program.get(f"{PROPOSALS}/{told.id}").json() == made.json()
    assert told.link is not None
    assert Client().get(told.link).status_code == 200


def test_the_years_of_a_participating_plan_have_two_scenarios_and_its_exclusions_are_told(program: Client) -> None:
    told = ask(program, plans=[{"product": "PAR", "risk": RISK}]).json()
    (plan,) = told["plans"]
    assert len(plan["illustration"]) == 20
    assert float(plan["illustration"][9]["dividend_middle"]) > float(plan["illustration"][9]["dividend_low"])
    assert plan["exclusions"]
    assert {one["code"] for one in plan["suitability"]} >= {"not_guaranteed"}
    assert told["link"] is None


def test_suggestions_are_told_and_nothing_is_kept(program: Client) -> None:
    answer = program.post(f"{PROPOSALS}/suggestions", NEEDS, "application/json")
    assert answer.status_code == 200
    told = TypeAdapter(SuggestionsAnswer).validate_json(answer.content)
    assert told.suggestions[0].reasons
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "no_plan"),
        ({"plans": [{"product": "NONE", "risk": {}}]}, 404, "product_not_found"),
        ({"plans": [{"product": "PAR", "risk": {**RISK, "age": 99}}]}, 422, "risk_refused"),
        ({"needs": {**NEEDS, "age": 3}}, 422, "invalid_request"),
        ({"plans": [{"product": "PAR", "risk": RISK}] * 4}, 422, "invalid_request"),
        ({"needs": NEEDS, "customer_id": 10**9}, 404, "customer_not_found"),
    ],
)
def test_what_cannot_be_proposed_says_why(program: Client, body: dict[str, Any], status: int, code: str) -> None:
    answer = ask(program, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_no_other_proposal_is_found(program: Client) -> None:
    assert program.get(f"{PROPOSALS}/{uuid4()}").json()["code"] == "proposal_not_found"
