"""What holds for every policy and every day; and SQL says the same as the rules."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keyuan.policies import queries
from keyuan.policies.clocks import clocks_for
from keyuan.policies.models import Policy
from keyuan.policies.queries.holdings import assemble
from keyuan.policies.rules import ENDED, Cover, Fact, PolicyFacts, next_dates, standing, statuses
from keyuan.policies.states import FactKind, NextDateKind, PaymentMode, PolicyStatus
from keyuan.policies.tests import factories as make
from keyuan.products.states import Line

S = PolicyStatus
START = date(2020, 2, 29)
MAIN = {S.NOT_YET_ON_RISK, S.ON_RISK, S.SUSPENDED, S.EXPIRED} | ENDED


def days(lowest: int = -60, highest: int = 2000):
    return st.integers(lowest, highest).map(lambda count: START + timedelta(days=count))


@st.composite
def histories(draw) -> PolicyFacts:
    """Any policy: long or short, with gaps, payments, demands, suspensions and endings in any order."""
    long_term = draw(st.booleans())
    starts_on, terms = START, []
    for place in range(1 if long_term else draw(st.integers(1, 3))):
        length = draw(st.one_of(st.none(), st.integers(200, 2500))) if long_term else draw(st.integers(30, 400))
        ends_on = None if length is None else starts_on + timedelta(days=length)
        agreed = draw(st.one_of(st.none(), st.integers(0, 120))) if place else None
        terms.append(Cover(starts_on, ends_on, None if agreed is None else starts_on - timedelta(days=agreed)))
        if ends_on is not None:
            starts_on = ends_on + timedelta(days=draw(st.sampled_from([0, 0, 40])))
    kinds = st.sampled_from([*FactKind, FactKind.PREMIUM_PAID, FactKind.PREMIUM_PAID])
    facts = []
    for kind in draw(st.lists(kinds, max_size=6)):
        on = draw(days(-30))
        until = draw(st.one_of(st.none(), days(0))) if kind == FactKind.PREMIUM_PAID else None
        facts.append(Fact(kind, on, until))
    return PolicyFacts(
        signed_on=START - timedelta(days=draw(st.integers(0, 30))),
        terms=tuple(terms),
        facts=tuple(sorted(facts, key=lambda fact: fact.on)),
        long_term=long_term,
        payment_mode=draw(st.sampled_from(PaymentMode.values)),
        payment_years=draw(st.one_of(st.none(), st.integers(1, 5))),
    )


def clocks(facts: PolicyFacts, channel: str = "agent"):
    line = Line.LIFE if facts.long_term else Line.MOTOR
    return clocks_for(line=line, channel=channel, long_term=facts.long_term, on=START)


@given(histories(), days())
def test_every_day_has_exactly_one_main_status(facts, on):
    assert len(statuses(facts, on=on, clocks=clocks(facts)) & MAIN) == 1


@given(histories(), days())
def test_ended_cover_has_no_other_status_and_waits_for_nothing(facts, on):
    held = statuses(facts, on=on, clocks=clocks(facts))
    if held & ENDED:
        assert len(held) == 1
        assert next_dates(facts, on=on, clocks=clocks(facts)) == ()


@given(histories(), days())
def test_grace_and_renewal_imply_cover(facts, on):
    held = statuses(facts, on=on, clocks=clocks(facts))
    if held & {S.IN_GRACE, S.RENEWAL_DUE}:
        assert S.ON_RISK in held
    if S.ON_RISK in held:
        assert any(term.starts_on <= on and (term.ends_on is None or on < term.ends_on) for term in facts.terms)


@given(histories(), days(), st.sampled_from(list(FactKind)), st.integers(1, 900))
def test_what_happens_later_does_not_change_an_earlier_day(facts, on, kind, later):
    more = Fact(kind, on + timedelta(days=later), on + timedelta(days=later + 365))
    added = PolicyFacts(
        facts.signed_on,
        facts.terms,
        tuple(sorted((*facts.facts, more), key=lambda fact: fact.on)),
        facts.long_term,
        facts.payment_mode,
        facts.payment_years,
    )
    assert statuses(added, on=on, clocks=clocks(facts)) == statuses(facts, on=on, clocks=clocks(facts))


@given(histories(), days())
def test_a_renewal_agreed_later_does_not_change_an_earlier_day(facts, on):
    last = facts.terms[-1]
    if facts.long_term or last.ends_on is None:
        return
    agreed = max(on, last.starts_on) + timedelta(days=1)
    starts_on = max(last.ends_on, agreed)
    term = Cover(starts_on, starts_on + timedelta(days=365), agreed)
    added = PolicyFacts(facts.signed_on, (*facts.terms, term), facts.facts, False, facts.payment_mode)
    assert statuses(added, on=on, clocks=clocks(facts)) == statuses(facts, on=on, clocks=clocks(facts))


@given(histories(), days())
def test_next_dates_lie_ahead_in_order_and_grace_ends_after_the_due_date(facts, on):
    found = next_dates(facts, on=on, clocks=clocks(facts))
    assert all(one.on >= on for one in found)
    assert list(found) == sorted(found, key=lambda one: one.on)
    by_kind = {one.kind: one.on for one in found}
    due, end = by_kind.get(NextDateKind.PREMIUM_DUE), by_kind.get(NextDateKind.GRACE_END)
    if due is not None and end is not None:
        assert due < end <= due + timedelta(days=61)
    if standing(facts, on=on, clocks=clocks(facts)).suspended:
        assert NextDateKind.PREMIUM_DUE not in by_kind


class SqlAgreesWithTheRules(TestCase):
    """For the same policies and days, conditions in SQL choose exactly those that the rules name."""

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(histories(), min_size=1, max_size=6), st.lists(days(), min_size=1, max_size=3), st.data())
    def test_every_status_chooses_the_same_policies(self, all_facts, chosen_days, data):
        holder = make.customer()
        for facts in all_facts:
            channel = data.draw(st.sampled_from(["agent", "online"]))
            stored(holder, facts, channel)
        for on in chosen_days:
            expected = {held.id: held.statuses for held in assemble(Policy.objects.all(), on=on)}
            for status in S:
                found = set(queries.with_status(Policy.objects.all(), status, on=on).values_list("pk", flat=True))
                assert found == {id_ for id_, held in expected.items() if status in held}, (status, on)


def stored(holder, facts: PolicyFacts, channel: str) -> Policy:
    line = Line.LIFE if facts.long_term else Line.MOTOR
    policy = make.policy(
        holder,
        product=make.product(line, long_term=facts.long_term),
        channel=channel,
        signed_on=facts.signed_on,
        starts_on=facts.terms[0].starts_on,
        ends_on=facts.terms[-1].ends_on,
        payment_mode=facts.payment_mode,
        payment_years=facts.payment_years,
        premium=Decimal("100.00"),
    )
    policy.terms.all().delete()
    for cover in facts.terms:
        make.term(policy, cover.starts_on, cover.ends_on, agreed_on=cover.agreed_on)
    for fact in facts.facts:
        make.fact(policy, FactKind(fact.kind), fact.on, until=fact.until)
    return policy


@pytest.mark.django_db
def test_a_policy_without_any_term_on_record_is_covered_from_start_to_end():
    policy = make.policy(make.customer())
    policy.terms.all().delete()
    for on, status in (
        (date(2025, 12, 31), S.NOT_YET_ON_RISK),
        (date(2026, 6, 1), S.ON_RISK),
        (date(2027, 1, 1), S.EXPIRED),
    ):
        assert list(queries.with_status(Policy.objects.all(), status, on=on)) == [policy]
        assert queries.statuses_of(policy.pk, viewer=make.staff(), on=on) == {status}
