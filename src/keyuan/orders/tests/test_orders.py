"""An order from the first page to the policy's number, with every way out of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.orders import actions, queries
from keyuan.orders.access import Holder
from keyuan.orders.models import Order
from keyuan.orders.refusals import (
    ApplicantTooYoung,
    InsuredNotAccepted,
    OrderIncomplete,
    OrderMoveRefused,
    OrderNotFound,
    SharesMustSumToOne,
    StartRefused,
)
from keyuan.orders.states import Stage, Step
from keyuan.orders.tests.conftest import APPLICANT, Fill

pytestmark = pytest.mark.django_db
GATEWAY = Actor.system("billing")


def stage_of(order: Order, holder: Holder) -> Stage:
    return queries.order(order.pk, by=holder).stage


def test_a_visitor_fills_in_page_by_page_and_a_stranger_sees_nothing_of_it() -> None:
    started = actions.start("TRV", by=Holder(), language="zh-hans")
    visitor = Holder(tokens=(started.token,))
    said = {"told": {"days": "7", "region": "asia", "plan": "classic", "ages": "30"}}
    actions.fill(started.order.pk, Step.COVER, said, by=visitor)
    seen = queries.order(started.order.pk, by=visitor)
    assert seen.stage == Stage.FILLING
    assert seen.offer().price.first.amount == Decimal("50.00")
    for stranger in (Holder(), Holder(tokens=("guess",))):
        with pytest.raises(OrderNotFound):
            queries.order(started.order.pk, by=stranger)
        with pytest.raises(OrderNotFound):
            actions.fill(started.order.pk, Step.COVER, said, by=stranger)


def test_what_was_said_lies_sealed_in_the_table(filled: Fill) -> None:
    order, _holder = filled("TRV")
    with connection.cursor() as cursor:
        cursor.execute("SELECT details FROM orders_order WHERE id = %s", [order.pk])
        (sealed,) = cursor.fetchone()
    assert APPLICANT["document_number"].encode() not in bytes(sealed)
    assert "林慧".encode() not in bytes(sealed)


def test_an_order_that_belongs_to_a_customer_is_no_longer_opened_by_its_token(filled: Fill) -> None:
    order, holder = filled("TRV")
    with pytest.raises(OrderNotFound):
        queries.order(order.pk, by=Holder(tokens=holder.tokens))
    assert queries.order(order.pk, by=Holder(holder.viewer)).order == order


def test_travel_goes_from_submission_to_the_policy_and_every_step_is_a_line(filled: Fill) -> None:
    order, holder = filled("TRV", told={"days": "7", "region": "asia", "plan": "classic"})
    actions.submit(order.pk, by=holder)
    assert stage_of(order, holder) == Stage.AGREED
    actions.signed(order.pk, signature_ref="7", by=holder)
    assert stage_of(order, holder) == Stage.SIGNED
    actions.paid(order.pk, attempt_ref="A1", amount=Decimal("50.00"), by=GATEWAY)
    actions.issued(order.pk, policy_number="P2026112300000001", by=GATEWAY)
    seen = queries.order(order.pk, by=holder)
    assert (seen.stage, seen.order.premium) == (Stage.ISSUED, Decimal("50.00"))
    names = list(Event.objects.filter(subject_id=order.number).order_by("id").values_list("name", flat=True))
    assert names[0] == "order.started"
    assert names[-5:] == ["order.filled", "order.submitted", "order.signed", "order.paid", "order.issued"]


def test_a_loading_is_priced_and_waits_for_the_customers_yes(filled: Fill) -> None:
    order, holder = filled("CIL", answers={"lung": "asthma"})
    before = queries.order(order.pk, by=holder).offer().price.first.amount
    actions.submit(order.pk, by=holder)
    seen = queries.order(order.pk, by=holder)
    assert (seen.stage, seen.effect.outcome) == (Stage.OFFERED, "loading")
    with pytest.raises(OrderMoveRefused):
        actions.signed(order.pk, signature_ref="1", by=holder)
    agreed = actions.agree(order.pk, by=holder)
    assert agreed.premium is not None
    assert agreed.premium == seen.offer().price.first.amount > before
    document = queries.order(order.pk, by=holder).document()
    assert document["underwriting"]["loading_percent"] == seen.effect.loading_percent > 0
    assert document["premium"]["first"] == str(agreed.premium)


def test_a_decline_ends_the_order(filled: Fill) -> None:
    order, holder = filled("CIL", answers={"cancer": True, "cancer_years": 1})
    actions.submit(order.pk, by=holder)
    assert stage_of(order, holder) == Stage.DECLINED
    with pytest.raises(OrderMoveRefused):
        actions.agree(order.pk, by=holder)


def test_a_referral_waits_for_a_person(filled: Fill) -> None:
    order, holder = filled("CIL", answers={"hospital": True})
    actions.submit(order.pk, by=holder)
    assert stage_of(order, holder) == Stage.REFERRED


@pytest.mark.parametrize("left_out", [Step.COVER, Step.PEOPLE, Step.HEALTH, Step.READ])
def test_an_order_with_a_gap_says_which_page(filled: Fill, left_out: Step) -> None:
    order, holder = filled("TRV")
    empty: dict[Step, dict[str, object]] = {
        Step.COVER: {"starts_on": None},
        Step.PEOPLE: {"insured": []},
        Step.HEALTH: {"answers": {}},
        Step.READ: {"read": {}},
    }
    actions.fill(order.pk, left_out, empty[left_out], by=holder)
    with pytest.raises(OrderIncomplete) as told:
        actions.submit(order.pk, by=holder)
    assert told.value.field == left_out.value
    assert stage_of(order, holder) == Stage.FILLING


def test_what_cannot_be_right_is_refused_at_once_and_nothing_of_it_is_kept(filled: Fill) -> None:
    order, holder = filled("TRV")
    child = {**APPLICANT, "birth_date": today() - timedelta(days=365 * 10)}
    heir = {"name": "林强", "share": "0.5"}
    for step, said, refusal in (
        (Step.COVER, {"starts_on": today()}, StartRefused),
        (Step.COVER, {"starts_on": today() + timedelta(days=91)}, StartRefused),
        (Step.PEOPLE, {"applicant": child}, ApplicantTooYoung),
        (Step.PEOPLE, {"beneficiaries": [heir]}, SharesMustSumToOne),
    ):
        with pytest.raises(refusal):
            actions.fill(order.pk, step, said, by=holder)
    life, holder = filled("CIL")
    with pytest.raises(InsuredNotAccepted):
        actions.fill(life.pk, Step.PEOPLE, {"insured": [{**APPLICANT, "relation": "employee"}]}, by=holder)
    assert queries.order(order.pk, by=holder).details.applicant == queries.order(life.pk, by=holder).details.applicant


def test_an_order_expires_but_never_one_that_was_paid(filled: Fill) -> None:
    order, holder = filled("TRV")
    actions.submit(order.pk, by=holder)
    actions.signed(order.pk, signature_ref="1", by=holder)
    Order.objects.update(expires_at=now() - timedelta(seconds=1))
    assert stage_of(order, holder) == Stage.EXPIRED
    with pytest.raises(OrderMoveRefused):
        actions.paid(order.pk, attempt_ref="A", amount=Decimal(1), by=GATEWAY)
    Order.objects.update(expires_at=now() + timedelta(days=1))
    actions.paid(order.pk, attempt_ref="A", amount=Decimal(1), by=GATEWAY)
    Order.objects.update(expires_at=now() - timedelta(seconds=1))
    assert stage_of(order, holder) == Stage.PAID
    actions.refunded(order.pk, reason="late", by=GATEWAY)
    actions.refunded(order.pk, reason="late", by=GATEWAY)
    assert stage_of(order, holder) == Stage.REFUNDED
    assert Event.objects.filter(name="order.refunded").count() == 1
