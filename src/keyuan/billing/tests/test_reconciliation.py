"""The gateway's file against our records: every difference is listed, none is invented, each can be explained."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from keyuan.accounts.roles import Role
from keyuan.billing import actions, chart, ledger, queries, sweeping
from keyuan.billing.gateways import Unreadable
from keyuan.billing.gateways.bills import moved
from keyuan.billing.models import Attempt, Difference, Posting, Refund
from keyuan.billing.queries import DifferenceFilter
from keyuan.billing.refusals import NoBillYet, ReasonMissing
from keyuan.billing.sandbox.server import Sandbox
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money

BY = Actor.system("tests")
pytestmark = pytest.mark.django_db
Begin = Callable[..., Attempt]


def paid(begin: Begin, sandbox: Sandbox, order: str) -> Attempt:
    """Paid at the sandbox, found by asking."""
    attempt = begin(order)
    trades = sandbox.trades
    times = {"notify_url": "", "return_url": "", "expires": ""}
    trades.open(attempt.number, subject=attempt.title, cents=12800, **times)
    assert trades.pay(attempt.number, cents=12800, notices=())
    actions.ask_gateway(attempt.pk)
    attempt.refresh_from_db()
    return attempt


def listed() -> list[tuple[str, str, str]]:
    return sorted(Difference.objects.filter(gone_at__isnull=True).values_list("kind", "side", "number"))


def test_a_day_that_fits_has_no_difference_and_books_the_fees(begin: Begin, sandbox: Sandbox, taken: list[str]) -> None:
    paid(begin, sandbox, "ORDER-1")
    paid(begin, sandbox, "NO-1")
    sweeping.send_due()
    for _ in range(2):
        told = actions.reconcile("alipay", today(), by=BY)
        assert (told.payments, told.refunds) == (2, 1)
        assert (told.paid, told.refunded, told.fees) == (Decimal("256.00"), Decimal("128.00"), Decimal("1.54"))
        assert listed() == []
    fees = Posting.objects.filter(account=chart.FEES)
    assert [one.amount for one in fees] == [Decimal("1.54")]
    assert ledger.imbalances() == {}


def test_every_kind_of_difference_is_listed(begin: Begin, sandbox: Sandbox, taken: list[str]) -> None:
    right, amount = paid(begin, sandbox, "A"), paid(begin, sandbox, "B")
    here, there = begin("C"), paid(begin, sandbox, "D")
    sandbox.trades.open(here.number, subject=here.title, cents=12800, notify_url="", return_url="", expires="")
    sandbox.trades.pay(here.number, cents=12800, notices=())
    sandbox.store.run("UPDATE trade SET paid = 12700 WHERE number = ?", amount.number)
    sandbox.store.run("DELETE FROM trade WHERE number = ?", there.number)
    refund = paid(begin, sandbox, "NO-1").refunds.get()
    sweeping.send_due()
    sandbox.store.run("DELETE FROM refund WHERE request = ?", refund.number)
    actions.reconcile("alipay", today(), by=BY)
    assert listed() == sorted(
        [
            ("amount", "in", amount.number),
            ("missing_here", "in", here.number),
            ("missing_there", "in", there.number),
            ("missing_there", "out", refund.number),
        ]
    )
    assert not Difference.objects.filter(number=right.number).exists()
    row = Difference.objects.get(number=amount.number)
    assert (row.ours, row.theirs) == (Decimal("128.00"), Decimal("127.00"))


def test_what_is_found_later_is_gone_and_what_was_explained_stays(
    begin: Begin, sandbox: Sandbox, taken: list[str], viewer: Any
) -> None:
    late = begin("LATE")
    sandbox.trades.open(late.number, subject=late.title, cents=12800, notify_url="", return_url="", expires="")
    sandbox.trades.pay(late.number, cents=12800, notices=())
    actions.reconcile("alipay", today(), by=BY)
    (one,) = Difference.objects.all()
    with pytest.raises(ReasonMissing):
        actions.explain(one.pk, why="  ", by=viewer)
    actions.explain(one.pk, why="通知丢失，已主动查询", by=viewer)
    actions.ask_gateway(late.pk)
    actions.reconcile("alipay", today(), by=BY)
    one.refresh_from_db()
    assert one.gone_at is not None
    assert (one.state, one.why) == ("explained", "通知丢失，已主动查询")


def test_books_that_differ_from_the_payments_are_a_difference(begin: Begin, sandbox: Sandbox, taken: list[str]) -> None:
    paid(begin, sandbox, "A")
    amount = Money("5.00")
    lines = [ledger.debit(chart.CLEARING, amount), ledger.credit(chart.ADVANCE, amount)]
    ledger.post(lines, key="received:BY-HAND", on=today(), subject=("payment", "x"), by=BY)
    actions.reconcile("alipay", today(), by=BY)
    assert [kind for kind, _side, _number in listed()] == ["ledger"]


def test_a_day_without_a_file_changes_nothing(sandbox: Sandbox, begin: Begin) -> None:
    with pytest.raises(NoBillYet):
        actions.reconcile("alipay", today(), by=BY)
    assert set(sweeping.reconcile_missing().values()) == {"no_bill_yet"}
    assert not Difference.objects.exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\x00" * 18 + b"x"])
def test_a_file_that_is_none_is_said_to_be_none(content: bytes) -> None:
    if content.startswith(b"PK"):
        assert moved(content[:-1]) == []
        return
    with pytest.raises(Unreadable):
        moved(content)


def test_the_number_of_questions_does_not_grow_with_the_day(
    begin: Begin, sandbox: Sandbox, taken: list[str], django_assert_max_num_queries: Any
) -> None:
    for order in range(12):
        paid(begin, sandbox, f"N-{order}")
    connection.queries_log.clear()
    with django_assert_max_num_queries(19):
        actions.reconcile("alipay", today(), by=BY)


def test_only_who_sees_the_whole_company_sees_differences(
    begin: Begin, sandbox: Sandbox, taken: list[str], viewer_as: Any, org: Any
) -> None:
    Difference.objects.create(
        gateway="alipay", day=today(), kind="missing_here", side="in", number="X", found_at=begin("A").begun_at
    )
    assert queries.differences(DifferenceFilter(), viewer=viewer_as(Role.ANALYST)).count() == 1
    assert queries.differences(DifferenceFilter(), viewer=viewer_as(Role.MANAGER, unit=org.branch)).count() == 0
    assert queries.differences(DifferenceFilter(), viewer=viewer_as(Role.HOTLINE)).count() == 0
    assert not Refund.objects.exists()
