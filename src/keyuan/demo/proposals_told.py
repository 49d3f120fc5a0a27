"""A few proposals of the demo agent's own customers: one made, one sent, the rest opened. As many in a book of any size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from keyuan.customers.models import Person
from keyuan.demo.chronicle import moment
from keyuan.demo.company import Company
from keyuan.demo.streams import Stream
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.actor import Actor
from keyuan.products.definition.book import shipped
from keyuan.sales import events
from keyuan.sales.models import Proposal
from keyuan.sales.needs import assumptions, needs_of, suggest
from keyuan.sales.proposals.plans import MOST_PLANS, keep

MOST = 8
VALID_DAYS = 30


def tell_proposals(company: Company, *, seed: int, as_of: date, users: Sequence[int]) -> int:
    """Write them with their log lines; returns how many."""
    place = company.user_of["agent"]
    user, name = users[place], next(one.display_name for one in company.users if one.user == place)
    actor = Actor(kind="user", id=str(user), name=name)
    grown = (as_of - timedelta(days=48 * 365), as_of - timedelta(days=28 * 365))
    people = Person.objects.select_related("customer").filter(
        birth_date__range=grown, customer__assignments__agent__user_id=user, customer__assignments__ends_on__isnull=True
    )
    rows = list(people.order_by("customer_id").distinct()[:MOST])
    made = [_told(Stream(seed, "proposal", number), row, as_of, user) for number, row in enumerate(rows)]
    kept = Proposal.objects.bulk_create(made)
    record_many([line for one in kept for line in _lines(one, actor)])
    return len(kept)


def _told(stream: Stream, who: Person, as_of: date, user: int) -> Proposal:
    day = as_of - timedelta(days=stream.between(1, VALID_DAYS - 5))
    born = who.birth_date or as_of
    income = stream.between(9, 40) * 10_000
    told: dict[str, Any] = {
        "age": (day - born).days // 365,
        "sex": who.sex or "female",
        "partner": who.marital_status == "married",
        "children": [stream.between(1, 12) for _ in range(min(who.children or 0, 2))],
        "income": str(income),
        "household_income": str(income * 2),
        "debts": str(stream.between(0, 15) * 100_000),
        "budget": str(income // 10),
        "risk_grade": 3,
    }
    needs = needs_of(told)
    found = suggest(needs, assumptions(day), shipped(), on=day)
    at = moment(day, stream.between(9 * 60, 18 * 60))
    one = Proposal(
        customer=who.customer,
        org_unit_id=who.customer.org_unit_id,
        needs=needs.as_told(),
        plans=[keep(each.definition, each.raw, on=day) for each in found.chosen[:MOST_PLANS]],
        made_on=day,
        made_at=at,
        valid_until=day + timedelta(days=VALID_DAYS),
        made_by_id=user,
    )
    if stream.chance(0.8):
        one.token, one.shared_at = f"demo{stream.between(10**15, 10**16)}", at + timedelta(minutes=20)
        one.link_ends_on = day + timedelta(days=VALID_DAYS)
    if one.shared_at is not None and stream.chance(0.7):
        one.openings, one.first_opened_at = 1, one.shared_at + timedelta(minutes=stream.between(5, 240))
        one.last_opened_at = one.first_opened_at
    return one


def _lines(one: Proposal, actor: Actor) -> list[Line]:
    names, codes = "、".join(plan["name"] for plan in one.plans), [plan["product"] for plan in one.plans]
    payload = {"proposal": str(one.pk), "title": "", "text": names, "products": codes}
    reader = Actor(kind="user", id="", name="")
    told = (
        (events.PROPOSAL_MADE, actor, one.made_at, payload),
        (events.PROPOSAL_SHARED, actor, one.shared_at, payload),
        (events.PROPOSAL_OPENED, reader, one.first_opened_at, {**payload, "times": 1}),
    )
    subject = ("proposal", str(one.pk))
    return [
        Line(kind, by, one.customer_id, one.org_unit_id, subject, said, at)
        for kind, by, at, said in told
        if at is not None
    ]
