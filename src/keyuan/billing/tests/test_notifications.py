"""Told twice, late, out of order, falsely, of nothing, at the same instant: each has one end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from keyuan.billing import actions, gateways, hooks, ledger, notifications, queries, sweeping
from keyuan.billing.actions import asking
from keyuan.billing.models import Attempt, Entry, Notification, Posting, Refund
from keyuan.billing.refusals import NothingToPay, NotPaid, PaidAlready, PaymentTimePast, RefundTooHigh
from keyuan.billing.states import AttemptState, RefundState
from keyuan.billing.tests.conftest import BUYER
from keyuan.billing.tests.fake import FakeGateway
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money

D = Decimal


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    gateway = FakeGateway()
    monkeypatch.setitem(gateways._GATEWAYS, "alipay", lambda: gateway)
    return gateway


@pytest.fixture
def start(buyer: Customer, fake: FakeGateway) -> Callable[..., Attempt]:
    def make(order: str = "ORDER-1", *, amount: str = "128.00", **changes: Any) -> Attempt:
        values = {"expires_at": now() + timedelta(minutes=30), "subject": "旅行无忧", "by": BUYER, **changes}
        return actions.begin(order, customer_id=buyer.pk, amount=Money(amount), **values)

    return make


def told(fake: FakeGateway, attempt: Attempt, **changes: str) -> tuple[str, str]:
    """Notify; the answer and the outcome on record."""
    answer = notifications.receive("alipay", fake.notice(attempt.number, **changes))
    return answer, Notification.objects.latest("pk").outcome


def state(attempt: Attempt) -> AttemptState:
    return asking.state(attempt.pk)


def balances() -> dict[str, Decimal]:
    return balances_on(date.max)


def balances_on(day: date) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for account, amount in Posting.objects.filter(on__lte=day).values_list("account_id", "amount"):
        found[account] = found.get(account, D(0)) + amount
    return {account: amount for account, amount in found.items() if amount}


NOTHING: dict[str, Decimal] = {}
EARNED = {"1012": D("128.00"), "6031": D("-128.00")}


@pytest.mark.django_db
class TestNotifications:
    """One attempt, one buyer; the gateway stands in the process."""

    def test_a_payment_is_taken_once(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        assert told(fake, attempt) == ("success", "honoured")
        assert told(fake, attempt) == ("success", "again")
        assert taken == ["ORDER-1"]
        assert balances() == EARNED
        assert state(attempt) == AttemptState.HONOURED

    def test_a_late_notification_of_a_payment_in_time_is_taken(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        Attempt.objects.update(begun_at=now() - timedelta(days=2), expires_at=now() + timedelta(seconds=1))
        assert told(fake, attempt) == ("success", "honoured")

    def test_a_payment_after_the_deadline_is_given_back(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now() + timedelta(minutes=31))
        assert told(fake, attempt) == ("success", "refused")
        refund = Refund.objects.get()
        assert (refund.amount, refund.reason, refund.automatic) == (D("128.00"), "late", True)
        assert sweeping.send_due() == 1
        assert state(attempt) == AttemptState.REFUNDED
        assert (taken, balances()) == ([], NOTHING)

    def test_a_wrong_amount_is_given_back_as_it_was_paid(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        for order, paid in (("LESS", D("127.99")), ("MORE", D("1280.00"))):
            attempt = start(order)
            fake.pay(attempt.number, paid, now())
            assert told(fake, attempt) == ("success", "refused")
            assert attempt.refunds.get().amount == paid
        sweeping.send_due()
        assert (taken, balances()) == ([], NOTHING)

    def test_what_the_taker_refuses_is_given_back_and_what_it_wrote_is_undone(
        self, start: Any, fake: FakeGateway, buyer: Customer
    ) -> None:
        def writes_and_refuses(attempt: Attempt) -> None:
            Customer.objects.filter(pk=buyer.pk).update(name="写了一半")
            raise PaymentTimePast

        hooks.on_paid(writes_and_refuses)
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        assert told(fake, attempt) == ("success", "refused")
        buyer.refresh_from_db()
        attempt.refresh_from_db()
        assert buyer.name == "王小明"
        assert attempt.refused_code == "payment_time_past"
        sweeping.send_due()
        assert balances() == NOTHING

    def test_an_error_of_the_taker_undoes_the_booking_and_the_gateway_tells_again(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        def broken(attempt: Attempt) -> None:
            raise ZeroDivisionError

        take = hooks._TAKERS["order"]
        hooks.on_paid(broken)
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        with pytest.raises(ZeroDivisionError):
            notifications.receive("alipay", fake.notice(attempt.number))
        assert Notification.objects.get().handled_at is None
        assert balances() == NOTHING
        hooks.on_paid(take)
        Notification.objects.update(received_at=now() - timedelta(minutes=5))
        assert notifications.handle_left_over() == 1
        assert (taken, balances()) == (["ORDER-1"], EARNED)
        assert told(fake, attempt) == ("success", "again")

    @pytest.mark.parametrize(
        ("changes", "outcome"),
        [
            ({"sign": "bad"}, "forged"),
            ({"app": "another"}, "other_app"),
            ({"currency": "USD"}, "other_currency"),
            ({"amount": ""}, "unreadable"),
            ({"amount": "0.00"}, "unreadable"),
            ({"amount": "-128.00"}, "unreadable"),
            ({"trade_no": ""}, "unreadable"),
            ({"number": "P-NOBODY"}, "unknown"),
        ],
    )
    def test_what_is_not_believed_moves_nothing_and_is_kept(
        self, start: Any, fake: FakeGateway, taken: list[str], changes: dict[str, str], outcome: str
    ) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        assert told(fake, attempt, **changes) == ("failure", outcome)
        assert Notification.objects.get().raw == fake.notice(attempt.number, **changes)
        assert (state(attempt), taken, balances()) == (AttemptState.OPEN, [], NOTHING)
        assert told(fake, attempt) == ("success", "honoured")

    def test_closed_after_success_changes_nothing(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        assert told(fake, attempt, status="TRADE_CLOSED") == ("success", "closed_after_paid")
        assert told(fake, attempt, status="WAIT_BUYER_PAY") == ("success", "again")
        assert told(fake, attempt, status="TRADE_FINISHED") == ("success", "again")
        assert (state(attempt), balances()) == (AttemptState.HONOURED, EARNED)

    def test_success_after_closed_is_given_back(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        assert told(fake, attempt, status="TRADE_CLOSED") == ("success", "closed")
        assert told(fake, attempt) == ("success", "refused")
        assert Refund.objects.get().reason == "closed"
        sweeping.send_due()
        assert (state(attempt), taken, balances()) == (AttemptState.REFUNDED, [], NOTHING)

    def test_another_trade_for_what_is_paid_is_not_believed(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        assert told(fake, attempt, trade_no="T-OTHER") == ("failure", "other_trade")
        other = start("ORDER-2")
        fake.pay(other.number, D("128.00"), now())
        assert told(fake, other, trade_no=f"T{attempt.number}") == ("failure", "other_trade")
        assert (taken, balances()) == (["ORDER-1"], EARNED)

    def test_an_order_paid_through_two_attempts_is_given_back_once(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        first, second = start(), start(return_url="https://keyuan.example/other")
        assert first.pk != second.pk
        for attempt in (first, second):
            fake.pay(attempt.number, D("128.00"), now())
            told(fake, attempt)
        assert (state(first), state(second)) == (AttemptState.HONOURED, AttemptState.TO_REFUND)
        assert Refund.objects.get().reason == "paid_twice"
        assert taken == ["ORDER-1"]

    def test_payment_for_what_nobody_takes_is_given_back(self, start: Any, fake: FakeGateway) -> None:
        before = dict(hooks._TAKERS)
        hooks._TAKERS.pop("order", None)
        try:
            attempt = start()
            fake.pay(attempt.number, D("128.00"), now())
            assert told(fake, attempt) == ("success", "refused")
        finally:
            hooks._TAKERS.update(before)
        attempt.refresh_from_db()
        assert attempt.refused_code == "payment_for_nothing"

    def test_every_step_is_in_the_log(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        attempt = start("NO-1")
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        sweeping.send_due()
        names = list(Event.objects.order_by("id").values_list("name", flat=True))
        assert names == [
            "payment.begun", "payment.received", "payment.refused", "refund.queued", "refund.done",
        ]  # fmt: skip


@pytest.mark.django_db
class TestAttempts:
    """Beginning, asking, giving back."""

    def test_beginning_again_gives_the_same_attempt(self, start: Any) -> None:
        until = now() + timedelta(minutes=5)
        assert start(expires_at=until).pk == start(expires_at=until).pk
        assert start(expires_at=until, amount="129.00").pk != start(expires_at=until).pk

    def test_what_is_paid_or_past_or_nothing_is_refused(self, start: Any, fake: FakeGateway, taken: list[str]) -> None:
        with pytest.raises(NothingToPay):
            start(amount="0")
        with pytest.raises(PaymentTimePast):
            start(expires_at=now())
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        with pytest.raises(PaidAlready):
            start()

    def test_silence_is_asked_again_later_each_time(self, start: Any, fake: FakeGateway) -> None:
        attempt = start(expires_at=now() + timedelta(days=2))
        fake.silent = True
        waits = []
        for _ in range(9):
            actions.ask_gateway(attempt.pk)
            attempt.refresh_from_db()
            waits.append(round((attempt.next_ask_at - now()).total_seconds()))
        assert waits == [60, 120, 240, 480, 900, 1800, 3600, 3600, 3600]

    def test_what_nobody_paid_is_closed_after_the_deadline(self, start: Any, fake: FakeGateway) -> None:
        attempt = start()
        assert actions.ask_gateway(attempt.pk) == AttemptState.OPEN
        past = now() - timedelta(minutes=10)
        Attempt.objects.update(begun_at=past - timedelta(hours=1), expires_at=past)
        assert actions.ask_gateway(attempt.pk) == AttemptState.CLOSED
        attempt.refresh_from_db()
        assert attempt.next_ask_at is None

    def test_a_refund_without_an_answer_is_tried_until_there_is_one(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        attempt = start("NO-1")
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        fake.deaf = True
        sweeping.send_due()
        refund = Refund.objects.get()
        assert (refund.state, refund.tries) == (RefundState.QUEUED, 1)
        assert sweeping.send_due() == 0
        fake.deaf = False
        Refund.objects.update(next_try_at=now())
        sweeping.send_due()
        assert Refund.objects.get().state == RefundState.DONE
        assert fake.trades[attempt.number].refunds == {refund.number: D("128.00")}
        assert balances() == NOTHING

    def test_a_refused_refund_stays_owed_until_somebody_tries_again(
        self, start: Any, fake: FakeGateway, taken: list[str], viewer: Any
    ) -> None:
        attempt = start("NO-1")
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        fake.trades[attempt.number].paid_at = None
        sweeping.send_due()
        refund = Refund.objects.get()
        assert refund.state == RefundState.FAILED
        assert balances() == {"1012": D("128.00"), "2241": D("-128.00")}
        fake.trades[attempt.number].paid_at = now()
        actions.retry_refund(refund.pk, by=viewer)
        sweeping.send_due()
        assert (Refund.objects.get().state, balances()) == (RefundState.DONE, NOTHING)

    def test_a_cancelled_policy_is_refunded_up_to_what_was_paid(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        attempt = start()
        with pytest.raises(NotPaid):
            actions.refund(attempt.pk, amount=Money("1"), reason="cooling_off", by=BUYER)
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        actions.refund(attempt.pk, amount=Money("100.00"), reason="cooling_off", by=BUYER)
        with pytest.raises(RefundTooHigh):
            actions.refund(attempt.pk, amount=Money("28.01"), reason="other", by=BUYER)
        actions.refund(attempt.pk, amount=Money("28.00"), reason="other", by=BUYER)
        assert sweeping.send_due() == 2
        # What was given back in the cooling-off period is no income; what is returned for other reasons was.
        assert balances() == {"6031": D("-28.00"), "6531": D("28.00")}
        assert state(attempt) == AttemptState.HONOURED

    def test_a_premium_is_income_only_from_the_day_on_which_cover_begins(
        self, start: Any, fake: FakeGateway, taken: list[str]
    ) -> None:
        begins = today() + timedelta(days=3)
        hooks.on_paid(lambda _attempt: begins)
        attempt = start()
        fake.pay(attempt.number, D("128.00"), now())
        told(fake, attempt)
        earned = Posting.objects.filter(account="6031")
        assert [(one.on, one.amount) for one in earned] == [(begins, D("-128.00"))]
        assert balances_on(today()) == {"1012": D("128.00"), "2203": D("-128.00")}
        # Given back before that day, it never becomes income.
        actions.refund(attempt.pk, amount=Money("128.00"), reason="cooling_off", by=BUYER)
        assert balances_on(today()) == {"1012": D("128.00"), "2241": D("-128.00")}
        assert sweeping.send_due() == 1
        assert balances_on(today()) == balances_on(begins) == NOTHING

    def test_a_stranger_sees_no_attempt(self, start: Any, viewer_as: Any, org: Any) -> None:
        start()
        assert queries.attempts_of_order("ORDER-1", viewer=viewer_as("hotline", unit=org.branch)) == []

    def test_notifications_are_posted_and_nothing_else(self, fake: FakeGateway, db: None) -> None:
        assert Client().get("/pay/alipay/notify/").status_code == 405
        assert Client().post("/pay/nobody/notify/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_notification_twice_at_the_same_instant_is_taken_once(
    start: Any, fake: FakeGateway, taken: list[str]
) -> None:
    """Two payments for one order and two copies of each notification, all at once, five rounds."""
    for round_ in range(5):
        attempts = [start(f"R-{round_}"), start(f"R-{round_}", return_url="https://keyuan.example/")]
        for attempt in attempts:
            fake.pay(attempt.number, D("128.00"), now())
        barrier = threading.Barrier(4)

        def tell(number: str, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                notifications.receive("alipay", fake.notice(number))
            finally:
                connection.close()

        threads = [threading.Thread(target=tell, args=(one.number,)) for one in attempts for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert taken == [f"R-{n}" for n in range(round_ + 1)]
        refused = Attempt.objects.filter(order_ref=f"R-{round_}", refused_at__isnull=False)
        assert refused.count() == 1
    assert Refund.objects.count() == 5
    assert sorted(set(Notification.objects.values_list("outcome", flat=True))) == ["again", "honoured", "refused"]
    assert Entry.objects.count() == 5 * (2 + 2)
    assert ledger.imbalances() == {}
