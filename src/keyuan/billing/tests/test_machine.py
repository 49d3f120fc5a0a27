"""Payments, notifications, refunds and questions in any order, with a gateway that falls silent: money is never lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from keyuan.billing import actions, gateways, hooks, ledger, notifications, sweeping
from keyuan.billing.models import Attempt, Notification, Refund
from keyuan.billing.refusals import PaidAlready
from keyuan.billing.tests.conftest import BUYER, a_refusal
from keyuan.billing.tests.fake import FakeGateway
from keyuan.customers.models import Customer
from keyuan.kernel.clock import now
from keyuan.kernel.money import Money

PRICE = Decimal("88.00")


class Payments(RuleBasedStateMachine):
    """``taken`` is what the taker honoured; what the gateway holds must fit it at the end."""

    attempts: Bundle[Attempt] = Bundle("attempts")
    notices: Bundle[str] = Bundle("notices")
    buyer: Customer
    gateway: FakeGateway

    @initialize()
    def begin_world(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.gateway.__init__()  # type: ignore[misc]
        self.taken: list[str] = []
        hooks.on_paid(self.take)

    def take(self, attempt: Attempt) -> None:
        if attempt.order_ref == "refused":
            raise a_refusal()
        self.taken.append(attempt.order_ref)

    @rule(target=attempts, order=st.sampled_from(["one", "two", "refused"]), url=st.sampled_from(["", "/a"]))
    def begin(self, order: str, url: str) -> Attempt | None:
        try:
            until = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=5)
            values = {"customer_id": self.buyer.pk, "subject": "x", "expires_at": until, "by": BUYER}
            return actions.begin(order, amount=Money(PRICE), return_url=url, **values)
        except PaidAlready:
            assert order in self.taken
            return Attempt.objects.filter(order_ref=order).first()

    @rule(attempt=attempts, paid=st.sampled_from([PRICE, PRICE, PRICE, PRICE - 1]), late=st.booleans())
    def pay(self, attempt: Attempt, paid: Decimal, late: bool) -> None:
        self.gateway.pay(attempt.number, paid, now() + timedelta(hours=9 if late and paid != PRICE else 0))

    @rule(target=notices, attempt=attempts, sign=st.sampled_from(["good", "good", "bad"]))
    def write_notice(self, attempt: Attempt, sign: str) -> str:
        if attempt.number not in self.gateway.trades:
            self.gateway.pay(attempt.number, PRICE, now())
        return self.gateway.notice(attempt.number, sign=sign)

    @rule(notice=notices)
    def deliver(self, notice: str) -> None:
        notifications.receive("alipay", notice)

    @rule(attempt=attempts)
    def ask(self, attempt: Attempt) -> None:
        actions.ask_gateway(attempt.pk)

    @rule(attempt=attempts)
    def pass_the_deadline(self, attempt: Attempt) -> None:
        at = now() - timedelta(minutes=10)
        Attempt.objects.filter(pk=attempt.pk).update(begun_at=at - timedelta(hours=1), expires_at=at)

    @rule(silent=st.booleans(), deaf=st.booleans())
    def weather(self, silent: bool, deaf: bool) -> None:
        self.gateway.silent, self.gateway.deaf = silent, deaf

    @rule()
    def send_refunds(self) -> None:
        Refund.objects.filter(next_try_at__isnull=False).update(next_try_at=now())
        sweeping.send_due()

    @invariant()
    def the_books_sum_to_zero(self) -> None:
        if hasattr(self, "undo"):
            assert ledger.imbalances() == {}

    @invariant()
    def no_order_is_taken_twice(self) -> None:
        assert len(set(getattr(self, "taken", []))) == len(getattr(self, "taken", []))

    def teardown(self) -> None:
        if not hasattr(self, "undo"):
            return
        try:
            self.settle()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def settle(self) -> None:
        """The weather clears, everything is asked and sent: what the gateway holds is what was taken."""
        self.gateway.silent = self.gateway.deaf = False
        for attempt in Attempt.objects.filter(booked_at__isnull=True, closed_at__isnull=True):
            actions.ask_gateway(attempt.pk)
        self.send_refunds()
        kept = []
        for attempt in Attempt.objects.all():
            trade = self.gateway.trades.get(attempt.number)
            given = sum(trade.refunds.values()) if trade else Decimal(0)
            if attempt.honoured_at is not None:
                kept.append(attempt.order_ref)
                assert given == 0
            elif attempt.refused_at is not None:
                assert trade is not None
                assert len(trade.refunds) == 1
                assert given == trade.amount
        assert sorted(kept) == sorted(self.taken)
        assert not Refund.objects.filter(done_at__isnull=True).exists()
        assert not Notification.objects.filter(handled_at__isnull=True).exists()
        assert ledger.imbalances() == {}


@pytest.mark.django_db
def test_each_paid_attempt_ends_honoured_or_refunded_never_both(
    buyer: Customer, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = FakeGateway()
    monkeypatch.setitem(gateways._GATEWAYS, "alipay", lambda: gateway)
    Payments.buyer, Payments.gateway = buyer, gateway
    # A machine that halts for a moment is not a slow strategy.
    calm = {"deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.too_slow]}
    run_state_machine_as_test(Payments, settings=settings(max_examples=25, stateful_step_count=25, **calm))
