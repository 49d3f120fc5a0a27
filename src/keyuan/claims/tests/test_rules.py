"""A claim's statuses and clocks, by the clause."""

from datetime import date, timedelta

import pytest

from keyuan.claims.clocks import clocks_for
from keyuan.claims.rules import ClaimFacts, legal_clocks, may, statuses
from keyuan.claims.states import ClaimStatus, ClockKind, Decision, Step

S = ClaimStatus
DAY = date(2026, 3, 1)
CLOCKS = clocks_for(on=DAY)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def held(on: int, **facts: object) -> frozenset[ClaimStatus]:
    return statuses(ClaimFacts(notified_on=DAY, **facts), on=after(on), clocks=CLOCKS)


def test_nothing_holds_before_the_notice():
    assert held(-1) == frozenset()


def test_the_clock_of_the_decision_waits_for_the_papers():
    assert held(300) == {S.NOTIFIED}
    assert legal_clocks(ClaimFacts(DAY), on=after(300), clocks=CLOCKS) == ()


@pytest.mark.parametrize(
    ("on", "expected"), [(29, {S.IN_ASSESSMENT}), (30, {S.IN_ASSESSMENT}), (31, {S.IN_ASSESSMENT, S.OVERDUE})]
)
def test_a_decision_is_due_thirty_days_after_the_papers(on, expected):  # 保险法 §23
    assert held(on, papers_complete_on=DAY) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [(10, {S.DECIDED, S.PAYMENT_DUE}), (11, {S.DECIDED, S.PAYMENT_DUE, S.OVERDUE})],
)
def test_payment_is_due_ten_days_after_the_agreement(on, expected):  # 保险法 §23
    assert held(on, papers_complete_on=DAY, decided_on=DAY, decision=Decision.ACCEPTED) == expected


@pytest.mark.parametrize(("on", "expected"), [(3, {S.REFUSED}), (4, {S.REFUSED, S.OVERDUE})])
def test_a_refusal_is_told_within_three_days(on, expected):  # 保险法 §24
    assert held(on, papers_complete_on=DAY, decided_on=DAY, decision=Decision.REFUSED) == expected


def test_a_refusal_that_was_told_is_not_overdue():
    facts = {"decided_on": DAY, "decision": Decision.REFUSED, "refusal_notified_on": after(2)}
    assert held(50, **facts) == {S.REFUSED}


def test_the_undisputed_part_is_due_after_sixty_days():  # 保险法 §25
    clocks = legal_clocks(ClaimFacts(DAY, papers_complete_on=DAY), on=after(61), clocks=CLOCKS)
    assert [(clock.kind, clock.deadline, clock.overdue(after(61))) for clock in clocks] == [
        (ClockKind.DECISION, after(30), True),
        (ClockKind.UNDISPUTED_PAYMENT, after(60), True),
    ]
    assert "§25" in clocks[1].article


def test_paid_and_closed_claims_owe_nothing():
    facts = {"papers_complete_on": DAY, "decided_on": after(5), "decision": Decision.PARTIAL, "paid_on": after(40)}
    assert held(100, **facts) == {S.PAID}
    assert held(100, **facts, closed_on=after(41)) == {S.PAID, S.CLOSED}


def test_a_payment_that_came_late_says_so():
    facts = ClaimFacts(DAY, papers_complete_on=DAY, decided_on=DAY, decision=Decision.ACCEPTED, paid_on=after(11))
    (decision, payment) = legal_clocks(facts, on=after(20), clocks=CLOCKS)
    assert (decision.late, payment.late) == (False, True)


def test_facts_after_the_day_are_not_known_yet():
    facts = {"papers_complete_on": after(1), "decided_on": after(2), "decision": Decision.ACCEPTED, "paid_on": after(3)}
    assert held(0, **facts) == {S.NOTIFIED}
    assert held(1, **facts) == {S.IN_ASSESSMENT}
    assert held(2, **facts) == {S.DECIDED, S.PAYMENT_DUE}
    assert held(3, **facts) == {S.PAID}


def test_the_table_of_moves():
    assert may(Step.PAY, frozenset({S.DECIDED, S.PAYMENT_DUE}))
    assert not may(Step.PAY, frozenset({S.REFUSED}))
    assert not may(Step.PAY, frozenset({S.IN_ASSESSMENT}))
    assert not may(Step.CLOSE, frozenset({S.DECIDED, S.PAYMENT_DUE}))
    assert not may(Step.DECIDE, frozenset({S.CLOSED}))
    assert not any(may(step, frozenset({S.PAID, S.CLOSED})) for step in Step)
