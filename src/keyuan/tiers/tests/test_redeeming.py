"""Benefits: never above the quota, given back, and only by who may."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.customers.models import PortalAccount
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.refusals import Refusal
from keyuan.tiers.actions import give_back, redeem, review_these
from keyuan.tiers.models import Redemption
from keyuan.tiers.queries import benefits_of
from keyuan.tiers.refusals import (
    AlreadyGivenBack,
    BenefitUnknown,
    NotForYou,
    NoTier,
    QuotaUsed,
    ReasonMissing,
    RedemptionNotFound,
)
from keyuan.tiers.tests.conftest import Holder, life

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(viewer_as: Callable[..., Viewer]) -> Viewer:
    return viewer_as(Role.COUNTER)


@pytest.fixture
def themselves(user_as: Callable[..., Any]) -> Callable[[Any], Viewer]:
    """A customer as the one who asks."""

    def made(customer: Any) -> Viewer:
        user = user_as(Role.CUSTOMER)
        PortalAccount.objects.create(customer=customer, user=user)
        return viewer_of(user)

    return made


def test_a_benefit_is_taken_until_its_quota_is_used_and_the_log_tells_each(holder: Holder, clerk: Viewer) -> None:
    someone = holder(250_000)
    review_these([someone.pk])
    first = redeem(someone.pk, benefit="road_rescue", note="G15高速", by=clerk)
    redeem(someone.pk, benefit="road_rescue", by=clerk)
    with pytest.raises(QuotaUsed):
        redeem(someone.pk, benefit="road_rescue", by=clerk)
    (rescue,) = [one for one in benefits_of(someone.pk, viewer=clerk) if one.benefit.code == "road_rescue"]
    assert (rescue.quota, rescue.used, rescue.left, rescue.open) == (2, 2, 0, False)
    told = Event.objects.filter(name="tier.benefit_redeemed", customer_id=someone.pk)
    assert next(line.payload["code"] for line in told.order_by("id")) == first.code
    assert told.count() == 2


def test_what_is_given_back_can_be_taken_again_and_is_told(holder: Holder, clerk: Viewer) -> None:
    someone = holder(120_000)
    review_these([someone.pk])
    taken = redeem(someone.pk, benefit="health_check", by=clerk)
    with pytest.raises(ReasonMissing):
        give_back(taken.pk, why=" ", by=clerk)
    give_back(taken.pk, why="改期", by=clerk)
    with pytest.raises(AlreadyGivenBack):
        give_back(taken.pk, why="改期", by=clerk)
    assert redeem(someone.pk, benefit="health_check", by=clerk).slot == taken.slot
    assert Event.objects.get(name="tier.benefit_given_back").payload["reason"] == "改期"


def test_a_new_membership_year_has_its_own_quota(holder: Holder, clerk: Viewer) -> None:
    someone = holder(120_000)
    review_these([someone.pk])
    redeem(someone.pk, benefit="health_check", by=clerk)
    life(someone, 500_000)
    Redemption.objects.update(year_from="2020-01-01")
    review_these([someone.pk])
    assert {one.used for one in benefits_of(someone.pk, viewer=clerk)} == {0}


def test_who_has_no_tier_or_another_one_takes_nothing(holder: Holder, clerk: Viewer) -> None:
    nobody, one_star = holder(0), holder(60_000)
    review_these([nobody.pk, one_star.pk])
    with pytest.raises(NoTier):
        redeem(nobody.pk, benefit="road_rescue", by=clerk)
    for benefit in ("airport_lounge", "priority_line", "moon"):
        with pytest.raises(BenefitUnknown):
            redeem(one_star.pk, benefit=benefit, by=clerk)
    assert not Redemption.objects.exists()


def test_a_customer_takes_what_the_rules_let_them_for_themselves_only(
    holder: Holder, themselves: Callable[[Any], Viewer], clerk: Viewer
) -> None:
    someone, other = holder(120_000), holder(120_000)
    review_these([someone.pk, other.pk])
    me = themselves(someone)
    assert redeem(someone.pk, benefit="health_check", by=me).by_customer
    with pytest.raises(CustomerNotFound):
        redeem(other.pk, benefit="health_check", by=me)
    with pytest.raises(Refusal):
        give_back(Redemption.objects.get().pk, why="不要了", by=me)


def test_what_staff_arrange_a_customer_does_not_take(
    holder: Holder, themselves: Callable[[Any], Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyuan.tiers.queries.versions import shipped_text
    from keyuan.tiers.reading import load

    someone = holder(120_000)
    review_these([someone.pk])
    text = shipped_text("individual").replace(
        "who: [staff, customer]\n    quotas: {3: 1, 7: 2}", "who: [staff]\n    quotas: {3: 1}"
    )
    ladder = load(text, code="individual", number=1)
    monkeypatch.setattr("keyuan.tiers.actions.redeeming.ladder_of", lambda code, number: ladder)
    with pytest.raises(NotForYou):
        redeem(someone.pk, benefit="health_check", by=themselves(someone))


def test_staff_out_of_scope_neither_take_nor_give_back(
    holder: Holder, clerk: Viewer, viewer_as: Callable[..., Viewer], org: Any
) -> None:
    someone = holder(120_000, unit=org.branch)
    review_these([someone.pk])
    taken = redeem(someone.pk, benefit="health_check", by=clerk)
    elsewhere = viewer_as(Role.COUNTER, unit=org.other_branch)
    with pytest.raises(CustomerNotFound):
        redeem(someone.pk, benefit="road_rescue", by=elsewhere)
    with pytest.raises(RedemptionNotFound):
        give_back(taken.pk, why="x", by=elsewhere)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_last_one_at_once_take_one(holder: Holder, clerk: Viewer) -> None:
    someone = holder(60_000)
    review_these([someone.pk])
    start = Barrier(4)

    def take(_place: int) -> str:
        start.wait()
        try:
            return redeem(someone.pk, benefit="road_rescue", by=clerk).code
        except QuotaUsed:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(take, range(4)))
    assert len([code for code in codes if code]) == 1 == Redemption.objects.count()
