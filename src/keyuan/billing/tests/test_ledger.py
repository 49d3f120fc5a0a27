"""The books: what the code promises, the database holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from keyuan.accounts.roles import Role
from keyuan.billing import chart, ledger, queries
from keyuan.billing.models import Entry, Posting
from keyuan.billing.refusals import EntryUnbalanced, KeyUsedOtherwise
from keyuan.kernel.actor import Actor
from keyuan.kernel.money import Money

BY = Actor.system("tests")
DAY = date(2026, 11, 20)
pytestmark = pytest.mark.django_db


def post(key: str, amount: str = "10.00", **changes: Any) -> Entry:
    lines = [ledger.debit(chart.CLEARING, Money(amount)), ledger.credit(chart.ADVANCE, Money(amount))]
    return ledger.post(lines, **{"key": key, "on": DAY, "subject": ("payment", key), "by": BY, **changes})


def test_the_same_key_books_once() -> None:
    assert post("a").pk == post("a").pk
    assert Posting.objects.count() == 2


def test_the_same_key_for_something_else_is_refused() -> None:
    post("a")
    with pytest.raises(KeyUsedOtherwise):
        post("a", "11.00")
    assert Posting.objects.count() == 2


def test_an_entry_that_does_not_balance_is_refused_before_it_is_written() -> None:
    lines = [ledger.debit(chart.CLEARING, Money("10")), ledger.credit(chart.ADVANCE, Money("9.99"))]
    with pytest.raises(EntryUnbalanced):
        ledger.post(lines, key="a", on=DAY, subject=("payment", "a"), by=BY)
    with pytest.raises(EntryUnbalanced):
        ledger.post([], key="a", on=DAY, subject=("payment", "a"), by=BY)
    assert not Entry.objects.exists()


def test_yuan_do_not_balance_dollars() -> None:
    lines = [ledger.debit(chart.CLEARING, Money("10")), ledger.credit(chart.ADVANCE, Money("10", "USD"))]
    with pytest.raises(EntryUnbalanced):
        ledger.post(lines, key="a", on=DAY, subject=("payment", "a"), by=BY)


def written_past_the_code(*amounts: tuple[str, str]) -> None:
    with transaction.atomic():
        entry = Entry.objects.create(key="x", on=DAY, subject_kind="x", subject_id="x", by_name="x")
        for amount, currency in amounts:
            Posting.objects.create(
                entry=entry, account_id=chart.BANK, amount=Decimal(amount), currency=currency, on=DAY
            )
        connection.check_constraints()


@pytest.mark.parametrize(
    "amounts",
    [
        [("10", "CNY"), ("-9.99", "CNY")],
        [("10", "CNY"), ("-10", "USD")],
        [("10", "CNY")],
        [],
    ],
)
def test_the_database_refuses_an_entry_that_does_not_balance(amounts: list[tuple[str, str]]) -> None:
    with pytest.raises(IntegrityError):
        written_past_the_code(*amounts)


def test_a_line_added_later_must_balance_too() -> None:
    entry = post("a")
    Posting.objects.create(entry=entry, account_id=chart.BANK, amount=1, currency="CNY", on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_what_is_written_stays() -> None:
    entry = post("a")
    for change in (
        lambda: Posting.objects.update(amount=Decimal("1")),
        lambda: Posting.objects.filter(entry=entry)._raw_delete("default"),
        lambda: Entry.objects.update(memo="changed"),
        lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()


def test_the_trial_balance_of_a_day_knows_nothing_of_tomorrow(viewer_as: Any) -> None:
    post("a", "10.00")
    post("b", "5.00", on=date(2026, 11, 21))
    told = queries.trial_balance(viewer=viewer_as(Role.ANALYST), on=DAY)
    by_code = {one.account.code: one.left for one in told.balances}
    assert by_code[chart.CLEARING] == Decimal("10.00")
    assert by_code[chart.ADVANCE] == Decimal("-10.00")
    assert by_code[chart.PREMIUM] == 0
    assert told.totals == (("CNY", Decimal("10.00"), Decimal("10.00")),)
    assert told.balanced


def test_a_branch_does_not_see_the_companys_books(viewer_as: Any, org: Any) -> None:
    post("a")
    assert queries.trial_balance(viewer=viewer_as(Role.MANAGER, unit=org.branch), on=DAY).balances == ()
    assert queries.trial_balance(viewer=viewer_as(Role.HOTLINE), on=DAY).balances == ()


def test_the_books_sum_to_zero() -> None:
    post("a")
    assert ledger.imbalances() == {}
