"""From a payment to the policy: all of it or nothing, once, whatever the gateway says how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer
from keyuan.billing import actions as billing
from keyuan.billing.actions.taking import take_told
from keyuan.billing.ledger import imbalances
from keyuan.billing.models import Attempt, Refund
from keyuan.billing.rules import Told
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import Outcome, TradeStatus
from keyuan.customers.actions import claim_identifier
from keyuan.customers.models import Customer
from keyuan.customers.states import IdentifierKind
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money
from keyuan.orders import actions, queries
from keyuan.orders.access import Holder
from keyuan.orders.models import Order
from keyuan.orders.states import Stage, Step
from keyuan.orders.tests.conftest import APPLICANT, SYSTEM, Fill
from keyuan.policies.models import Party, Policy
from keyuan.policies.queries import statuses_of
from keyuan.policies.states import PolicyStatus
from keyuan.policies.tests import factories
from keyuan.servicedesk.models import Task

pytestmark = pytest.mark.django_db


def ready(order: Order, holder: Holder) -> Attempt:
    """The order submitted and signed, and an attempt to pay it."""
    order = actions.submit(order.pk, by=holder)
    if queries.order(order.pk, by=holder).stage == Stage.OFFERED:
        order = actions.agree(order.pk, by=holder)
    actions.signed(order.pk, signature_ref="1", by=holder)
    assert order.customer_id is not None
    assert order.premium is not None
    return billing.begin(
        order.number,
        customer_id=order.customer_id,
        amount=Money(order.premium),
        subject="投保",
        expires_at=order.expires_at,
        by=holder.actor,
    )


def pay(attempt: Attempt, *, amount: Decimal | None = None, trade: str = "T1") -> Outcome:
    told = Told(
        number=attempt.number,
        status=TradeStatus.SUCCESS,
        amount=attempt.amount if amount is None else amount,
        trade_no=trade,
        paid_at=now(),
    )
    return take_told(told, gateway=attempt.gateway)[0]


def test_a_paid_journey_is_a_policy_with_its_travellers(filled: Fill, sandbox: Sandbox) -> None:
    order, holder = filled("TRV", told={"days": "7", "region": "asia", "plan": "classic"})
    child = {"name": "林小雨", "document_number": "32050620150506452X", "birth_date": "2015-05-06", "sex": "female"}
    people = {"insured": [{**APPLICANT, "relation": "self"}, {**child, "relation": "child"}]}
    actions.fill(order.pk, Step.PEOPLE, people, by=holder)
    attempt = ready(order, holder)
    assert pay(attempt) == Outcome.HONOURED
    policy = Policy.objects.get()
    seen = queries.order(order.pk, by=holder)
    assert (seen.stage, seen.order.policy_number) == (Stage.ISSUED, policy.number)
    assert policy.ends_on == policy.starts_on + timedelta(days=7)
    assert policy.premium == seen.order.premium
    assert {party.customer.name for party in Party.objects.all()} == {"林慧", "林小雨"}
    assert Customer.objects.count() == 2
    assert not imbalances()
    assert not Task.objects.exists()


def test_told_twice_there_is_one_policy(filled: Fill, sandbox: Sandbox) -> None:
    attempt = ready(*filled("TRV"))
    assert pay(attempt) == Outcome.HONOURED
    assert pay(attempt) == Outcome.AGAIN
    assert Policy.objects.count() == 1
    assert not Refund.objects.exists()


def test_a_wrong_amount_gives_no_policy_and_the_money_back(filled: Fill, sandbox: Sandbox) -> None:
    order, holder = filled("TRV")
    attempt = ready(order, holder)
    assert pay(attempt, amount=attempt.amount - 1) == Outcome.REFUSED
    assert not Policy.objects.exists()
    assert queries.order(order.pk, by=holder).stage == Stage.SIGNED
    assert Refund.objects.get().amount == attempt.amount - 1
    assert not imbalances()


def test_an_order_withdrawn_while_it_was_being_paid_is_refunded(filled: Fill, sandbox: Sandbox) -> None:
    order, holder = filled("TRV")
    attempt = ready(order, holder)
    actions.withdraw(order.pk, by=holder)
    assert pay(attempt) == Outcome.REFUSED
    assert not Policy.objects.exists()
    assert Refund.objects.get().amount == attempt.amount


def test_what_cannot_be_issued_leaves_nothing_of_it_behind(filled: Fill, sandbox: Sandbox) -> None:
    order, holder = filled("MOT")
    vehicle = {"plate": "苏E12345", "vin": "LSVAL41Z882104202"}
    actions.fill(order.pk, Step.PEOPLE, {"applicant": APPLICANT, "insured": [], "vehicle": vehicle}, by=holder)
    attempt = ready(order, holder)
    other = factories.customer(name="占用者")
    claim_identifier(other.pk, kind=IdentifierKind.PLATE, value=vehicle["plate"], by=SYSTEM)
    assert pay(attempt) == Outcome.REFUSED
    assert not Policy.objects.exists()
    assert not Party.objects.exists()
    assert queries.order(order.pk, by=holder).stage == Stage.SIGNED
    assert Refund.objects.get().amount == attempt.amount
    assert not imbalances()


def test_a_long_contract_is_called_back_within_its_cooling_off(
    filled: Fill, sandbox: Sandbox, user_as: Callable[..., User]
) -> None:
    caller = user_as(Role.HOTLINE)
    order, holder = filled("TRM")
    assert pay(ready(order, holder)) == Outcome.HONOURED
    policy, task = Policy.objects.get(), Task.objects.get()
    assert (task.owner_id, task.customer_id) == (caller.pk, policy.customer_id)
    assert policy.number in task.title
    assert today() < task.due_at.date() < today() + timedelta(days=20)
    statuses = statuses_of(policy.pk, viewer=system_viewer("tests"), on=today())
    assert statuses == {PolicyStatus.NOT_YET_ON_RISK, PolicyStatus.IN_COOLING_OFF}
