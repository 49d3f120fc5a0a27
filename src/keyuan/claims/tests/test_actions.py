"""Every action on a claim: what happens, what is refused, and what then did not happen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.claims import actions, queries, refusals
from keyuan.claims.models import Claim
from keyuan.claims.states import ClaimStatus, Decision
from keyuan.customers import queries as customers
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.policies.queries import PolicyNotFound
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db
S = ClaimStatus


def notified(policy=None, **changes) -> Claim:
    policy = policy or make.policy(make.customer())
    values = {"number": "CL2026030001", "occurred_on": date(2026, 3, 1), "notified_on": date(2026, 3, 2), **changes}
    return actions.notify_claim(policy.pk, **values, by=make.staff(Role.HOTLINE))


def names() -> list[str]:
    return list(Event.objects.filter(subject_type="claim").order_by("id").values_list("name", flat=True))


def statuses(claim: Claim, on: str) -> frozenset[ClaimStatus]:
    return queries.the_claim(claim.pk, viewer=make.staff(), on=date.fromisoformat(on)).statuses


def test_a_claim_runs_from_notice_to_payment():
    claim, by = notified(cause="追尾", claimed=Money("1500.00")), make.staff(Role.CLAIMS)
    actions.complete_papers(claim.pk, on=date(2026, 3, 5), by=by)
    actions.decide_claim(claim.pk, decision=Decision.PARTIAL, amount=Money("1200.00"), on=date(2026, 3, 10), by=by)
    actions.pay_claim(claim.pk, amount=Money("1200.00"), on=date(2026, 3, 12), by=by)
    actions.close_claim(claim.pk, on=date(2026, 3, 13), by=by)

    assert [statuses(claim, day) for day in ("2026-03-04", "2026-03-05", "2026-03-10", "2026-03-12", "2026-03-13")] == [
        {S.NOTIFIED},
        {S.IN_ASSESSMENT},
        {S.DECIDED, S.PAYMENT_DUE},
        {S.PAID},
        {S.PAID, S.CLOSED},
    ]
    assert names() == ["claim.notified", "claim.papers_complete", "claim.decided", "claim.paid", "claim.closed"]
    assert queries.paid_out(claim.customer_id, viewer=by, on=date(2026, 3, 12)) == {"CNY": Decimal("1200.00")}
    assert queries.paid_out(claim.customer_id, viewer=by, on=date(2026, 3, 11)) == {}
    assert [one.pk for one in customers.by_identifier("CL2026030001", viewer=by)] == [claim.customer_id]


def test_a_refusal_gives_its_reason_and_is_told():
    claim, by = notified(), make.staff(Role.CLAIMS)
    with pytest.raises(refusals.ReasonMissing):
        actions.decide_claim(claim.pk, decision="refused", on=date(2026, 3, 10), by=by)
    actions.decide_claim(claim.pk, decision="refused", reason="条款第6条", on=date(2026, 3, 10), by=by)
    with pytest.raises(refusals.NothingToPay):
        actions.pay_claim(claim.pk, amount=Money("1.00"), on=date(2026, 3, 11), by=by)
    actions.notify_refusal(claim.pk, on=date(2026, 3, 12), by=by)
    actions.close_claim(claim.pk, on=date(2026, 3, 12), by=by)
    assert statuses(claim, "2026-03-20") == {S.REFUSED, S.CLOSED}
    assert Claim.objects.get().paid_amount is None
    assert names() == ["claim.notified", "claim.refused", "claim.refusal_notified", "claim.closed"]


def test_a_loss_on_the_day_cover_ends_is_refused():
    policy = make.policy(
        make.customer(), signed_on=date(2025, 2, 1), starts_on=date(2025, 2, 1), ends_on=date(2026, 2, 1)
    )
    with pytest.raises(refusals.CoverNotInForce, match="已到期"):
        notified(policy, occurred_on=date(2026, 2, 1))
    assert not Claim.objects.exists()
    assert names() == []
    assert notified(policy, occurred_on=date(2026, 1, 31)).occurred_on == date(2026, 1, 31)


def test_a_loss_in_grace_is_taken():  # 保险法 §36
    policy = make.life_policy(make.customer())
    assert notified(policy, occurred_on=date(2025, 4, 30), notified_on=date(2025, 5, 3)).pk


def test_a_notice_without_cover_can_be_taken_knowingly():
    policy = make.policy(make.customer())
    claim = notified(policy, occurred_on=date(2025, 12, 25), accept_without_cover=True)
    assert statuses(claim, "2026-03-02") == {S.NOTIFIED}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"occurred_on": today() + timedelta(days=1), "notified_on": None}, refusals.LossInTheFuture),
        ({"notified_on": date(2026, 2, 28)}, refusals.NotifiedBeforeTheLoss),
        ({"claimed": Money("1.00", "EUR")}, refusals.WrongCurrency),
    ],
)
def test_an_impossible_notice_is_refused(changes, refusal):
    with pytest.raises(refusal):
        notified(**changes)
    assert not Claim.objects.exists()


def test_a_number_is_given_once():
    notified()
    with pytest.raises(refusals.NumberTaken):
        notified()


def test_nothing_is_decided_twice_paid_before_a_decision_or_closed_while_money_is_due():
    claim, by = notified(), make.staff(Role.CLAIMS)
    with pytest.raises(refusals.NothingToPay):
        actions.pay_claim(claim.pk, amount=Money("1.00"), on=date(2026, 3, 9), by=by)
    actions.decide_claim(claim.pk, decision="accepted", on=date(2026, 3, 10), by=by)
    with pytest.raises(refusals.NotDecidable):
        actions.decide_claim(claim.pk, decision="refused", reason="x", on=date(2026, 3, 11), by=by)
    with pytest.raises(refusals.CannotClose):
        actions.close_claim(claim.pk, on=date(2026, 3, 11), by=by)
    with pytest.raises(refusals.StepOutOfOrder, match="2026-03-10"):
        actions.pay_claim(claim.pk, amount=Money("1.00"), on=date(2026, 3, 9), by=by)
    with pytest.raises(refusals.AmountNotPositive):
        actions.pay_claim(claim.pk, amount=Money("0.00"), on=date(2026, 3, 11), by=by)
    assert Claim.objects.get().paid_on is None
    assert names() == ["claim.notified", "claim.decided"]


def test_only_claims_staff_decide_and_only_in_their_scope():
    claim = notified(make.policy(make.customer(make.branch("SZ"))))
    with pytest.raises(NotPermitted):
        actions.decide_claim(claim.pk, decision="accepted", by=make.staff(Role.COUNTER))
    with pytest.raises(queries.ClaimNotFound):
        actions.decide_claim(claim.pk, decision="accepted", by=make.staff(Role.CLAIMS, make.branch("NJ")))
    with pytest.raises(PolicyNotFound):
        actions.notify_claim(
            claim.policy_id,
            number="CL2",
            occurred_on=date(2026, 3, 1),
            by=make.staff(Role.HOTLINE, make.branch("NJ")),
        )
