"""Tiers of the past: what the shipped rules would have made of each day, reviewed as the nightly review does.

The book's first people only, so that a large book has no more of it than a small one; the first review of the worker takes
care of the rest. A customer's days are those on which cover began or came back, and the ends of their membership
years: on no other day can a tier change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from keyuan.accounts.scope import system_viewer
from keyuan.customers.models import Customer
from keyuan.demo.chronicle import moment
from keyuan.demo.streams import Stream
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today
from keyuan.policies import queries as policies
from keyuan.policies import rules as cover
from keyuan.policies.clocks import clocks_for
from keyuan.policies.models import Policy
from keyuan.policies.queries import Holding
from keyuan.policies.queries.holdings import covers
from keyuan.policies.rules import Fact, PolicyFacts
from keyuan.policies.states import FactKind, PolicyStatus
from keyuan.tiers import events, rules
from keyuan.tiers.actions import review_these
from keyuan.tiers.models import Membership, Redemption
from keyuan.tiers.queries import shipped
from keyuan.tiers.rules import Held, Ladder, Measure
from keyuan.tiers.states import Cause, LadderCode

MOST = 5_000
AT_ONCE = 500
NIGHT, NOON = 40, 12 * 60 + 25  # minutes of the day
BY = Actor.system("tiers.review")
KINDS = {Cause.RAISED: events.RAISED, Cause.KEPT: events.KEPT, Cause.LOWERED: events.LOWERED}
#: What members ask for, and how many in a hundred membership years it is taken.
WISHES = (("policy_check", 22), ("road_rescue", 12), ("health_check", 45), ("second_opinion", 6), ("risk_survey", 40))


def tell_tiers(*, seed: int, as_of: date) -> tuple[int, int]:
    """Write memberships and redemptions up to (not with) ``as_of``; returns how many of each."""
    ladders = {code: shipped(code) for code in LadderCode.values}
    viewer = system_viewer("demo")
    people = list(Customer.objects.order_by("pk").values_list("pk", "kind", "org_unit_id")[:MOST])
    years = taken = 0
    for place in range(0, len(people), AT_ONCE):
        batch = people[place : place + AT_ONCE]
        ids = Policy.objects.filter(customer_id__in=[one[0] for one in batch]).values_list("pk", flat=True)
        held = policies.holdings_by_id(list(ids), viewer=viewer, on=as_of - timedelta(days=1))
        held.sort(key=lambda one: one.customer_id)
        mine = {key: list(rows) for key, rows in groupby(held, key=lambda one: one.customer_id)}
        memberships: list[Membership] = []
        lines: list[Line] = []
        for customer, kind, unit in batch:
            told = _told(customer, unit, mine.get(customer, ()), ladders[kind], as_of)
            for membership, line in told:
                if membership is not None:
                    memberships.append(membership)
                lines.append(line)
        Membership.objects.bulk_create(memberships)
        redemptions = list(_redeemed(memberships, ladders, {one[0]: one[2] for one in batch}, seed, as_of))
        Redemption.objects.bulk_create([row for row, _line in redemptions])
        record_many([*lines, *(line for _row, line in redemptions)])
        years, taken = years + len(memberships), taken + len(redemptions)
    return years, taken


def write_standings(*, as_of: date) -> None:
    """Where they stand on the book's last day, by the review itself."""
    people = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:MOST])
    for place in range(0, len(people), AT_ONCE):
        review_these(people[place : place + AT_ONCE], on=min(as_of, today()), by=BY)


def _told(
    customer: int, unit: int, held: Sequence[Holding], ladder: Ladder, as_of: date
) -> Iterator[tuple[Membership | None, Line]]:
    if not _may_be_a_member(held, ladder):
        return
    days = sorted({day for one in held for day in _days(one) if day < as_of})
    row: Membership | None = None
    while True:
        day = days.pop(0) if days else None
        if row is not None and row.year_ends_on < as_of and (day is None or row.year_ends_on < day):
            if day is not None:
                days.insert(0, day)
            day = row.year_ends_on
        if day is None:
            return
        current = None if row is None else rules.Membership(row.level, row.starts_on, row.year_ends_on)
        amount = rules.converted((_held(one, day) for one in held if one.signed_on <= day), ladder)
        change = rules.review(current, Measure(amount), ladder, on=day)
        if change is None:
            continue
        before = 0
        if row is not None:
            row.ends_on, before = day, row.level
        row = None
        if change.level:
            row = Membership(
                customer_id=customer, level=change.level, starts_on=day, year_ends_on=change.year_ends_on,
                cause=change.cause, converted=amount, ladder=ladder.code, rules=ladder.number, recorded_at=moment(day, NIGHT),
            )  # fmt: skip
        yield row, _line(customer, unit, before, change, amount, ladder)


def _days(held: Holding) -> Iterable[date]:
    """The days on which a policy may begin to count more."""
    yield from (term.starts_on for term in held.terms)
    yield from (fact.on for fact in held.facts if fact.kind == FactKind.REINSTATED)


def _may_be_a_member(held: Sequence[Holding], ladder: Ladder) -> bool:
    """Whether all that was ever held would reach the first step, had it been held at once."""
    most = rules.ZERO
    for one in held:
        premiums = [term.premium for term in one.terms] if not one.product.long_term else []
        a_year = max([*premiums, rules.a_year_of(one.premium, one.payment_mode)])
        of = Held(one.product.line, one.payment_mode, one.payment_years, one.product.long_term, a_year)
        most += rules.count(of, ladder).converted
    return most >= ladder.tiers[1].premium


def _held(held: Holding, day: date) -> Held:
    """A policy as it stood on a day."""
    product = held.product
    clocks = clocks_for(
        product=product.code, line=product.line, channel=held.channel, long_term=product.long_term, on=day
    )
    facts = PolicyFacts(
        signed_on=held.signed_on,
        terms=covers(held.terms, starts_on=held.starts_on, ends_on=held.ends_on),
        facts=tuple(Fact(fact.kind, fact.on, fact.until) for fact in held.facts),
        long_term=product.long_term,
        payment_mode=held.payment_mode,
        payment_years=held.payment_years,
    )
    found = cover.statuses(facts, on=day, clocks=clocks)
    return Held(
        line=product.line,
        mode=held.payment_mode,
        years=held.payment_years,
        long_term=product.long_term,
        a_year=policies.premium_of_a_year(held, on=day),
        currency=held.currency,
        on_risk=PolicyStatus.ON_RISK in found,
        is_paid_up=PolicyStatus.PAID_UP in found,
        cooling_off=PolicyStatus.IN_COOLING_OFF in found,
    )


def _line(customer: int, unit: int, before: int, change: rules.Change, amount: Any, ladder: Ladder) -> Line:
    name = ladder.tier(change.level).name
    payload = {
        "from": before,
        "to": change.level,
        "name": name.zh,
        "name_en": name.en,
        "converted": str(amount),
        "contribution": None,
        "until": change.year_ends_on.isoformat() if change.level else "",
        "ladder": ladder.code,
        "rules": ladder.number,
    }
    at = moment(change.starts_on, NIGHT)
    return Line(KINDS[change.cause], BY, customer, unit, ("customer", customer), payload, at)


def _redeemed(
    memberships: Sequence[Membership], ladders: dict[str, Ladder], units: dict[int, int], seed: int, as_of: date
) -> Iterator[tuple[Redemption, Line]]:
    """What members took of the benefits of their years."""
    for year in memberships:
        stream = Stream(seed, "tiers", year.customer_id, year.starts_on.toordinal())
        ladder = ladders[year.ladder]
        last = min(as_of, year.ends_on or as_of)
        for place, (code, often) in enumerate(WISHES):
            benefit = ladder.benefit(code)
            wanted = stream.chance(often / 100)
            day = year.starts_on + timedelta(days=stream.between(3, 330))
            if benefit is None or not wanted or not benefit.quota(year.level) or day >= last:
                continue
            number = f"Q{place}{year.customer_id:06d}{day:%y%m%d}"[:16]
            row = Redemption(
                customer_id=year.customer_id, code=number, benefit=code, ladder=ladder.code, rules=ladder.number,
                level=year.level, year_from=year.starts_on, slot=1, on=day, by_name="95519 热线",
                redeemed_at=moment(day, NOON),
            )  # fmt: skip
            payload = {"benefit": code, "code": number, "level": year.level}
            payload |= {"name": benefit.name.zh, "name_en": benefit.name.en}
            by = Actor.system("95519 热线")
            subject = ("customer", year.customer_id)
            yield (
                row,
                Line(
                    events.REDEEMED, by, year.customer_id, units[year.customer_id], subject, payload, moment(day, NOON)
                ),
            )
