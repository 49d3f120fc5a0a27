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
from keyuan.billing.models import Attempt, Instalment, Posting, Refund
from keyuan.billing.rules import Told
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import Outcome, TradeStatus
from keyuan.customers.actions import claim_identifier
from keyuan.customers.models import Customer
from keyuan.customers.states import IdentifierKind
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money
from keyuan.messages.models import Message
from keyuan.orders import actions, queries
from keyuan.orders.access import Holder
from keyuan.orders.models import Order
from keyuan.orders.states import Stage, Step
from keyuan.orders.tests.conftest import APPLICANT, SYSTEM, Fill
from keyuan.policies.clocks import legal_clocks
from keyuan.policies.models import InsuredObject, Party, Policy
from keyuan.policies.queries import statuses_of, the_holding
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
    assert InsuredObject.objects.get(policy=policy).label == "亚洲 · 7天"
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


def test_the_premiums_of_a_long_contract_are_scheduled_and_the_first_is_paid(filled: Fill, sandbox: Sandbox) -> None:
    order, holder = filled("TRM")
    attempt = ready(order, holder)
    assert pay(attempt) == Outcome.HONOURED
    policy, told = Policy.objects.get(), queries.order(order.pk, by=holder).offer()
    rows = list(Instalment.objects.order_by("number"))
    assert len(rows) == told.price.years
    assert sum((row.amount for row in rows), Decimal(0)) == told.price.total.amount
    assert (rows[0].due_on, rows[0].attempt, rows[0].paid_on) == (policy.starts_on, attempt, today())
    assert rows[1].paid_on is None


def test_the_premium_stands_as_received_in_advance_until_cover_begins(filled: Fill, sandbox: Sandbox) -> None:
    attempt = ready(*filled("TRV"))
    pay(attempt)
    earned = Posting.objects.get(account="6031")
    assert (earned.on, earned.amount) == (Policy.objects.get().starts_on, -attempt.amount)
    assert earned.on > today()


def test_without_an_agent_no_commission_is_owed(filled: Fill, sandbox: Sandbox) -> None:
    pay(ready(*filled("TRV")))
    assert not Posting.objects.filter(account="2202").exists()


def test_the_customer_is_told_at_once_with_the_way_to_the_document(filled: Fill, sandbox: Sandbox) -> None:
    attempt = ready(*filled("TRV"))
    pay(attempt)
    policy, message = Policy.objects.get(), Message.objects.get()
    assert (message.template, message.address, message.urgent) == ("policy_issued", APPLICANT["mobile"], True)
    assert message.text is not None
    assert policy.number in message.text
    assert f"/home/policies/{policy.pk}/" in message.text
    assert (message.subject_kind, message.subject_id) == ("policy", str(policy.pk))


def test_who_gave_no_number_is_called_instead(filled: Fill, sandbox: Sandbox, user_as: Callable[..., User]) -> None:
    user_as(Role.HOTLINE)
    order, holder = filled("TRV")
    silent = {**APPLICANT, "mobile": ""}
    actions.fill(order.pk, Step.PEOPLE, {"applicant": silent, "insured": [{**silent, "relation": "self"}]}, by=holder)
    assert pay(ready(order, holder)) == Outcome.HONOURED
    assert not Message.objects.exists()
    assert "没有手机号，请打电话告知：已付款，保单已生成" in Task.objects.get().title


def test_the_legal_clocks_of_a_long_contract_are_seen_with_their_articles(filled: Fill, sandbox: Sandbox) -> None:
    pay(ready(*filled("TRM")))
    held = the_holding(Policy.objects.get().pk, viewer=system_viewer("tests"), on=today())
    clocks = {one.code: one for one in legal_clocks(held, on=today())}
    assert {code: (one.last_day - today()).days for code, one in clocks.items()} == {
        "call_back": 15,
        "cooling_off": 20,
        "grace": (held.paid_to - today()).days + 60 if held.paid_to else 0,
    }
    assert "§36" in clocks["grace"].source
    assert clocks["cooling_off"].days_left == 20
    assert clocks["grace"].begins_on == held.paid_to
