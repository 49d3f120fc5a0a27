"""Quotes through the API: a price with its arithmetic; every fault of a risk at once, with its rule."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pydantic import TypeAdapter

from keyuan.api.quotes import QuoteAnswer

pytestmark = pytest.mark.django_db
QUOTES = "/api/v1/quotes"
RISK: dict[str, Any] = {
    "age": 35,
    "sex": "male",
    "sum": "500000",
    "cover_term": "20 years",
    "pay_years": 20,
    "riders": {"accident": 500000, "waiver": True},
}


def ask(program: Client, **body: Any) -> Any:
    return program.post(QUOTES, {"product": "TRM", "risk": RISK, **body}, "application/json")


def test_a_quote_is_given_with_its_arithmetic_and_read_again(program: Client) -> None:
    made = ask(program)
    assert made.status_code == 201
    told = TypeAdapter(QuoteAnswer).validate_json(made.content)
    assert told.price.steps[0].label == "每千元保额的年费率"
    assert told.price.steps[0].by == "3.6206"
    assert told.price.by_coverage["accident"] == "300.00"
    assert program.get(f"{QUOTES}/{told.id}").json() == made.json()
    english = program.get(f"{QUOTES}/{told.id}", headers={"Accept-Language": "en"}).json()
    assert english["price"]["premium"] == told.price.premium


def test_every_fault_is_told_with_its_rule(program: Client) -> None:
    answer = ask(program, risk={**RISK, "age": 70, "riders": {"space": 1}, "hat": "red"})
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "risk_refused"
    assert {(fault["rule"], fault["field"]) for fault in told["faults"]} >= {
        ("too_old", "age"),
        ("rider_unknown", "riders.space"),
        ("unknown_field", "hat"),
    }
    assert all(fault["message"] for fault in told["faults"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"product": "NONE"}, 404, "product_not_found"),
        ({"product": "\u0000"}, 404, "product_not_found"),
        ({"risk": []}, 422, "invalid_request"),
        ({"channel": "pigeon"}, 422, "channel_not_offered"),
        ({"customer_id": 1, "prospect_id": 1}, 422, "quote_for_two"),
        ({"customer_id": 10**9}, 404, "customer_not_found"),
    ],
)
def test_what_cannot_be_quoted_says_why(program: Client, body: dict[str, Any], status: int, code: str) -> None:
    answer = ask(program, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_no_other_quote_is_found(program: Client) -> None:
    assert program.get(f"{QUOTES}/{uuid4()}").json()["code"] == "quote_not_found"
