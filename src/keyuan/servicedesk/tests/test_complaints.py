"""Complaints by the clock: what happens, what is refused, and what then did not happen."""

from datetime import date, datetime, timedelta

import pytest

from keyuan.accounts.roles import Role
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions, queries, refusals
from keyuan.servicedesk.clocks import clocks_on
from keyuan.servicedesk.models import Complaint
from keyuan.servicedesk.rules import ComplaintFacts, deadline, statuses
from keyuan.servicedesk.states import ComplaintStatus

S = ComplaintStatus
DAY = date(2026, 3, 1)
CLOCKS = clocks_on(DAY)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "days"),
    [({}, 15), ({"complex_on": after(5)}, 30), ({"complex_on": after(5), "extended_on": after(25)}, 60)],
)
def test_a_decision_is_due_in_fifteen_thirty_or_at_most_sixty_days(facts, days):
    known = ComplaintFacts(DAY, **facts)
    assert S.OVERDUE not in statuses(known, on=after(days), clocks=CLOCKS)
    assert S.OVERDUE in statuses(known, on=after(days + 1), clocks=CLOCKS)


def test_the_decision_is_told_within_three_days():
    decided = ComplaintFacts(DAY, decided_on=after(10))
    assert deadline(decided, on=after(10), clocks=CLOCKS) == after(13)
    assert statuses(decided, on=after(13), clocks=CLOCKS) == {S.DECIDED, S.NOTICE_DUE}
    assert statuses(decided, on=after(14), clocks=CLOCKS) == {S.DECIDED, S.NOTICE_DUE, S.OVERDUE}
    told = ComplaintFacts(DAY, decided_on=after(10), told_on=after(11))
    assert statuses(told, on=after(40), clocks=CLOCKS) == {S.DECIDED}


def test_what_came_later_is_not_known_yet():
    facts = ComplaintFacts(DAY, complex_on=after(2), decided_on=after(3), told_on=after(4), closed_on=after(5))
    found = [statuses(facts, on=after(days), clocks=CLOCKS) for days in range(-1, 6)]
    assert found == [
        set(),
        {S.OPEN},
        {S.OPEN},
        {S.OPEN, S.COMPLEX},
        {S.DECIDED, S.NOTICE_DUE},
        {S.DECIDED},
        {S.CLOSED},
    ]


def received(customer=None, **changes) -> Complaint:
    customer = customer or make.customer()
    values = {"channel": "call", "reason": "claim_speed", "summary": "理赔太慢", "by": make.staff(), **changes}
    return actions.receive_complaint(customer.pk, **values)


@pytest.mark.django_db
class TestActions:
    def test_a_complaint_runs_from_receipt_to_its_end(self):
        by = make.staff()
        complaint = received(by=by)
        assert complaint.number == f"TS{today():%Y%m%d}{complaint.pk:06}"
        actions.extend_complaint(complaint.pk, reason="需调取录音", by=by)
        actions.extend_complaint(complaint.pk, reason="需外部鉴定", by=by)
        (held,) = queries.complaints_of(complaint.customer_id, viewer=by)
        assert held.statuses == {S.OPEN, S.COMPLEX, S.EXTENDED}
        assert held.deadline == today() + timedelta(days=60)
        with pytest.raises(refusals.ComplaintStepRefused):
            actions.extend_complaint(complaint.pk, reason="再延", by=by)

        actions.decide_complaint(complaint.pk, upheld=True, text="补付利息", by=by)
        with pytest.raises(refusals.ComplaintStepRefused):
            actions.close_complaint(complaint.pk, by=by)
        actions.tell_decision(complaint.pk, channel="call", by=by)
        actions.close_complaint(complaint.pk, by=by)
        (held,) = queries.complaints_of(complaint.customer_id, viewer=by)
        assert (held.statuses, held.deadline, held.upheld) == ({S.CLOSED}, None, True)
        names = Event.objects.filter(customer_id=complaint.customer_id).order_by("id").values_list("name", flat=True)
        assert list(names) == [
            "complaint.received",
            "complaint.extended",
            "complaint.extended",
            "complaint.decided",
            "complaint.told",
            "complaint.closed",
        ]

    def test_the_time_machine_shows_the_complaint_of_that_day(self):
        by = make.staff()
        moment = datetime(2026, 3, 1, 23, 30, tzinfo=COMPANY_ZONE)
        complaint = received(by=by, received_at=moment)
        actions.decide_complaint(complaint.pk, upheld=False, decided_at=moment + timedelta(days=20), by=by)
        assert queries.complaints_of(complaint.customer_id, viewer=by, on=date(2026, 2, 28)) == []
        (then,) = queries.complaints_of(complaint.customer_id, viewer=by, on=date(2026, 3, 20))
        assert (then.statuses, then.upheld) == ({S.OPEN, S.OVERDUE}, None)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"summary": "  "}, refusals.SummaryMissing),
            ({"received_at": now() + timedelta(hours=1)}, refusals.ContactInTheFuture),
        ],
    )
    def test_an_empty_or_future_complaint_is_refused(self, changes, refusal):
        with pytest.raises(refusal):
            received(**changes)
        assert not Complaint.objects.exists()
        assert not Event.objects.filter(name="complaint.received").exists()

    def test_a_complaint_is_about_the_customers_own_policy(self):
        policy = make.policy(make.customer())
        with pytest.raises(refusals.NotTheirPolicy):
            received(policy_id=policy.pk)
        complaint = received(policy.customer, policy_id=policy.pk)
        assert complaint.policy_id == policy.pk

    def test_another_branch_neither_receives_nor_decides(self):
        complaint = received(make.customer(make.branch("SZ")))
        other = make.staff(Role.HOTLINE, make.branch("NJ"))
        with pytest.raises(CustomerNotFound):
            received(complaint.customer, by=other)
        with pytest.raises(queries.ComplaintNotFound):
            actions.decide_complaint(complaint.pk, upheld=True, by=other)
        complaint.refresh_from_db()
        assert complaint.decided_at is None
        assert queries.complaints_of(complaint.customer_id, viewer=other) == []

    def test_a_decision_does_not_come_before_the_complaint(self):
        complaint = received()
        with pytest.raises(refusals.BeforeItWasReceived):
            actions.decide_complaint(
                complaint.pk, upheld=True, decided_at=complaint.received_at - timedelta(days=1), by=make.staff()
            )
