"""No story has an impossible order; everything that is pointed at is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.demo.facts import world
from keyuan.demo.tests.conftest import AS_OF, Drawn, draw
from keyuan.policies.clocks import clocks_for
from keyuan.policies.rules import Cover, Fact, PolicyFacts, statuses
from keyuan.policies.states import ENDINGS, MOVES, FactKind, PolicyStatus

LAST_DAY = AS_OF - timedelta(days=1)
PRODUCTS = list(world().products.values())


def facts_of(drawn: Drawn) -> dict[int, tuple[Any, PolicyFacts]]:
    """Each policy with its facts as the rules read them."""
    facts, terms = defaultdict(list), defaultdict(list)
    for row in drawn.facts:
        facts[row.policy].append(Fact(row.kind, row.on, row.until, row.recorded_at))
    for row in drawn.terms:
        terms[row.policy].append(Cover(row.starts_on, row.ends_on, row.agreed_on, row.recorded_at))
    return {
        row.policy: (
            row,
            PolicyFacts(
                row.signed_on,
                tuple(sorted(terms[row.policy])),
                tuple(sorted(facts[row.policy], key=lambda fact: fact.on)),
                PRODUCTS[row.product].long_term,
                row.payment_mode,
                row.payment_years,
            ),
        )
        for row in drawn.policies
    }


def clocks(row: Any, on: date) -> Any:
    product = PRODUCTS[row.product]
    return clocks_for(product=product.code, line=product.line, channel=row.channel, long_term=product.long_term, on=on)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 10_000))
def test_no_seed_tells_an_impossible_story(seed: int) -> None:
    drawn = draw(seed=seed, customers=60)
    check_references(drawn)
    check_days(drawn)
    check_claims(drawn)
    check_moves(drawn)


def test_the_default_book_tells_no_impossible_story(drawn: Drawn) -> None:
    check_references(drawn)
    check_days(drawn)
    check_claims(drawn)
    check_moves(drawn)


def check_references(drawn: Drawn) -> None:
    customers = {row.customer for row in drawn.customers}
    assert customers == set(range(drawn.book.customers))
    assert {row.customer for row in drawn.persons} | {row.customer for row in drawn.enterprises} == customers
    policies, claims = {row.policy for row in drawn.policies}, {row.claim for row in drawn.claims}
    holder = {row.policy: row.customer for row in drawn.policies}
    for name in ("terms", "facts", "objects"):
        assert all(holder[row.policy] == row.customer for row in drawn.tables[name])
    assert all(row.policy in policies and row.customer in customers for row in drawn.parties)
    assert all(holder[row.policy] == row.customer for row in drawn.claims)
    pairs = {(row.customer, row.other, row.kind) for row in drawn.relations}
    assert len(pairs) == len(drawn.relations)
    assert Counter((one, other) for one, other, _ in pairs) == Counter((other, one) for one, other, _ in pairs)
    subjects = {"policy": policies, "claim": claims}
    for row in drawn.events:
        assert row.subject is None or row.subject_type not in subjects or row.subject in subjects[row.subject_type]
    open_ = Counter(row.customer for row in drawn.assignments if row.ends_on is None)
    assert not open_ or max(open_.values()) == 1


def check_days(drawn: Drawn) -> None:
    registered = {row.customer: row.created_at for row in drawn.customers}
    for row in drawn.events:
        assert registered[row.customer] <= row.occurred_at, row
        assert row.occurred_at.date() <= LAST_DAY, row
    since = {number: at.date() for number, at in registered.items()}
    for row in drawn.policies:
        assert since[row.customer] <= row.signed_on < row.starts_on
        assert row.ends_on is None or row.starts_on < row.ends_on
        assert row.signed_on <= LAST_DAY
    for row in drawn.facts:
        assert row.on <= LAST_DAY
    for row in drawn.assignments:
        assert row.ends_on is None or row.starts_on <= row.ends_on
    for row in drawn.complaints:
        moments = [row.received_at, row.decided_at, row.told_at, row.closed_at]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)


def check_claims(drawn: Drawn) -> None:
    policy = {row.policy: row for row in drawn.policies}
    for row in drawn.claims:
        days = [row.occurred_on, row.notified_on, row.papers_complete_on, row.decided_on, row.paid_on, row.closed_on]
        known = [day for day in days if day is not None]
        assert known == sorted(known)
        assert known[-1] <= LAST_DAY
        cover = policy[row.policy]
        assert cover.starts_on <= row.occurred_on
        assert cover.ends_on is None or row.occurred_on < cover.ends_on
        assert (row.paid_on is None) == (row.paid_amount is None)
        assert row.paid_amount is None or 0 < row.paid_amount <= row.claimed_amount
        assert (row.decision == "") == (row.decided_on is None)


def check_moves(drawn: Drawn) -> None:
    """Each fact was a legal move on its day (policies.states.MOVES), and nothing follows an ending."""
    for row, facts in facts_of(drawn).values():
        kinds = [fact.kind for fact in facts.facts]
        assert sum(kind in ENDINGS for kind in kinds) <= 1, (row, kinds)
        endings = [place for place, kind in enumerate(kinds) if kind in ENDINGS]
        assert not endings or all(kind == FactKind.PREMIUM_PAID for kind in kinds[endings[0] + 1 :]), (
            row.number,
            facts,
        )
        for place, fact in enumerate(facts.facts):
            check_move(row, facts, place, fact)


def check_move(row: Any, facts: PolicyFacts, place: int, fact: Fact) -> None:
    before = PolicyFacts(
        facts.signed_on, facts.terms, facts.facts[:place], facts.long_term, facts.payment_mode, facts.payment_years
    )
    held = statuses(before, on=fact.on, clocks=clocks(row, fact.on))
    if fact.kind == FactKind.SUSPENDED:
        # Cover whose grace has run out is suspended by itself: the fact only writes it down.
        assert PolicyStatus.SUSPENDED in held, (row.number, fact, held)
        return
    if fact.kind == FactKind.PREMIUM_PAID and PolicyStatus.SUSPENDED in held:
        assert any(later.kind == FactKind.REINSTATED and later.on == fact.on for later in facts.facts[place:])
        return
    move = MOVES[fact.kind]
    assert held & move.needs, (row.number, fact, held, facts)
    assert not held & move.never, (row.number, fact, held, facts)


def test_every_status_occurs_in_a_book_of_the_default_size(drawn: Drawn) -> None:
    found: Counter[PolicyStatus] = Counter()
    for row, facts in facts_of(drawn).values():
        found.update(statuses(facts, on=AS_OF, clocks=clocks(row, AS_OF)))
    assert set(found) == set(PolicyStatus), found


def test_every_product_source_and_role_occurs(drawn: Drawn) -> None:
    assert {row.product for row in drawn.policies} == {product.index for product in PRODUCTS}
    assert len({row.source for row in drawn.customers}) == 14
    assert {row.role for row in drawn.members} == {"head", "spouse", "child", "parent"}
    assert {row.kind for row in drawn.customers} == {"individual", "enterprise"}


def test_the_last_days_are_alive_and_tasks_are_open_and_overdue(drawn: Drawn) -> None:
    recent = [row for row in drawn.events if row.occurred_at.date() > LAST_DAY - timedelta(days=3)]
    assert len(recent) >= 20
    open_ = [row for row in drawn.tasks if row.done_at is None]
    assert any(row.due_at.date() < AS_OF for row in open_)
    assert any(row.due_at.date() > AS_OF for row in open_)
    assert any(row.done_at is not None for row in drawn.tasks)
