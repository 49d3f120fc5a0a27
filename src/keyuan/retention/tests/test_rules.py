"""The cadence by the table of the trade, and what holds for every case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.deadlines.calendar import shipped
from keyuan.policies.states import PaymentMode
from keyuan.retention import rules
from keyuan.retention.cadence import cadence_for
from keyuan.retention.rules import NOTHING_TOLD, Due, Told
from keyuan.retention.states import STATE_SAID, DueKind, Outcome, RenewalState

DUE = date(2026, 11, 30)
ON = date(2026, 10, 1)


def motor() -> rules.Cadence:
    return cadence_for(line="motor", long_term=False, payment_mode=PaymentMode.YEARLY, on=ON)


@pytest.mark.parametrize(
    ("line", "long_term", "mode", "days", "least"),
    [
        ("motor", False, PaymentMode.YEARLY, (45, 33, 30), 2),
        ("property", False, PaymentMode.YEARLY, (30, 15, 7), 1),
        ("medical", False, PaymentMode.SINGLE, (30, 15, 7), 1),
        ("life", True, PaymentMode.YEARLY, (30, 15, 7), 1),
        ("life", True, PaymentMode.MONTHLY, (7,), 1),
    ],
)
def test_the_cadence_is_that_of_the_trade(
    line: str, long_term: bool, mode: PaymentMode, days: tuple, least: int
) -> None:
    found = cadence_for(line=line, long_term=long_term, payment_mode=mode, on=ON)
    assert (found.days_before, found.least_contacts) == (days, least)


def test_the_first_call_of_motor_is_45_days_ahead_on_a_worked_day() -> None:
    # 2026-11-30 less 45 days is Friday 16 October; 2026-11-19 less 45 is Monday 5 October, in the holiday.
    assert rules.first_contact_on(DUE, motor(), next_workday=shipped().next_workday) == date(2026, 10, 16)
    in_the_holiday = rules.first_contact_on(date(2026, 11, 19), motor(), next_workday=shipped().next_workday)
    assert in_the_holiday == date(2026, 10, 8)


def due(**changes: object) -> Due:
    values = {"kind": DueKind.TERM_END, "due_on": DUE, "settled": False, "lapses_on": DUE}
    return Due(**{**values, **changes})


def proposed(outcome: Outcome, on: date) -> date | None:
    return rules.proposed_next_contact(
        due(), outcome, on=on, cadence=motor(), next_workday=shipped().next_workday, add_workdays=shipped().add_workdays
    )


@pytest.mark.parametrize(
    ("outcome", "on", "expected"),
    [
        (Outcome.CONSIDERING, date(2026, 10, 16), date(2026, 10, 28)),  # T−33
        (Outcome.CONSIDERING, date(2026, 10, 28), date(2026, 11, 2)),  # T−30 is Saturday 31 October
        (Outcome.QUOTED, date(2026, 11, 10), date(2026, 11, 13)),  # the cadence is over: in three working days
        (Outcome.NO_ANSWER, date(2026, 10, 16), date(2026, 10, 19)),  # tried again on the next working day
        (Outcome.NOT_RENEWING, date(2026, 10, 16), None),
        (Outcome.CALL_BACK, date(2026, 11, 28), date(2026, 11, 29)),  # never on the day on which it is lost
        (Outcome.CALL_BACK, date(2026, 11, 29), None),
    ],
)
def test_the_next_call_after_an_outcome(outcome: Outcome, on: date, expected: date | None) -> None:
    assert proposed(outcome, on) == expected


@given(st.sampled_from(list(Outcome)), st.integers(1, 90))
def test_a_proposed_call_lies_ahead_and_before_the_loss_and_on_a_worked_day(outcome: Outcome, before: int) -> None:
    on = DUE - timedelta(days=before)
    found = proposed(outcome, on)
    if found is not None:
        assert on < found < DUE
        assert shipped().is_workday(found) or found == DUE - timedelta(days=1)


told = st.lists(
    st.tuples(st.sampled_from(list(Outcome)), st.integers(0, 40)).map(lambda one: Told(one[0], ON + timedelta(one[1])))
)


@given(told, st.booleans(), st.integers(0, 100))
def test_facts_come_before_words(outcomes: list[Told], settled: bool, days: int) -> None:
    summary, on = rules.summed_up(outcomes), ON + timedelta(days)
    state = rules.state_of(due(settled=settled), summary, on=on)
    if settled:
        assert state == RenewalState.RENEWED
    elif on >= DUE:
        assert state == RenewalState.LAPSED
    else:
        said = [one.outcome for one in outcomes if one.outcome in STATE_SAID]
        assert state == (STATE_SAID[said[-1]] if said else RenewalState.NOT_CONTACTED)
    assert summary.contacts <= summary.attempts == len(outcomes)


def test_who_was_not_reached_has_not_been_contacted() -> None:
    summary = rules.summed_up([Told(Outcome.NO_ANSWER, ON, next_contact_on=ON + timedelta(1))])
    assert rules.state_of(due(), summary, on=ON) == RenewalState.NOT_CONTACTED
    assert rules.contacts_missing(summary, motor()) == 2


def test_a_refusal_on_the_policy_counts_until_the_customer_says_otherwise_later() -> None:
    refused = due(declined_on=ON)
    assert rules.state_of(refused, NOTHING_TOLD, on=ON) == RenewalState.NOT_RENEWING
    later = rules.summed_up([Told(Outcome.RENEWING, ON + timedelta(1))])
    assert rules.state_of(refused, later, on=ON + timedelta(1)) == RenewalState.RENEWING


@given(st.integers(0, 200), st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_work_is_shared_out_evenly(cases: int, loads: list[int]) -> None:
    people = list(enumerate(loads))
    given_to = rules.shared_out(cases, people)
    assert len(given_to) == cases
    after = {person: load + given_to.count(person) for person, load in people}
    receivers = [person for person, _ in people if person in given_to]
    # Whoever got anything ends with at most one more than anybody else.
    assert all(after[person] <= other + 1 for person in receivers for other in after.values())
