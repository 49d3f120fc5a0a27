"""The lists in SQL say the same as the rules, for any policies, outcomes and day."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.deadlines.calendar import next_workday
from keyuan.policies.models import Policy
from keyuan.policies.queries.holdings import assemble
from keyuan.policies.tests import factories as make
from keyuan.policies.tests.test_properties import days, histories, stored
from keyuan.retention import rules
from keyuan.retention.cadence import shortest_term_days
from keyuan.retention.models import RenewalCase
from keyuan.retention.queries import listing
from keyuan.retention.queries.facts import cadence_of, facts_of, summary_of
from keyuan.retention.rules import Told
from keyuan.retention.states import OPEN_STATES, LossReason, Outcome, RenewalState
from keyuan.retention.worklist import RenewalFilter, rows, table

REACH = timedelta(days=183)


@st.composite
def outcomes(draw, on: date) -> list[Told]:
    """What was said, up to the day."""
    said = []
    for outcome in draw(st.lists(st.sampled_from(list(Outcome)), max_size=3)):
        day = on - timedelta(days=draw(st.integers(0, 60)))
        next_on = draw(st.one_of(st.none(), st.integers(-20, 20).map(lambda more, day=day: day + timedelta(days=more))))
        reason = LossReason.COMPETITOR if outcome == Outcome.NOT_RENEWING else ""
        said.append(Told(outcome, day, reason, next_on))
    return sorted(said, key=lambda told: told.on)


class SqlAgreesWithTheRules(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(histories(), min_size=1, max_size=6), days(0), st.data())
    def test_every_list_holds_the_same_cases(self, all_facts, on, data):
        holder = make.customer()
        boss: Viewer = make.staff(Role.MANAGER)
        for facts in all_facts:
            stored(holder, facts, "agent")
        wanted = RenewalFilter(on - REACH, on + REACH)
        expected = {}
        for held in assemble(Policy.objects.all(), on=on):
            found = rules.dues(facts_of(held), on=on, clocks=held.clocks, shortest_days=shortest_term_days(on))
            for due in found:
                if not wanted.first <= due.due_on < wanted.last:
                    continue
                summary = rules.summed_up(data.draw(outcomes(on)))
                if summary.attempts:
                    case = RenewalCase(policy_id=held.id, customer=holder, due_on=due.due_on)
                    for name in summary.__dataclass_fields__:
                        setattr(case, name, getattr(summary, name))
                    case.save()
                    assert summary_of(case) == summary
                state = rules.state_of(due, summary, on=on)
                first = rules.first_contact_on(due.due_on, cadence_of(held, on=on), next_workday=next_workday)
                expected[held.id, due.due_on] = (state, rules.next_contact(due, summary, first=first), due.kind)
        sql, parameters = table(wanted, viewer=boss, on=on, calls=True)
        text = f"SELECT policy_id, due_on, state, next_on, kind FROM ({sql}) found"  # noqa: S608
        listed = {(policy, due_on): rest for policy, due_on, *rest in rows(text, parameters)}
        assert listed == {key: list(told) for key, told in expected.items()}
        with patch.object(listing, "today", lambda: on):
            counted = listing.tallies(wanted, viewer=boss).by_state
            late = listing.seen(RenewalFilter(wanted.first, wanted.last, overdue=True), viewer=boss, size=500).rows
            shown = listing.seen(wanted, viewer=boss, size=500).rows
        states = [state for state, *_ in expected.values()]
        assert counted == {state: states.count(state) for state in RenewalState if state in states}
        assert {(row.policy_id, row.due_on): row.state for row in shown} == {
            key: state for key, (state, *_) in expected.items()
        }
        for chosen in [(state,) for state in RenewalState] + [(RenewalState.RENEWING, RenewalState.CONSIDERING)]:
            with patch.object(listing, "today", lambda: on):
                page = listing.seen(RenewalFilter(wanted.first, wanted.last, lists=chosen), viewer=boss, size=500).rows
            assert {(row.policy_id, row.due_on) for row in page} == {
                key for key, (state, *_) in expected.items() if state in chosen
            }, chosen
        assert {(row.policy_id, row.due_on) for row in late} == {
            key
            for key, (state, next_on, _) in expected.items()
            if state in OPEN_STATES and next_on is not None and next_on < on
        }
