"""A visitor who fills in orders, and who they turn out to be. Names and numbers are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers.actions import open_portal_account, register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.orders import actions
from keyuan.orders.access import Holder
from keyuan.orders.completeness import STATEMENTS
from keyuan.orders.models import Order
from keyuan.orders.states import Step
from keyuan.products import queries as products
from keyuan.underwriting.questions import catalogue, questionnaire

SYSTEM = Actor.system("tests")
APPLICANT = {
    "name": "林慧",
    "document_number": "320506199003074525",
    "birth_date": date(1990, 3, 7),
    "sex": "female",
    "mobile": "13900001234",
}


def all_fine(code: str) -> dict[str, Any]:
    """The most harmless answer to each question of a product's questionnaire."""
    definition = products.version(code, on=today())
    asked = questionnaire(definition.questionnaire or "", on=today())
    assert asked is not None
    answers: dict[str, Any] = {}
    for name in asked.questions:
        question = catalogue().questions[name]
        if all(answers.get(other) == wanted for other, wanted in question.when.items()):
            answers[name] = _harmless(name, question)
    return answers


def _harmless(name: str, question: Any) -> Any:
    if question.type == "yes_no":
        return name in ("inspection_valid", "licence_valid", "social_insurance", "premises_fire_checked")
    if question.type == "choice":
        return question.choices[0].code
    return question.min if question.min is not None else 0


FACTS = {"height_cm": 165.0, "weight_kg": 55.0, "occupation_class": 1, "annual_income": 300_000.0}


@pytest.fixture
def someone(org: Organisation, user_as: Callable[..., User]) -> Holder:
    """A customer with an account."""
    draft = CustomerDraft(
        name="林慧", org_unit_id=org.branch.pk, details=PersonDraft(id_number=APPLICANT["document_number"])
    )
    customer = register_customer(draft, by=SYSTEM)
    user = user_as(Role.CUSTOMER)
    open_portal_account(customer.pk, user_id=user.pk, by=SYSTEM)
    return Holder(viewer_of(user))


Fill = Callable[..., tuple[Order, Holder]]


@pytest.fixture
def filled(someone: Holder) -> Fill:
    """``filled("TRV", answers={...})``: an order with every page said, ready to be submitted."""

    def fill(
        code: str, *, told: dict[str, str] | None = None, answers: dict[str, Any] | None = None
    ) -> tuple[Order, Holder]:
        started = actions.start(code, by=Holder(), language="zh-hans")
        visitor, order = Holder(tokens=(started.token,)), started.order
        definition = products.version(code, on=today())
        before = {**actions.details_of(order).told, **(told or {})}
        actions.fill(order.pk, Step.COVER, {"told": before, "starts_on": today() + timedelta(days=3)}, by=visitor)
        people: dict[str, Any] = {"applicant": APPLICANT, "insured": [{**APPLICANT, "relation": "self"}]}
        actions.fill(order.pk, Step.PEOPLE, people, by=visitor)
        declared = {"facts": FACTS, "answers": {**all_fine(code), **(answers or {})}}
        actions.fill(order.pk, Step.HEALTH, declared, by=visitor)
        if definition.long_term:
            means = {"household_income": "400000", "budget": "30000", "needs": []}
            actions.fill(order.pk, Step.MEANS, {"means": means}, by=visitor)
        read = {one.code: now() for one in definition.exclusions}
        actions.fill(order.pk, Step.READ, {"read": read, "consents": dict.fromkeys(STATEMENTS, now())}, by=visitor)
        holder = Holder(someone.viewer, visitor.tokens)
        (customer_id,) = _customers_of(someone)
        return actions.belong(order.pk, customer_id=customer_id, check_id="1", by=visitor), holder

    return fill


def _customers_of(holder: Holder) -> list[int]:
    from keyuan.customers import queries as customers

    return list(customers.visible(holder.viewer).values_list("pk", flat=True))
