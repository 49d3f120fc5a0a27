"""Two customers: 甲 asks, and 乙 has one of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.customers.actions import open_portal_account, register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.orders import actions
from keyuan.orders.access import Holder
from keyuan.orders.begun import COOKIE, tokens_in
from keyuan.orders.details import Details
from keyuan.orders.models import Order
from keyuan.orders.states import Step
from keyuan.products.bulk import offer_shipped_products
from keyuan.sales.models import Quote
from keyuan.underwriting.models import Application
from tests.architecture.conftest import world
from tests.architecture.strangers import SECRET, SECRET_MOBILE, World
from tests.fixtures.organisation import Organisation

__all__ = ["world"]
BY = Actor.system("tests")
#: Every stage that an order can reach, by the facts that make it so.
STAGES: dict[str, dict[str, Any]] = {
    "filling": {},
    "offered": {"submitted": True, "outcome": "loading"},
    "referred": {"submitted": True, "outcome": "refer"},
    "declined": {"submitted": True, "outcome": "decline"},
    "agreed": {"submitted": True, "facts": ("agreed",)},
    "signed": {"submitted": True, "facts": ("agreed", "signed")},
    "paid": {"submitted": True, "facts": ("agreed", "signed", "paid")},
    "issued": {"submitted": True, "facts": ("agreed", "signed", "paid", "issued")},
    "refunded": {"submitted": True, "facts": ("agreed", "signed", "paid", "refunded")},
    "withdrawn": {"facts": ("withdrawn",)},
    "expired": {"expires_at": -1},
}


@pytest.fixture(autouse=True)
def _fresh_counts(fresh_counts: None) -> None:
    """Attempts are counted from nothing in every test."""


def order_at(stage: str, place: int, customer_id: int, policy_number: str) -> Order:
    """An order of a customer, with the facts of a stage."""
    given, moment = STAGES[stage], now()
    order = Order(
        number=f"TB-B-{place}", product="TRV", version=1, channel="online", language="zh-hans",
        token_digest=f"乙{place}".encode().ljust(32, b"."), customer_id=customer_id, changed_at=moment,
        details=Details(applicant={"name": SECRET, "mobile": SECRET_MOBILE}, address=SECRET).model_dump_json(),
        expires_at=moment + timedelta(days=given.get("expires_at", 30)),
    )  # fmt: skip
    if given.get("submitted"):
        order.premium, order.submitted_at = Decimal("128.00"), moment
        order.quote = Quote.objects.create(
            product="TRV", version=1, risk={}, price={}, made_on=moment.date(), channel="online",
            valid_until=moment.date() + timedelta(days=30), customer_id=customer_id,
        )  # fmt: skip
    if outcome := given.get("outcome"):
        order.application = Application.objects.create(
            customer_id=customer_id, product="TRV", product_version=1, line="accident", questionnaire="accident",
            questionnaire_version=1, facts="{}", submitted_on=moment.date(), submitted_at=moment, submitted_by=SECRET,
            sum_insured=1, sum_at_risk=1, rule_set="accident", rule_version=1, outcome=outcome,
        )  # fmt: skip
    for fact in given.get("facts", ()):
        setattr(order, f"{fact}_at", moment)
    if "issued" in given.get("facts", ()):
        order.policy_number = policy_number
    order.save(force_insert=True)
    return order


@pytest.fixture
def second(world: World, user_as: Callable[..., User]) -> Iterator[World]:
    """乙, of whom ``world`` holds everything: with an account, and an order at every stage."""
    offer_shipped_products()
    user = user_as(Role.CUSTOMER)
    open_portal_account(world.ids["customer"], user_id=user.pk, by=BY, mobile=SECRET_MOBILE)
    orders = {
        f"order {stage}": order_at(stage, place, world.ids["customer"], f"乙{place}").pk
        for place, stage in enumerate(STAGES)
    }
    return World({**world.ids, **orders, "their_user": user.pk})


@dataclass(frozen=True)
class First:
    """甲: a customer with an account, an order of their own, and a browser in which it was begun."""

    customer: Customer
    client: Client
    viewer: Viewer
    order: Order


@pytest.fixture
def first(org: Organisation, user_as: Callable[..., User]) -> First:
    draft = CustomerDraft(
        name="东方一",
        org_unit_id=org.branch.pk,
        details=PersonDraft(id_number="320506199003074525", mobile="13911112222"),
    )
    customer, user, client = register_customer(draft, by=BY), user_as(Role.CUSTOMER), Client()
    open_portal_account(customer.pk, user_id=user.pk, by=BY, mobile="13911112222")
    offer_shipped_products()
    started = client.post("/home/insure/TRV/start/", {"days": "7", "region": "asia", "plan": "classic", "ages": "30"})
    order = Order.objects.get(pk=started["Location"].strip("/").rpartition("/")[2])
    client.force_login(user)
    browser = Holder(tokens=tuple(tokens_in({COOKIE: client.cookies[COOKIE].value}).values()))
    actions.fill(order.pk, Step.COVER, {"address": "甲的地址"}, by=browser)
    actions.belong(order.pk, customer_id=customer.pk, check_id="1", by=browser)
    return First(customer, client, viewer_of(user), order)
