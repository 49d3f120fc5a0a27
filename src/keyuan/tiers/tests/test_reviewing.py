"""A review: measured in the database, decided by the rules, appended to history, told in the log."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.kernel.term import add_months
from keyuan.policies import queries as policies
from keyuan.policies.states import FactKind, PaymentMode
from keyuan.policies.tests import factories as make
from keyuan.products.states import Line
from keyuan.tiers.actions import review, review_book, review_these
from keyuan.tiers.bulk import keep_contributions
from keyuan.tiers.models import BookReview, Membership, Standing
from keyuan.tiers.queries.measuring import counted, measured
from keyuan.tiers.queries.versions import ladders
from keyuan.tiers.refusals import DayNotReached, ReviewedLater
from keyuan.tiers.tests.conftest import Holder, held, life

pytestmark = pytest.mark.django_db


def lines(name: str = "tier.") -> list[Event]:
    return list(Event.objects.filter(name__startswith=name, customer_id__isnull=False).order_by("id"))


def test_a_customer_who_reaches_a_step_has_the_tier_that_day_for_a_whole_year(holder: Holder, system: Viewer) -> None:
    someone = holder(120_000)
    assert review(someone.pk, by=system).raised == 1
    row = Membership.objects.get(customer=someone)
    assert (row.level, row.cause, row.starts_on, row.ends_on) == (4, "raised", today(), None)
    assert (row.year_ends_on, row.converted, row.contribution) == (add_months(today(), 12), Decimal(120_000), None)
    (line,) = lines()
    assert (line.name, line.customer_id, line.payload["from"], line.payload["to"]) == ("tier.raised", someone.pk, 0, 4)


def test_the_same_day_reviewed_again_changes_nothing(holder: Holder, system: Viewer) -> None:
    someone = holder(120_000)
    review(someone.pk, by=system)
    again = review(someone.pk, by=system)
    assert (again.raised, again.kept, again.lowered) == (0, 0, 0)
    assert len(held(someone)) == len(lines()) == 1


def test_another_policy_on_the_same_day_raises_again_and_the_day_belongs_to_the_higher_tier(
    holder: Holder, system: Viewer
) -> None:
    someone = holder(60_000)
    review(someone.pk, by=system)
    life(someone, 200_000)
    review(someone.pk, by=system)
    day = today()
    assert held(someone) == [(3, "raised", day, day), (5, "raised", day, None)]


def test_who_surrenders_keeps_the_tier_until_the_membership_year_is_over(holder: Holder, system: Viewer) -> None:
    someone = holder(0)
    cover = life(someone, 120_000)
    review_these([someone.pk], on=today() - timedelta(days=200))
    make.fact(cover, FactKind.SURRENDERED, today() - timedelta(days=100))
    review(someone.pk, by=system)
    assert held(someone) == [(4, "raised", today() - timedelta(days=200), None)]
    assert Standing.objects.get(customer=someone).level == 0


def test_at_the_end_of_the_year_a_tier_is_kept_lowered_or_gone(holder: Holder) -> None:
    since, again = date(2025, 11, 20), date(2026, 11, 20)
    kept, lowered, gone = holder(0), holder(0), holder(0)
    for someone in (kept, lowered, gone):
        life(someone, 60_000, starts_on=date(2025, 1, 1), signed_on=date(2024, 12, 20))
    ended = [
        life(someone, 60_000, starts_on=date(2025, 1, 1), signed_on=date(2024, 12, 20)) for someone in (kept, lowered)
    ]
    review_these([kept.pk, lowered.pk, gone.pk], on=since)
    make.fact(ended[1], FactKind.SURRENDERED, date(2026, 3, 1))
    make.fact(gone.policies.get(), FactKind.SURRENDERED, date(2026, 3, 1))
    before = review_these([kept.pk, lowered.pk, gone.pk], on=again - timedelta(days=1))
    assert (before.raised, before.kept, before.lowered) == (0, 0, 0)
    turned = review_these([kept.pk, lowered.pk, gone.pk], on=again)
    assert (turned.kept, turned.lowered) == (1, 2)
    assert held(kept) == [(4, "raised", since, again), (4, "kept", again, None)]
    assert held(lowered) == [(4, "raised", since, again), (3, "lowered", again, None)]
    assert held(gone) == [(3, "raised", since, again)]
    assert [line.payload["to"] for line in lines("tier.lowered")] == [3, 0]


def test_the_whole_book_is_reviewed_in_pieces_that_can_be_stopped_and_gone_on_with(holder: Holder) -> None:
    people = [holder(60_000) for _one in range(5)]
    asked = iter([False, True])
    first = review_book(stop=lambda: next(asked), at_once=2)
    run = BookReview.objects.get()
    assert first.raised < 5
    assert run.finished_at is None
    rest = review_book(at_once=2)
    run.refresh_from_db()
    assert first.raised + rest.raised == 5 == run.raised == Membership.objects.count()
    assert run.finished_at is not None
    assert review_book().raised == 0
    assert {row.customer_id for row in Membership.objects.all()} == {one.pk for one in people}


def test_a_day_before_one_that_was_reviewed_is_refused_and_so_is_tomorrow(holder: Holder) -> None:
    holder()
    review_book()
    with pytest.raises(ReviewedLater):
        review_book(on=today() - timedelta(days=1))
    with pytest.raises(DayNotReached):
        review_book(on=today() + timedelta(days=1))


def test_a_customer_out_of_scope_is_not_reviewed(holder: Holder, viewer_as: Any, org: Any) -> None:
    someone = holder(unit=org.branch)
    with pytest.raises(CustomerNotFound):
        review(someone.pk, by=viewer_as("counter", unit=org.other_branch))
    assert not Membership.objects.exists()


def test_contributions_are_kept_beside_the_premium_and_decide_only_where_the_rules_say_so(
    holder: Holder, system: Viewer
) -> None:
    rich, poor = holder(0), holder(60_000)
    assert keep_contributions(
        date(2026, 11, 1), [(rich.pk, Decimal("250000.50")), (poor.pk, Decimal(-900)), (987654, Decimal(1))]
    )
    review_these([rich.pk, poor.pk])
    first, second = Standing.objects.get(customer=rich), Standing.objects.get(customer=poor)
    assert (first.contribution, first.by_contribution, first.by_premium, first.level) == (Decimal("250000.50"), 8, 0, 0)
    assert (second.contribution, second.by_contribution, second.by_premium, second.level) == (Decimal(-900), 0, 3, 3)
    assert not Membership.objects.filter(customer=rich).exists()
    assert Membership.objects.get(customer=poor).contribution == Decimal(-900)


def test_the_database_counts_what_the_rules_count_policy_by_policy(holder: Holder) -> None:
    """Every mode, term and state that changes what a policy counts."""
    day = today()
    someone = holder(0)
    life(someone, "9999.99", payment_mode=PaymentMode.MONTHLY, years=3)
    life(someone, "3333.33", payment_mode=PaymentMode.QUARTERLY, years=7)
    life(someone, "77777.77", payment_mode=PaymentMode.SINGLE, years=0)
    paid_up = life(someone, 50_000)
    make.fact(paid_up, FactKind.PAID_UP, day - timedelta(days=30))
    ended = life(someone, 50_000)
    make.fact(ended, FactKind.SURRENDERED, day - timedelta(days=30))
    life(someone, 40_000, currency="USD")
    life(someone, 8_000, signed_on=day - timedelta(days=1), starts_on=day)
    motor = make.policy(
        someone, premium=Decimal("4321.05"), starts_on=day - timedelta(days=400), ends_on=day + timedelta(days=330)
    )
    motor.terms.update(ends_on=day - timedelta(days=35))
    make.term(motor, day - timedelta(days=35), day + timedelta(days=330), premium=Decimal("4000.01"))
    make.policy(someone, product=make.product(Line.MEDICAL), payment_mode=PaymentMode.SINGLE, premium=Decimal("333.33"),
                starts_on=day, ends_on=day + timedelta(days=365))  # fmt: skip
    viewer = system_viewer("tests")
    for text in ("in_cooling_off: true", "in_cooling_off: false", "paid_up: true"):
        rules = ladders(on=day) if text == "in_cooling_off: true" else {"individual": _changed(text)}
        each = counted(policies.holdings(someone.pk, viewer=viewer, on=day), rules["individual"], on=day)
        expected = sum(one.counted.converted for one in each)
        ((customer, converted, n),) = measured(rules, viewer=viewer, on=day)
        assert (customer, converted) == (someone.pk, expected)
        assert n == sum(one.counted.why_not is None for one in each)


def _changed(text: str) -> Any:
    from keyuan.tiers.queries.versions import shipped_text
    from keyuan.tiers.reading import load

    name, value = text.split(": ")
    other = "true" if value == "false" else "false"
    return load(shipped_text("individual").replace(f"{name}: {other}", text), code="individual", number=1)
