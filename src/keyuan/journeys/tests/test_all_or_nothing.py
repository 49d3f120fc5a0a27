"""Whatever step of the issue refuses, in whatever order the gateway tells: one whole policy, or none and every cent back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.billing.ledger import imbalances
from keyuan.billing.models import Attempt, Instalment, Posting, Refund, Schedule
from keyuan.billing.refusals import PaymentTimePast
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import Outcome
from keyuan.eventlog.models import Event
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.messages.models import Message
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import Fill
from keyuan.policies.models import Party, Policy, PolicyDocument, PolicyFact, PolicyTerm
from keyuan.servicedesk.models import Task

pytestmark = pytest.mark.django_db
#: Every step of journeys.insure.take_payment, by the name under which it is called there.
STEPS = (
    "orders.paid",
    "policies.issue_policy",
    "orders.issued",
    "billing.schedule",
    "commission.entitle_first",
    "ask_to_call_back",
    "policies.ask_for_document",
    "make_document.defer",
    "telling.issued",
)
LINES = {"policy.issued", "order.paid", "order.issued", "premium.scheduled", "message.queued"}


def refuses(*_args: Any, **_named: Any) -> None:
    raise PaymentTimePast


def whole(attempt: Attempt) -> None:
    """One policy with everything that belongs to it, and nothing goes back."""
    policy = Policy.objects.get()
    order = Order.objects.get(number=attempt.order_ref)
    assert (order.policy_number, order.attempt_ref) == (policy.number, attempt.number)
    first = Instalment.objects.get(number=1)
    assert (first.policy_id, first.attempt_id, first.amount) == (policy.pk, attempt.pk, attempt.amount)
    assert sum(one.amount for one in Instalment.objects.all()) == Schedule.objects.get().total
    assert PolicyDocument.objects.get().sale == order.number
    assert Message.objects.filter(template="policy_issued_long").count() == 1
    assert Task.objects.filter(title__startswith="新单回访").count() <= 1
    assert {name for name in LINES if not Event.objects.filter(name=name).exists()} == set()
    assert not Refund.objects.exists()
    assert not imbalances()


def none(attempt: Attempt) -> None:
    """Nothing of a policy, and the whole amount goes back once."""
    for model in (Policy, PolicyTerm, PolicyFact, Party, Schedule, Instalment, PolicyDocument, Task, Message):
        assert not model.objects.exists(), model.__name__
    assert not Event.objects.filter(name__in=LINES).exists()
    assert Order.objects.get(number=attempt.order_ref).paid_at is None
    (refund,) = Refund.objects.all()
    assert (refund.amount, refund.automatic) == (attempt.paid_amount or attempt.amount, True)
    assert not Posting.objects.filter(account="6031").exists()
    assert not imbalances()


@pytest.mark.parametrize("step", STEPS)
def test_whatever_step_refuses_there_is_no_policy_and_one_full_refund(
    step: str, filled: Fill, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = ready(*filled("TRM"))
    monkeypatch.setattr(f"keyuan.journeys.insure.{step}", refuses)
    assert pay(attempt) == Outcome.REFUSED
    attempt.refresh_from_db()
    none(attempt)
    # Told again, when nothing refuses any more: what was given back is not taken twice.
    monkeypatch.undo()
    assert pay(attempt) == Outcome.AGAIN
    none(attempt)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    broken=st.sampled_from((None, *STEPS)),
    amounts=st.lists(st.sampled_from((Decimal(0), Decimal("-0.01"), Decimal(1))), min_size=1, max_size=3),
)
def test_told_in_any_way_it_is_one_policy_or_one_refund(
    filled: Fill, sandbox: Sandbox, broken: str | None, amounts: list[Decimal]
) -> None:
    from django.db import transaction

    with transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        attempt = ready(*filled("TRM"))
        if broken is not None:
            patched.setattr(f"keyuan.journeys.insure.{broken}", refuses)
        outcomes = [pay(attempt, amount=attempt.amount + more) for more in amounts]
        attempt.refresh_from_db()
        fits = broken is None and amounts[0] == 0
        assert outcomes[0] == (Outcome.HONOURED if fits else Outcome.REFUSED)
        assert set(outcomes[1:]) <= {Outcome.AGAIN}
        whole(attempt) if fits else none(attempt)
        transaction.set_rollback(True)
